"""Mailer: takes a letter that is written to whoever brings it."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What came of one try."""

    TAKEN = "taken"
    LATER = "later"
    """Not taken; it can be brought again."""
    NEVER = "never"
    """Not taken, and it will not be."""
    UNCLEAR = "unclear"
    """The line broke while the bytes flowed: it may have been taken."""


@dataclass(frozen=True)
class Envelope:
    """A written letter. `id` comes back with a letter that bounces; the sender gets it."""

    id: str
    sender: str
    to: str
    message: bytes


@dataclass(frozen=True)
class Answer:
    """`code` is the reply of SMTP, `status` the finer one of RFC 3463 where the other side gave one."""

    outcome: Outcome
    code: int | None = None
    status: str | None = None
    is_about_recipient: bool = False
    """It was the recipient that was refused, not the letter or us."""

    @property
    def codes(self) -> str | None:
        """For the log; the other side's words may name people, its codes do not."""
        return " ".join(str(each) for each in (self.code, self.status) if each) or None


Handing = Callable[[], Awaitable[None]]
"""Awaited once, after the other side agreed to take the letter and before its first byte leaves."""


class Mailer(Protocol):
    async def send(self, envelope: Envelope, handing: Handing) -> Answer:
        """One try. Whatever the other side does is told in the answer; an error of `handing` stops it."""
        ...

    async def forget(self, ids: Iterable[str]) -> None:
        """Copies that it kept of these letters are gone. Forgetting what is not there is no error."""
        ...
