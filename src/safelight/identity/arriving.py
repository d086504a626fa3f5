"""Arrive: who asks, by the cookies of a request; a remembered device begins a new session by itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from safelight.identity import remember, sessions
from safelight.identity.letters import Letters, moment
from safelight.identity.model import SignedIn, Visitor
from safelight.identity.remember import Returned, Stolen
from safelight.kernel.secret import Secret
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.settings import IdentitySettings

OptedOut = Callable[[Session, User, datetime], Awaitable[None]]
"""Somebody's browser said for the first time that nothing of them may be passed on."""


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
    opted_out: OptedOut

    async def __call__(self, session_secret: str, remember_cookie: str, visitor: Visitor, now: datetime) -> Arrived:
        """An empty text is a cookie that did not come."""
        if not session_secret and not remember_cookie:
            return Arrived()
        async with self.database.transaction() as session:
            known = await sessions.find(session, session_secret, now) if session_secret else None
            if known is not None:
                return Arrived(await self._signalled(session, known, visitor, now))
            match (
                await remember.use(session, remember_cookie, visitor, now, self.settings) if remember_cookie else None
            ):
                case Returned(signed_in, secret, cookie):
                    return Arrived(await self._signalled(session, signed_in, visitor, now), secret, cookie)
                case Stolen(user):
                    await self.letters.to_user(session, user, "stolen", now, at=moment(now))
                case None:
                    pass
        return Arrived(is_forgotten=True)

    async def _signalled(self, session: Session, me: SignedIn, visitor: Visitor, now: datetime) -> SignedIn:
        """What the browser asked once stands for the person, on whichever device."""
        if not visitor.has_signal or me.user.opted_out_at is not None:
            return me
        await self.opted_out(session, me.user, now)
        return replace(me, user=replace(me.user, opted_out_at=now))
