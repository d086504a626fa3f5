"""TOTP: six digits from an app, a new one each half minute; a second proof beside the password."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

import segno
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.store import totps
from safelight.kernel.errors import Conflict, Invalid
from safelight.kernel.secret import Secret
from safelight.people.model import User
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

STEP_SECONDS = 30
STEPS_BESIDE = 1
"""So many steps before and after the present one are taken: clocks of telephones differ."""
ISSUER = "Safelight"
QR_SCALE = 5

T = totps.c


@dataclass(frozen=True)
class Shown:
    """What an app needs, for once: the secret as letters, as an address, and as a picture of it."""

    secret: Secret
    uri: str
    svg: str


@dataclass(frozen=True)
class Totps:
    """The secrets of apps; each lies sealed."""

    keys: KeyStore

    async def begin(self, session: Session, user: User, now: datetime) -> Shown:
        """A new secret, which counts for nothing until a code of it was shown. Raises Conflict for who has one."""
        if await self.is_on(session, user):
            raise Conflict("There is an app already; remove it first")
        await self.remove(session, user)
        secret = random_base32()
        sealed = self.keys.seal(secret.encode(), _context(user))
        await session.execute(
            insert(totps).values(
                account_id=user.account_id, user_id=user.id, sealed_secret=sealed, last_step=0, created_at=now
            )
        )
        uri = uri_of(secret, user.email)
        return Shown(Secret(secret), uri, qr_svg(uri))

    async def confirm(self, session: Session, user: User, code: str, now: datetime) -> None:
        """From now on the app is asked for. Raises Invalid for a wrong code."""
        if await self.is_on(session, user) or not await self.takes(session, user, code, now, even_new=True):
            raise Invalid("This code is wrong. Is the clock of the device right?")
        await session.execute(update(totps).where(*_mine(user)).values(confirmed_at=now))

    async def takes(self, session: Session, user: User, code: str, now: datetime, *, even_new: bool = False) -> bool:
        """Whether a code is right. Each is taken once."""
        row = await session.fetch_one(select(totps).where(*_mine(user)).with_for_update())
        if row is None or (row["confirmed_at"] is None and not even_new):
            return False
        app = TOTP(self.keys.open(row["sealed_secret"], _context(user)).decode())
        step = step_of(app, code, now)
        if step is None or step <= row["last_step"]:
            return False
        await session.execute(update(totps).where(*_mine(user)).values(last_step=step))
        return True

    async def is_on(self, session: Session, user: User) -> bool:
        row = await session.fetch_one(select(T.confirmed_at).where(*_mine(user)))
        return row is not None and row["confirmed_at"] is not None

    async def remove(self, session: Session, user: User) -> None:
        """One that is not there is no error."""
        await session.execute(delete(totps).where(*_mine(user)))


def step_of(app: TOTP, code: str, now: datetime) -> int | None:
    """Of which step near the present one the code is; None: of no one."""
    digits = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    found = None
    for step in range(present - STEPS_BESIDE, present + STEPS_BESIDE + 1):
        if hmac.compare_digest(app.at(step * STEP_SECONDS).encode(), digits.encode(errors="replace")):
            found = step
    return found


def uri_of(secret: str, email: str) -> str:
    """What apps read (Key URI Format)."""
    return f"otpauth://totp/{ISSUER}:{quote(email)}?{urlencode({'secret': secret, 'issuer': ISSUER})}"


def qr_svg(text: str) -> str:
    """A picture that a telephone reads, as SVG with nothing but paths."""
    return segno.make(text, error="m", micro=False).svg_inline(scale=QR_SCALE, border=4, light="white")


def _mine(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return T.account_id == user.account_id, T.user_id == user.id


def _context(user: User) -> str:
    """Whose it is: a row copied to another person does not open."""
    return f"totp/{user.account_id}/{user.id}"
