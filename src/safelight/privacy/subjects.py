"""Subjects: what the privacy engine itself gives, and forgets, of people: what they asked, and their archives."""

from collections.abc import Callable

from sqlalchemy import ColumnElement, or_, select

from safelight.kernel.holdings import Stage, Subject
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.ports.rows import Rows, RowsKeeper, either, of_account, of_people
from safelight.privacy import cases
from safelight.privacy.export import drop
from safelight.privacy.holdings import HOLDINGS
from safelight.privacy.relay import words_of as relayed_words
from safelight.privacy.store_disclosures import disclosures
from safelight.privacy.store_notices import notice_acks
from safelight.privacy.store_requests import BLANK, relays, request_lines, requests
from safelight.privacy.store_subjects import exports
from safelight.privacy.subjects_holds import ROWS as OF_HOLDS
from safelight.privacy.terms import REQUEST_DAYS

GROUND_ANSWERED = "That a request was made and answered, and when, is kept without saying by whom (GDPR 5(2))"


def keeper_of(blobs: BlobStore, keys: KeyStore, mark: Callable[[str], str]) -> RowsKeeper:
    """`mark`: an address -> the keyed hash by which requests know it."""

    def of_requests(subject: Subject) -> ColumnElement[bool]:
        marks = [mark(email) for email in subject.emails]
        theirs = either(of_account(requests), of_people(requests))(subject)
        return or_(theirs, requests.c.address_mark.in_(marks)) if marks else theirs

    def of_lines(subject: Subject) -> ColumnElement[bool]:
        return request_lines.c.request_id.in_(select(requests.c.id).where(of_requests(subject)))

    def of_disclosures(subject: Subject) -> ColumnElement[bool]:
        marks = [mark(email) for email in subject.emails]
        theirs = either(of_account(disclosures), of_people(disclosures))(subject)
        return or_(theirs, disclosures.c.address_mark.in_(marks)) if marks else theirs

    def whose(subject: Subject) -> ColumnElement[bool]:
        """Of who has no account, an archive belongs to the request that it answers."""
        asked = select(requests.c.export_id).where(of_requests(subject), requests.c.export_id != "")
        theirs = either(of_account(exports), of_people(exports))(subject)
        return or_(theirs, exports.c.id.in_(asked))

    def of_relays(subject: Subject) -> ColumnElement[bool]:
        """Who asked, and whose file it is."""
        asked = relays.c.request_id.in_(select(requests.c.id).where(of_requests(subject)))
        return or_(asked, of_account(relays)(subject))

    async def drop_files(session: Session, subject: Subject) -> None:
        for row in await session.fetch(select(exports.c.blob_key).where(whose(subject))):
            await drop(blobs, row["blob_key"])

    return RowsKeeper(
        "privacy",
        HOLDINGS,
        (
            Rows(
                request_lines,
                of_lines,
                ("request",),
                hidden=("sealed",),
                opened=lambda row: cases.line_of(keys, row),
                opened_fields=("text",),
                free_texts=("text",),
            ),
            Rows(
                relays,
                of_relays,
                ("request",),
                hidden=("sealed", "account_id"),
                opened=lambda row: relayed_words(keys, row),
                opened_fields=("case", "url", "text", "email"),
                free_texts=("text",),
            ),
            Rows(disclosures, of_disclosures, ("disclosure",), Stage.LOGS, hidden=("address_mark",)),
            Rows(notice_acks, either(of_account(notice_acks), of_people(notice_acks)), ("notice-ack",)),
            Rows(exports, whose, ("export-archive",), Stage.QUEUES, hidden=("sealed", "blob_key", "sha256")),
            Rows(
                requests,
                of_requests,
                ("request",),
                Stage.LOGS,
                hidden=("sealed", "secret", "receipt", "address_mark", "assignee"),
                blank=BLANK,
                ground=GROUND_ANSWERED,
                keep_days=REQUEST_DAYS,
                opened=lambda row: cases.words_of(keys, row),
                opened_fields=("email", "text", "hint"),
                free_texts=("text", "hint"),
            ),
            *OF_HOLDS,
        ),
        first={"exports": drop_files},
    )
