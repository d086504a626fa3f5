"""ProvisioningKeys: issue, find, disable and rotate the keys of accounts; their secrets lie sealed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.keys import (
    API_KEY_CHARS_MAX,
    LAST_USE_SECONDS,
    SECRET_BYTES,
    SECRET_CHARS_MAX,
    check_name,
    check_words,
)
from safelight.accounts.model import ProvisioningKey
from safelight.accounts.store import provisioning_keys
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id, random_digits, random_token
from safelight.kernel.secret import Secret
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

KEYS_MAX = 100
"""Most keys of an account."""

_K = provisioning_keys.c


@dataclass(frozen=True)
class ProvisioningKeys:
    """The keys of accounts. They make clouds, people and keys; they open no file."""

    store: KeyStore

    async def issue(
        self,
        session: Session,
        account_id: str,
        *,
        now: datetime,
        name: str = "",
        api_key: str | None = None,
        secret: str | None = None,
    ) -> ProvisioningKey:
        """A new key; digits and secret are made up unless they are given. Raises Conflict for a known one."""
        if len(await self.list(session, account_id)) >= KEYS_MAX:
            raise Invalid(f"An account may have {KEYS_MAX} keys for provisioning")
        key = ProvisioningKey(
            id=new_id(),
            account_id=account_id,
            api_key=check_words("api_key", api_key or random_digits(), API_KEY_CHARS_MAX),
            secret=Secret(check_words("api_secret", secret or random_token(SECRET_BYTES), SECRET_CHARS_MAX)),
            name=check_name(name),
            is_enabled=True,
            created_at=now,
        )
        added = await session.fetch_one(
            insert(provisioning_keys)
            .values(
                account_id=account_id,
                id=key.id,
                api_key=key.api_key,
                sealed_secret=self._sealed(key),
                name=key.name,
                is_enabled=True,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(_K.id)
        )
        if added is None:
            raise Conflict(f"The provisioning key {key.api_key} already exists")
        return key

    async def find(self, session: Session, account_id: str, api_key: str) -> ProvisioningKey | None:
        """Enabled or not."""
        mine = select(provisioning_keys).where(_K.account_id == account_id, _K.api_key == api_key)
        row = await session.fetch_one(mine)
        return None if row is None else self._key(row)

    async def list(self, session: Session, account_id: str) -> Sequence[ProvisioningKey]:
        """Oldest first."""
        mine = select(provisioning_keys).where(_K.account_id == account_id)
        return [self._key(row) for row in await session.fetch(mine.order_by(_K.created_at, _K.id))]

    async def disable(self, session: Session, account_id: str, api_key: str) -> None:
        """From now on whoever uses the key is refused. Raises NotFound; disabling twice is no error."""
        mine = update(provisioning_keys).where(_K.account_id == account_id, _K.api_key == api_key)
        if not await session.execute(mine.values(is_enabled=False)):
            raise NotFound(f"There is no provisioning key {api_key[:API_KEY_CHARS_MAX]}")

    async def note_use(self, session: Session, key: ProvisioningKey, now: datetime) -> None:
        """Written once in LAST_USE_SECONDS, and never waited for: who comes second passes by."""
        if key.last_used_at is not None and now - key.last_used_at < timedelta(seconds=LAST_USE_SECONDS):
            return
        mine = (_K.account_id == key.account_id, _K.id == key.id)
        free = select(_K.id).where(*mine).with_for_update(skip_locked=True)
        await session.execute(
            update(provisioning_keys).where(_K.account_id == key.account_id, _K.id.in_(free)).values(last_used_at=now)
        )

    def _sealed(self, key: ProvisioningKey) -> bytes:
        return self.store.seal(key.secret.reveal().encode(), _context(key.account_id, key.id))

    def _key(self, row: RowMapping) -> ProvisioningKey:
        plain = self.store.open(row["sealed_secret"], _context(row["account_id"], row["id"]))
        return ProvisioningKey(
            id=row["id"],
            account_id=row["account_id"],
            api_key=row["api_key"],
            secret=Secret(plain.decode()),
            name=row["name"],
            is_enabled=row["is_enabled"],
            created_at=row["created_at"],
            last_used_at=row["last_used_at"],
            is_limited=row["is_limited"],
        )


def _context(account_id: str, key_id: str) -> str:
    return f"provisioning_key/{account_id}/{key_id}"
