"""Recovery codes: ten of them, each good once, for who lost the app or the passkey."""

import base64
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from safelight.identity.digests import digest_of
from safelight.identity.store import recovery_codes
from safelight.kernel.ids import random_bytes
from safelight.kernel.secret import Secret
from safelight.people.model import User
from safelight.ports.database import Session

CODES = 10
CODE_BYTES = 10
"""80 bits: nobody guesses one, so that a plain digest hides it."""
GROUP_CHARS = 4

C = recovery_codes.c


async def renew(session: Session, user: User, now: datetime) -> Sequence[Secret]:
    """Ten new ones, shown this once; the old ones are worth nothing any more."""
    await remove(session, user)
    codes = [_new_code() for _ in range(CODES)]
    rows = [
        {"account_id": user.account_id, "user_id": user.id, "digest": digest_of(plain(code)), "created_at": now}
        for code in codes
    ]
    await session.execute(insert(recovery_codes).values(rows))
    return [Secret(code) for code in codes]


async def take(session: Session, user: User, code: str) -> bool:
    """Whether it is one of theirs; it is not any more."""
    return bool(await session.execute(delete(recovery_codes).where(*_mine(user), C.digest == digest_of(plain(code)))))


async def left(session: Session, user: User) -> int:
    """How many there are."""
    row = await session.fetch_one(select(func.count().label("count")).where(*_mine(user)))
    return 0 if row is None else int(row["count"])


async def remove(session: Session, user: User) -> None:
    await session.execute(delete(recovery_codes).where(*_mine(user)))


def plain(code: str) -> str:
    """As it is compared: capitals, spaces and dashes do not count, nor does what looks alike."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return letters.replace("0", "O").replace("1", "I").replace("8", "B")


def _new_code() -> str:
    letters = base64.b32encode(random_bytes(CODE_BYTES)).decode()
    return "-".join(letters[at : at + GROUP_CHARS] for at in range(0, len(letters), GROUP_CHARS))


def _mine(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return C.account_id == user.account_id, C.user_id == user.id
