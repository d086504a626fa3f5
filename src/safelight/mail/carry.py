"""Carry: one letter from its row to the mailer, and what became of it back into the row."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from safelight.kernel.clock import Clock
from safelight.mail import backoff, correspondence, preferences, store
from safelight.mail.bounce import is_about_address
from safelight.mail.marks import Token, mark_of, token_text
from safelight.mail.message import Sender, Unsubscribe, message_bytes
from safelight.mail.model import ANSWERS, Posted, State
from safelight.mail.template import OURS, Templates
from safelight.mail.write import Foot, write
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.ports.mailer import Answer, Envelope, Mailer, Outcome
from safelight.ports.queue import Job
from safelight.settings import MailSettings

LOG = logging.getLogger("safelight.mail")

HOUR = timedelta(hours=1)
FULL_MINUTES = 5
"""How long a letter waits when the hour has had as many as it may have, or nothing may go to who brings it."""
SWEPT_MAX = 1000
"""Letters that one step of the nightly round forgets."""


MayLeave = Callable[[Session, Posted, str], Awaitable[bool]]
"""Whether who brings letters may get this one, with the mark of its address; written down before it leaves."""


@dataclass(frozen=True)
class Carry:
    """A letter leaves at most once: when its bytes have begun to flow, nobody tries again unless the answer is no."""

    database: Database
    mailer: Mailer
    keys: KeyStore
    clock: Clock
    sender: Sender
    settings: MailSettings
    base_url: str
    desk: str | None = None
    """The address of privacy, which answers to letters about requests go to."""
    templates: Templates = field(default=OURS)
    may_leave: MayLeave | None = None
    """None where it leaves the operator's own machines for nobody who is a recipient of theirs."""

    async def send_letter(self, payload: dict[str, Any]) -> None:
        """One try. It may run twice: who finds a letter that somebody else had in hand does not send it again."""
        letter_id = str(payload["letter_id"])
        async with self.database.lock(f"letter/{letter_id}") as is_mine:
            if not is_mine:
                return
            async with self.database.transaction() as session:
                posted = await store.find(session, letter_id)
                envelope = None if posted is None else await self._prepared(session, posted)
            if posted is not None and envelope is not None:
                answer = await self.mailer.send(envelope, lambda: self._hand(posted))
                await self._judge(posted, answer)

    async def sweep_letters(self, payload: dict[str, Any]) -> None:
        """By the clock: letters that nobody could bring are given up, and the log forgets what is too old."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            late = await store.late(session, now - timedelta(days=backoff.WAIT_DAYS_MAX), most=SWEPT_MAX)
            for letter_id in late:
                await self._end(session, letter_id, State.GIVEN_UP)
        before = now - timedelta(days=self.settings.log_days)
        while ids := await self._old(before):
            # The copies first: without its row nobody would find them.
            await self.mailer.forget(ids)
            async with self.database.transaction() as session:
                await store.forget(session, ids)
        went = correspondence.SWEPT_MAX
        while went >= correspondence.SWEPT_MAX:
            async with self.database.transaction() as session:
                went = await correspondence.sweep(session, now)

    async def _old(self, before: datetime) -> Sequence[str]:
        async with self.database.transaction() as session:
            return await store.older(session, before, most=SWEPT_MAX)

    async def _prepared(self, session: Session, posted: Posted) -> Envelope | None:
        """What to bring now; None if nothing is, and the row says why."""
        now = self.clock.now()
        if posted.state is State.HANDING:
            # Whoever had it in hand is gone, or the lock would be theirs.
            await self._end(session, posted.id, State.UNCLEAR)
            return None
        if posted.state is not State.WAITING or posted.to is None:
            return None
        mark = mark_of(self.keys, posted.to)
        await store.note(session, posted.id, {"address_mark": mark})
        template = self.templates.find(posted.template, posted.language)
        if now >= backoff.gives_up_at(posted.created_at):
            await self._end(session, posted.id, State.GIVEN_UP)
        elif not await preferences.wants(
            session, template.kind, template.list, address_mark=mark, user_id=posted.user_id, now=now
        ):
            await self._end(session, posted.id, State.UNWANTED)
        elif await self._is_full(session, self.settings.per_hour_address, mark):
            await self._end(session, posted.id, State.TOO_MANY)
        elif await self._is_full(session, self.settings.per_hour) or not await self._may_leave(session, posted, mark):
            again_at = now + timedelta(minutes=FULL_MINUTES)
            await session.defer(Job("send_letter", {"letter_id": posted.id}, run_at=again_at))
        else:
            return self._written(posted, posted.to, mark)
        return None

    async def _may_leave(self, session: Session, posted: Posted, mark: str) -> bool:
        return self.may_leave is None or await self.may_leave(session, posted, mark)

    async def _is_full(self, session: Session, most: int, mark: str | None = None) -> bool:
        return most > 0 and await store.handed_since(session, self.clock.now() - HOUR, mark) >= most

    def _written(self, posted: Posted, to: str, mark: str) -> Envelope:
        template = self.templates.find(posted.template, posted.language)
        unsubscribe = None
        if template.list is not None:
            token = token_text(self.keys, Token(mark, template.list.name, posted.user_id))
            unsubscribe = Unsubscribe(
                f"{self.base_url}/unsubscribe/{token}",
                f"mailto:{self.sender.bounces}?subject={quote(f'unsubscribe {token}')}",
            )
        foot = Foot(
            self.settings.brand,
            self.settings.postal_address,
            f"{self.base_url}/account/letters",
            unsubscribe.url if unsubscribe else None,
        )
        written = write(template, template.fill(posted.facts), foot)
        message = message_bytes(
            posted.id,
            written,
            sender=self.sender,
            to=to,
            language=posted.language,
            kind=template.kind,
            now=self.clock.now(),
            unsubscribe=unsubscribe,
            answers=posted.facts.get(ANSWERS, "").split(),
            reply_to=self.desk if template.is_answered else None,
        )
        return Envelope(posted.id, self.sender.bounces, to, message)

    async def _hand(self, posted: Posted) -> None:
        async with self.database.transaction() as session:
            values = {"state": State.HANDING.value, "tries": posted.tries + 1, "handed_at": self.clock.now()}
            await store.note(session, posted.id, values)

    async def _judge(self, posted: Posted, answer: Answer) -> None:
        now, tries = self.clock.now(), posted.tries + 1
        async with self.database.transaction() as session:
            await store.note(session, posted.id, {"tries": tries, "answer": answer.codes})
            match answer.outcome:
                case Outcome.TAKEN:
                    await self._end(session, posted.id, State.SENT)
                case Outcome.UNCLEAR:
                    await self._end(session, posted.id, State.UNCLEAR)
                case Outcome.NEVER:
                    state = State.BOUNCED if answer.is_about_recipient else State.GIVEN_UP
                    is_gone = answer.is_about_recipient and is_about_address(answer.code, answer.status)
                    if is_gone and posted.to is not None:
                        await preferences.note_bounce(session, mark_of(self.keys, posted.to), now)
                    await self._end(session, posted.id, state)
                case Outcome.LATER:
                    again_at = backoff.next_try(tries, posted.created_at, now)
                    if again_at is None:
                        await self._end(session, posted.id, State.GIVEN_UP)
                    else:
                        await store.note(session, posted.id, {"state": State.WAITING.value})
                        await session.defer(Job("send_letter", {"letter_id": posted.id}, run_at=again_at))
        if answer.outcome is not Outcome.TAKEN:
            LOG.warning("A letter was not taken: %s %s", answer.outcome.value, answer.codes or "no answer")

    async def _end(self, session: Session, letter_id: str, state: State) -> None:
        """The letter is over: what it said, and to whom, is nobody's business any more."""
        values: dict[str, Any] = {"state": state.value, "ended_at": self.clock.now(), "address": None, "facts": {}}
        await store.note(session, letter_id, values)
