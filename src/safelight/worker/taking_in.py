"""Take in: a letter to the address of privacy opens a request, or goes on with one that is there.

Who sent it is only what it says: so nothing is told but by a letter to that address, and it is the same whether we know
it or not. A letter of a machine is never answered, and one address opens a few requests a day: letters that answer each
other come to an end.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from safelight.kernel.clock import Clock
from safelight.kernel.errors import TooMany
from safelight.kernel.ids import new_id
from safelight.kernel.purpose import reading_for
from safelight.mail import arrived, bounce, correspondence, inbound
from safelight.mail.arrived import Arrived
from safelight.mail.bounce import Bounce
from safelight.mail.correspondence import Direction, Message
from safelight.mail.desk import Desk
from safelight.mail.model import ANSWERS
from safelight.mail.plain_words import own_words
from safelight.ports.arrivals import Came
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.privacy import guess, request
from safelight.privacy.request import Channel, Kind, Request
from safelight.privacy.requests import TEXT_CHARS_MAX, Requests

PURPOSES = frozenset({"rights.answer"})
DAY = timedelta(days=1)
OPENED_DAY_MAX = 5
"""Requests that letters of one address open in a day; further ones may come later."""
LETTERS_DAY_MAX = 20
"""Letters of one address that are taken in a day, whatever they say."""
LETTERS_HOUR_MAX = 1000
"""Letters of all addresses that are taken in an hour."""
NO_ANSWER = ""
"""The id of a letter that was not written."""


@dataclass(frozen=True)
class Taken:
    """What was done, in words for a log, and the number of the request that it belongs to."""

    words: str
    case: str | None = None


@dataclass(frozen=True)
class TakeIn:
    database: Database
    keys: KeyStore
    clock: Clock
    desk: Desk
    requests: Requests
    attachment_bytes_max: int
    letters_hour_max: int = LETTERS_HOUR_MAX

    async def take(self, came: Came) -> None:
        """A letter that was brought; when this returns, it is kept."""
        with reading_for(PURPOSES):
            async with self.database.transaction() as session:
                await self(session, came.raw, came_from=came.sender)

    async def __call__(self, session: Session, raw: bytes, *, came_from: str | None = None) -> Taken:
        """Raises Invalid, TooMuch for what is no letter, TooMany for one that may come again tomorrow."""
        now = self.clock.now()
        if (said := bounce.read(raw)) is not None:
            if isinstance(said, Bounce):
                return Taken(await inbound.take_in(session, self.keys, raw, now=now))
            await inbound.take_in(session, self.keys, raw, now=now)
            return Taken("No more letters of that list are sent there.")
        letter = arrived.read(raw, attachment_bytes_max=self.attachment_bytes_max, came_from=came_from)
        if self.desk.is_own(letter.address):
            return Taken("This letter is one of ours that came round; nothing is done.")
        letter = replace(letter, message_id=letter.message_id or f"sha256:{hashlib.sha256(raw).hexdigest()}")
        if await correspondence.is_known(session, self.keys, str(letter.message_id)):
            return Taken("This letter came before.")
        await self._check_room(session, letter, now)
        return await self._place(session, letter, len(raw), now)

    async def _place(self, session: Session, letter: Arrived, size_bytes: int, now: datetime) -> Taken:
        words = _said(letter)
        kind = guess.kind_of(letter.subject, own_words(letter.text))
        before = await correspondence.meant(session, self.keys, letter.address, letter.answers, letter.case)
        if before is not None:
            asked = await self.requests.get(session, before.case_id, is_locked=True)
            if asked.state.is_open or kind is Kind.QUESTION or letter.machine:
                await self.requests.say(session, asked.id, request.Direction.IN, words, now=now)
                await self._keep(session, letter, asked, size_bytes, now)
                return Taken("The letter goes on with a request that is there.", asked.case)
        if letter.machine and kind is Kind.QUESTION:
            return Taken(f"A machine wrote this ({letter.machine}), and it asks for nothing; nothing is kept.")
        if await correspondence.cases_since(session, self.keys, now - DAY, letter.address) >= OPENED_DAY_MAX:
            raise TooMany("No more requests are opened by letters of this address today.")
        asked = await self._open(session, letter, kind, words, now)
        await self._keep(session, letter, asked, size_bytes, now)
        return Taken("A request was opened.", asked.case)

    async def _open(self, session: Session, letter: Arrived, kind: Kind, words: str, now: datetime) -> Request:
        async def post(inside: Session, asked: Request, template: str, facts: Mapping[str, str], at: datetime) -> str:
            if letter.machine:
                return NO_ANSWER
            answers = {ANSWERS: " ".join([str(letter.message_id), *letter.answers])}
            return await self.requests.others.post(inside, asked, template, {**facts, **answers}, at)

        requests = replace(self.requests, others=replace(self.requests.others, post=post))
        return await requests.open(
            session,
            # A machine may pass on what somebody asks; who reads it decides what that is, and whom to answer.
            kind=Kind.QUESTION if letter.machine else kind,
            channel=Channel.MAIL,
            email=letter.address,
            text=words,
            language=guess.language_of(letter.text),
            now=now,
        )

    async def _keep(self, session: Session, letter: Arrived, asked: Request, size_bytes: int, now: datetime) -> None:
        message = Message(
            id=new_id(),
            case_id=asked.id,
            case_number=asked.case,
            direction=Direction.IN,
            topic=asked.kind.value,
            address=letter.address,
            name=letter.name,
            subject=letter.subject,
            text=letter.text,
            created_at=now,
            message_id=letter.message_id,
            answers=letter.answers,
            attachments=letter.attachments,
            proofs=letter.proofs,
            size_bytes=size_bytes,
        )
        await correspondence.keep(session, self.keys, message)

    async def _check_room(self, session: Session, letter: Arrived, now: datetime) -> None:
        theirs = await correspondence.came_since(session, self.keys, now - DAY, letter.address)
        every = await correspondence.came_since(session, self.keys, now - timedelta(hours=1))
        if theirs >= LETTERS_DAY_MAX or every >= self.letters_hour_max:
            raise TooMany("More letters are not taken now.")


def _said(letter: Arrived) -> str:
    """What is written down in the request: the new words, under their subject."""
    words = own_words(letter.text) or letter.text
    counted = len(letter.attachments) + letter.attachments_left_out
    files = f"\n\n({counted} attachments)" if counted else ""
    return f"{letter.subject}\n\n{words}".strip()[: TEXT_CHARS_MAX - len(files)] + files or "(an empty letter)"
