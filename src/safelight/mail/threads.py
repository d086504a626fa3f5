"""Thread: a letter of ours about a request, shown below what it answers, and kept beside it."""

from dataclasses import dataclass, replace
from datetime import datetime

from safelight.mail import correspondence, send
from safelight.mail.correspondence import Direction, Message
from safelight.mail.message import Sender, message_id_of
from safelight.mail.model import ANSWERS, Letter
from safelight.mail.template import OURS
from safelight.mail.write import Foot, write
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

LINK = "link"
"""The fact that leads its reader to the request; whoever has it can act for them."""


@dataclass(frozen=True)
class Case:
    """Of a request, what letters about it must know."""

    id: str
    number: str
    topic: str
    page: str
    """Where requests are told of, for everybody."""


async def post_about(
    session: Session, keys: KeyStore, sender: Sender, case: Case, letter: Letter, *, now: datetime
) -> str:
    """Post it below the last letter of its thread, and keep what it says but its link; its id."""
    if ANSWERS not in letter.facts:
        before = await correspondence.of_case(session, keys, case.id, correspondence.ANSWERS_MAX)
        ids = [each.message_id for each in before if each.message_id]
        letter = replace(letter, facts={**letter.facts, ANSWERS: " ".join(ids)})
    letter_id = await send.post(session, letter, now=now)
    template = OURS.find(letter.template, letter.language)
    told = write(template, template.fill({**letter.facts, LINK: case.page}), Foot(sender.name, "", case.page, None))
    kept = Message(
        id=letter_id,
        case_id=case.id,
        case_number=case.number,
        direction=Direction.OUT,
        topic=case.topic,
        address=letter.to,
        subject=told.subject,
        text=told.text,
        created_at=now,
        message_id=message_id_of(letter_id, sender),
        answers=tuple(letter.facts[ANSWERS].split()),
        size_bytes=len(told.text.encode()),
    )
    await correspondence.keep(session, keys, kept)
    return letter_id
