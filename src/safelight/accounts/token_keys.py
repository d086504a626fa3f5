"""TokenKeys: make, find and end the keys that sign tokens for delivery; they lie sealed."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.events import call_out
from safelight.accounts.model import TokenKey
from safelight.accounts.store import token_keys
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import random_bytes
from safelight.kernel.secret import Secret
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

KEY_BYTES = 32
KEY_BYTES_MIN = 6
KEY_BYTES_MAX = 128
KEYS_MAX = 10
"""Most keys of a cloud: each is tried for every token."""
ID_CHARS = 16

# What is made up is out of reach of guessing; what comes from elsewhere is as long as it is there.
_HEX = re.compile(rf"(?:[0-9a-f]{{2}}){{{KEY_BYTES_MIN},{KEY_BYTES_MAX}}}", re.ASCII)


@dataclass(frozen=True)
class TokenKeys:
    """The keys of clouds for tokens. More than one, so that a new one can be spread before the old one ends."""

    store: KeyStore

    async def add(self, session: Session, cloud_id: str, *, now: datetime, key: str | None = None) -> TokenKey:
        """A new key, or one from elsewhere. Raises Conflict for a known one and Invalid for what is none."""
        digits = random_bytes(KEY_BYTES).hex() if key is None else check_key(key)
        made = TokenKey(id_of(digits), Secret(digits), now)
        if len(await self.list(session, cloud_id)) >= KEYS_MAX:
            raise Invalid(f"A cloud may have {KEYS_MAX} keys for tokens; drop one first")
        added = await session.fetch_one(
            insert(token_keys)
            .values(
                cloud_id=cloud_id,
                id=made.id,
                sealed_key=self.store.seal(digits.encode(), _context(cloud_id, made.id)),
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(token_keys.c.id)
        )
        if added is None:
            raise Conflict(f"The key {made.id} for tokens exists already")
        await call_out(session, cloud_id)
        return made

    async def list(self, session: Session, cloud_id: str) -> Sequence[TokenKey]:
        """Oldest first."""
        rows = await session.fetch(
            select(token_keys)
            .where(token_keys.c.cloud_id == cloud_id)
            .order_by(token_keys.c.created_at, token_keys.c.id)
        )
        return [self._key(row) for row in rows]

    async def drop(self, session: Session, cloud_id: str, key_id: str) -> None:
        """Its tokens open nothing any more. Raises NotFound."""
        gone = delete(token_keys).where(token_keys.c.cloud_id == cloud_id, token_keys.c.id == key_id)
        if not await session.execute(gone):
            raise NotFound(f"There is no key {key_id[:ID_CHARS]} for tokens")
        await call_out(session, cloud_id)

    def _key(self, row: RowMapping) -> TokenKey:
        plain = self.store.open(row["sealed_key"], _context(row["cloud_id"], row["id"]))
        return TokenKey(row["id"], Secret(plain.decode()), row["created_at"])


def check_key(key: str) -> str:
    """The hex digits in lower case, or Invalid."""
    digits = key.strip().lower()
    if not _HEX.fullmatch(digits):
        least, most = 2 * KEY_BYTES_MIN, 2 * KEY_BYTES_MAX
        raise Invalid(f"A key for tokens is an even number of hex digits, from {least} to {most}")
    return digits


def id_of(digits: str) -> str:
    """By which a key is known without being told: a digest of its bytes."""
    return hashlib.sha256(b"token key " + bytes.fromhex(digits)).hexdigest()[:ID_CHARS]


def _context(cloud_id: str, key_id: str) -> str:
    return f"token_key/{cloud_id}/{key_id}"
