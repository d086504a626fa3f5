"""Subjects: what mail gives, and forgets, of people: which letters they got, did not want, and wrote to us."""

from sqlalchemy import ColumnElement, Table, false, or_, select

from safelight.kernel.holdings import Searched, Stage, Subject
from safelight.mail import correspondence
from safelight.mail.holdings import HOLDINGS
from safelight.mail.marks import mark_of
from safelight.mail.store import letters, mail_suppressions
from safelight.mail.store_messages import messages
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.ports.mailer import Mailer
from safelight.ports.rows import Rows, RowsKeeper, Whose, of_people

SAID = ("address", "name", "subject", "text", "message_id", "answers", "attachments")
FREE_TEXTS = ("subject", "text")
MESSAGES_AT_ONCE = 10
"""A letter may hold some MiB of attachments."""
GROUND_REFUSED = "A refusal of letters is kept, as a keyed hash of the address, so that it goes on (GDPR 21(3))"


def keeper_of(keys: KeyStore, mailer: Mailer) -> RowsKeeper:
    """An address is known here by its mark alone. Letters that were kept as files go with their rows."""

    def marked(table: Table) -> Whose:
        def whose(subject: Subject) -> ColumnElement[bool]:
            marks = [mark_of(keys, email) for email in subject.emails]
            return table.c.address_mark.in_(marks) if marks else false()

        return whose

    def of_letters(subject: Subject) -> ColumnElement[bool]:
        return or_(of_people(letters)(subject), marked(letters)(subject))

    async def drop_files(session: Session, subject: Subject) -> None:
        mine = select(letters.c.id).where(of_letters(subject))
        await mailer.forget([row["id"] for row in await session.fetch(mine)])

    return RowsKeeper(
        "mail",
        HOLDINGS,
        (
            Rows(letters, of_letters, ("letter-content", "mail-log"), Stage.LOGS, hidden=("address_mark",)),
            Rows(
                messages,
                marked(messages),
                ("message",),
                Stage.LOGS,
                hidden=("address_mark", "message_mark", "sealed"),
                opened=lambda row: correspondence.said_in(keys, row),
                opened_fields=SAID,
                free_texts=FREE_TEXTS,
                page_rows=MESSAGES_AT_ONCE,
            ),
            Rows(
                mail_suppressions,
                marked(mail_suppressions),
                ("mail-suppression",),
                Stage.LOGS,
                hidden=("address_mark",),
                ground=GROUND_REFUSED,
                is_kept=True,
            ),
        ),
        (Searched("folder: letters"),),
        first={"letters": drop_files},
    )
