"""Passwords: what one must be like, and its slow hash; kept, checked, and hashed anew when the parameters grow."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.guessable import is_common
from safelight.identity.store import passwords
from safelight.kernel.errors import Busy, WrongField
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.settings import IdentitySettings

T = TypeVar("T")

PASSWORD_CHARS_MAX = 256
"""Longest password: a longer one would only cost time."""
FIELD = "password"

P = passwords.c


@dataclass(frozen=True)
class Hasher:
    """argon2id, off the loop, a few at a time, for each takes its memory."""

    settings: IdentitySettings
    _free: asyncio.Semaphore = field(init=False, compare=False)
    _waiting: list[None] = field(default_factory=list[None], compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_free", asyncio.Semaphore(max(1, self.settings.passwords_at_once)))

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._argon.hash(password))

    async def matches(self, known: str | None, password: str) -> bool:
        """Takes as long for one whose password is not known: who asks cannot tell by the time who is."""
        return await self._run(lambda: self._matches(known, password))

    def is_weak(self, known: str) -> bool:
        """Whether the parameters have changed since it was made."""
        return self._argon.check_needs_rehash(known)

    def _matches(self, known: str | None, password: str) -> bool:
        try:
            is_right = self._argon.verify(known or self._nobodys, password[: PASSWORD_CHARS_MAX + 1])
        except (VerificationError, InvalidHashError):
            return False
        return is_right and known is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if len(self._waiting) >= self.settings.passwords_waiting_max:
            raise Busy("Too many people sign in at once; try again.", retry_after_seconds=1)
        self._waiting.append(None)
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._waiting.pop()

    @cached_property
    def _argon(self) -> PasswordHasher:
        chosen = self.settings
        return PasswordHasher(chosen.password_rounds, chosen.password_memory_kib, chosen.password_lanes)

    @cached_property
    def _nobodys(self) -> str:
        return self._argon.hash("nobody's")


def check(password: str, settings: IdentitySettings, *about: str, what: str = FIELD) -> str:
    """The password itself, or WrongField that says what is the matter. `about` is what is known of the person."""
    if len(password) < settings.password_chars_min:
        raise WrongField(f"A password must have at least {settings.password_chars_min} characters.", what)
    if len(password) > PASSWORD_CHARS_MAX:
        raise WrongField(f"A password may have at most {PASSWORD_CHARS_MAX} characters.", what)
    if is_common(password, *about):
        raise WrongField(
            "This password would soon be guessed: it is a common one, or made of your name or address. "
            "Three words that have nothing to do with each other are a good one.",
            what,
        )
    return password


async def find(session: Session, user: User) -> str | None:
    """The hash; None for who has no password."""
    row = await session.fetch_one(select(P.hash).where(P.account_id == user.account_id, P.user_id == user.id))
    return None if row is None else row["hash"]


async def put(session: Session, user: User, hashed: str, now: datetime) -> None:
    """From now on this is the only password of the person."""
    values = {"hash": hashed, "changed_at": now}
    added = insert(passwords).values(account_id=user.account_id, user_id=user.id, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[P.account_id, P.user_id], set_=values))
