"""Inbound: a letter to our address of bounces becomes an act: a letter bounced, or somebody wants no more of a list."""

from datetime import datetime

from safelight.kernel.choice import Way
from safelight.mail import bounce, preferences, store
from safelight.mail.marks import read_token
from safelight.mail.model import State
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore


async def take_in(session: Session, keys: KeyStore, raw: bytes, *, now: datetime) -> str:
    """What was done, in words for a log. Anybody can write such a letter: only the id of one of ours counts,
    which nobody knows but who got it. Raises Invalid, TooMuch, and NotFound for a link that is none of ours."""
    said = bounce.read(raw)
    if said is None:
        return "This is neither a letter of ours that came back, nor one that refuses a list."
    if isinstance(said, bounce.Refusal):
        token = read_token(keys, said.token)
        await preferences.refuse(session, token, way=Way.LETTER, now=now)
        return f"No more letters of the list {token.list} are sent there."
    posted = await store.find(session, said.letter_id)
    if posted is None or posted.address_mark is None:
        return "A letter came back that is not known here, or not any more."
    if not said.is_failed:
        return "A letter is late; its last machine goes on trying."
    await store.note(session, posted.id, {"state": State.BOUNCED.value, "answer": said.status})
    if said.is_about_address:
        await preferences.note_bounce(session, posted.address_mark, now)
        return "A letter came back: nobody is at its address, and only service letters are sent there."
    return "A letter came back; its address is tried again with the next one."
