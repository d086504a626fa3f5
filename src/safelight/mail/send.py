"""Post: a letter is written down, and its sending deferred, in the transaction of what caused it."""

from datetime import datetime

from safelight.kernel.errors import Internal
from safelight.kernel.ids import new_id
from safelight.mail import store
from safelight.mail.model import Letter, Posted, State
from safelight.mail.template import OURS
from safelight.people.users import check_email
from safelight.ports.database import Session
from safelight.ports.queue import Job


async def post(session: Session, letter: Letter, *, now: datetime) -> str:
    """The letter's id. It is sent if the transaction is committed, and its recipient wants letters of its kind.

    Raises Invalid for what is no address, and Internal for a letter that its template would not make.
    """
    template = OURS.find(letter.template, letter.language)
    missing = template.facts - set(letter.facts)
    if missing or template.kind is not letter.kind:
        raise Internal("A letter is not as its template wants it.", template=letter.template, missing=sorted(missing))
    posted = Posted(
        id=new_id(),
        template=letter.template,
        kind=letter.kind,
        language=letter.language,
        state=State.WAITING,
        tries=0,
        created_at=now,
        to=check_email(letter.to),
        facts=letter.facts,
        user_id=letter.user_id,
    )
    await store.add(session, posted)
    await session.defer(Job("send_letter", {"letter_id": posted.id}))
    return posted.id
