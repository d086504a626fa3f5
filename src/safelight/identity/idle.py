"""Idle: an account that nobody uses is warned of twice, then disabled; whoever uses it undoes all of it.

Used is what somebody signs in to, or calls the API of. Files that are delivered do not count: their visitors are not
those who decided to keep an account here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from safelight.accounts import idleness
from safelight.accounts.idleness import Idle
from safelight.identity import leaving
from safelight.identity.letters import Letters, moment
from safelight.kernel.clock import Clock
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster, users
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.settings import IdentitySettings

BATCH = 500
"""Accounts, or people, that one transaction looks at."""


class Step(StrEnum):
    """What an account is due for."""

    NOTHING = "nothing"
    WARNING = "warning"
    LAST_WARNING = "last warning"
    END = "end"


def step_of(idle: Idle, now: datetime, settings: IdentitySettings) -> Step:
    """Pure. Nobody is disabled who was not warned in time, twice, however late the warnings were."""
    ends_at = end_of(idle, settings)
    last = timedelta(days=settings.idle_last_warning_days)
    if idle.warned_at is None:
        return Step.WARNING if now >= ends_at - timedelta(days=settings.idle_warning_days) else Step.NOTHING
    if idle.warned_again_at is None:
        return Step.LAST_WARNING if now >= ends_at - last else Step.NOTHING
    return Step.END if now >= max(ends_at, idle.warned_again_at + last) else Step.NOTHING


def end_of(idle: Idle, settings: IdentitySettings) -> datetime:
    """When it will be disabled."""
    ends_at = months_after(idle.used_at, settings.idle_months)
    return ends_at if idle.warned_at is None else max(ends_at, idle.warned_at + _notice(settings))


def months_after(at: datetime, months: int) -> datetime:
    """The same day of that month, or its last one: of 31 January and one month, 28 February."""
    count = at.year * 12 + at.month - 1 + months
    first = at.replace(year=count // 12, month=count % 12 + 1, day=1)
    days = (first + timedelta(days=31)).replace(day=1) - first
    return first.replace(day=min(at.day, days.days))


@dataclass(frozen=True)
class WatchAccounts:
    """By the clock, once a day. Each account in a transaction of its own: what is done is done."""

    database: Database
    clock: Clock
    letters: Letters
    settings: IdentitySettings

    async def watch_accounts(self, _payload: dict[str, Any]) -> None:
        now = self.clock.now()
        if self.settings.idle_months > 0:
            await self._watch(now)
        if self.settings.review_days > 0:
            await self._remind(now)

    async def _watch(self, now: datetime) -> None:
        before = months_after(now + _notice(self.settings), -self.settings.idle_months) + timedelta(days=1)
        after = ""
        while True:
            async with self.database.transaction() as session:
                found = await idleness.list_idle(session, before, after=after, most=BATCH)
            for each in found:
                async with self.database.transaction() as session:
                    await self.look(session, each.account_id, now)
            if len(found) < BATCH:
                return
            after = found[-1].account_id

    async def look(self, session: Session, account_id: str, now: datetime) -> None:
        """At one account, as it is now."""
        found = await idleness.find(session, account_id)
        owners = await roster.owners_of(session, account_id)
        if found is None or not owners:
            # Where there is nobody to warn, nobody decided to leave either.
            return
        signed_in_at = await roster.last_login(session, account_id)
        idle = _used(found, signed_in_at)
        if idle.warned_at is None and found.warned_at is not None:
            await idleness.forget_warnings(session, account_id)
        match step_of(idle, now, self.settings):
            case Step.NOTHING:
                pass
            case Step.WARNING:
                await idleness.note_warning(session, account_id, now, is_again=False)
                ends_at = max(end_of(idle, self.settings), now + _notice(self.settings))
                await self._warn(session, owners, idle, ends_at, now)
            case Step.LAST_WARNING:
                await idleness.note_warning(session, account_id, now, is_again=True)
                last = timedelta(days=self.settings.idle_last_warning_days)
                await self._warn(session, owners, idle, max(end_of(idle, self.settings), now + last), now)
            case Step.END:
                await leaving.disable_idle(session, owners, self.letters, now, self.settings)

    async def _warn(
        self, session: Session, owners: Sequence[User], idle: Idle, ends_at: datetime, now: datetime
    ) -> None:
        for owner in owners:
            facts = {"since": f"{idle.used_at:%Y-%m-%d}", "until": moment(ends_at)}
            # Who wants no reminders must hear of it all the same.
            await self._write(session, owner, "idle", LetterClass.SERVICE, now, **facts)

    async def _remind(self, now: datetime) -> None:
        """Once a year people are asked whether what is known of them is still right."""
        before = now - timedelta(days=self.settings.review_days)
        while True:
            async with self.database.transaction() as session:
                found = await roster.unreviewed(session, before, most=BATCH)
                for user in found:
                    await users.note_reminded(session, user, now)
                    await self._write(session, user, "review", LetterClass.REMINDER, now, email=user.email)
            if len(found) < BATCH:
                return

    async def _write(
        self, session: Session, user: User, template: str, kind: LetterClass, now: datetime, **facts: str
    ) -> None:
        base = self.letters.base_url
        facts = {"place": base, "name": user.name, "link": f"{base}/account", **facts}
        letter = Letter(template, kind, user.email, user.language or "en", facts, user.id)
        await send.post(session, letter, now=now)


def _used(idle: Idle, signed_in_at: datetime | None) -> Idle:
    """With sign-ins counted too; a use after a warning makes the warning void."""
    used_at = idle.used_at if signed_in_at is None else max(idle.used_at, signed_in_at)
    if idle.warned_at is not None and used_at > idle.warned_at:
        return Idle(idle.account_id, used_at)
    return Idle(idle.account_id, used_at, idle.warned_at, idle.warned_again_at)


def _notice(settings: IdentitySettings) -> timedelta:
    return timedelta(days=max(settings.idle_warning_days, settings.idle_last_warning_days))
