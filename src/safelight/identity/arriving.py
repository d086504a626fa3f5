"""Arrive: who asks, by the cookies of a request; a remembered device begins a new session by itself."""

from dataclasses import dataclass
from datetime import datetime

from safelight.identity import remember, sessions
from safelight.identity.letters import Letters, moment
from safelight.identity.model import SignedIn, Visitor
from safelight.identity.remember import Returned, Stolen
from safelight.kernel.secret import Secret
from safelight.ports.database import Database
from safelight.settings import IdentitySettings


@dataclass(frozen=True)
class Arrived:
    """Who it is, if anybody; the secrets are for cookies that the answer must set."""

    signed_in: SignedIn | None = None
    session_secret: Secret | None = None
    remember_cookie: Secret | None = None
    is_forgotten: bool = False
    """The cookies that came are worth nothing any more: the answer must clear them."""


@dataclass(frozen=True)
class Arrive:
    """For every request of a page or of the account's API."""

    database: Database
    letters: Letters
    settings: IdentitySettings

    async def __call__(self, session_secret: str, remember_cookie: str, visitor: Visitor, now: datetime) -> Arrived:
        """An empty text is a cookie that did not come."""
        if not session_secret and not remember_cookie:
            return Arrived()
        async with self.database.transaction() as session:
            known = await sessions.find(session, session_secret, now) if session_secret else None
            if known is not None:
                return Arrived(known)
            match (
                await remember.use(session, remember_cookie, visitor, now, self.settings) if remember_cookie else None
            ):
                case Returned(signed_in, secret, cookie):
                    return Arrived(signed_in, secret, cookie)
                case Stolen(user):
                    await self.letters.to_user(session, user, "stolen", now, at=moment(now))
                case None:
                    pass
        return Arrived(is_forgotten=True)
