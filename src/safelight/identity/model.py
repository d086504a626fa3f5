"""UserSession, SignedIn, Visitor, Purpose: how somebody comes in, stays, and leaves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safelight.people.model import User


class End(StrEnum):
    """How a session ended."""

    USER = "user"
    TIMEOUT = "timeout"
    REVOKED = "revoked"
    DISABLED = "disabled"


class Purpose(StrEnum):
    """What a one-time link is good for."""

    SETUP = "setup"
    RESET = "reset"
    INVITE = "invite"
    EMAIL = "email"
    ENABLE = "enable"


@dataclass(frozen=True)
class Visitor:
    """What is kept of the browser that somebody signs in with: its family, its country, a truncated address."""

    device: str = ""
    country: str = "ZZ"
    address: str = ""
    has_signal: bool = False
    """Whether this request says by Global Privacy Control that nothing may be passed on; kept of no session."""


@dataclass(frozen=True)
class UserSession:
    """From a sign-in to a sign-out, on one device."""

    id: str
    account_id: str
    user_id: str
    began_at: datetime
    seen_at: datetime
    """To within SEEN_SECONDS of sessions.py."""
    proved_at: datetime
    """When the person last proved who they are: at sign-in, or again before something dangerous."""
    idle_seconds: int
    expires_at: datetime
    visitor: Visitor
    is_remembered: bool = False
    ended_at: datetime | None = None
    end: End | None = None

    def ends(self, now: datetime) -> tuple[datetime, End] | None:
        """When and how it ended; None while it lasts. Nobody writes a time-out down: it follows from what is known."""
        if self.ended_at is not None and self.end is not None:
            return self.ended_at, self.end
        over_at = min(self.seen_at + timedelta(seconds=self.idle_seconds), self.expires_at)
        return (over_at, End.TIMEOUT) if now >= over_at else None

    def duration(self, now: datetime) -> timedelta:
        ends = self.ends(now)
        return (ends[0] if ends else now) - self.began_at

    def is_proved(self, now: datetime, minutes: int) -> bool:
        """Whether the person proved who they are so short a time ago that something dangerous may be done."""
        return now - self.proved_at <= timedelta(minutes=minutes)


@dataclass(frozen=True)
class SignedIn:
    """A person, and the session in which they ask."""

    user: User
    session: UserSession
