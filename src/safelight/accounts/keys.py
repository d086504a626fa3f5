"""Keys: issue, find, rename, rotate, disable and delete API keys; their secrets lie sealed."""

import builtins
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, Update, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.events import KeyDisabled, KeyEnabled, KeyIssued, KeyRotated, call_out
from safelight.accounts.model import DEDICATIONS, Key
from safelight.accounts.store import api_keys, bearer_tokens
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id, random_digits, random_token
from safelight.kernel.secret import Secret
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

API_KEY_CHARS_MAX = 100
SECRET_CHARS_MAX = 200
SECRET_BYTES = 20
NAME_CHARS_MAX = 255
LAST_USE_SECONDS = 60
"""So often at most is written when a key was last used."""
KEYS_MAX = 1000
"""Most keys of a cloud."""


@dataclass(frozen=True)
class Keys:
    """The API keys of clouds. A cloud has any number; the oldest enabled one signs what no request asked for."""

    store: KeyStore

    async def issue(
        self,
        session: Session,
        cloud_id: str,
        *,
        name: str,
        now: datetime,
        api_key: str | None = None,
        secret: str | None = None,
        is_enabled: bool = True,
        is_limited: bool = False,
    ) -> Key:
        """A new key; its digits and its secret are made up unless they are given. Raises Conflict for a known one."""
        mine = select(func.count().label("count")).where(api_keys.c.cloud_id == cloud_id)
        count = await session.fetch_one(mine)
        if count is not None and count["count"] >= KEYS_MAX:
            raise Invalid(f"A cloud may have {KEYS_MAX} API keys; delete one first")
        key = Key(
            id=new_id(),
            cloud_id=cloud_id,
            api_key=check_words("api_key", api_key or random_digits(), API_KEY_CHARS_MAX),
            secret=Secret(check_words("api_secret", secret or random_token(SECRET_BYTES), SECRET_CHARS_MAX)),
            name=check_name(name),
            is_enabled=is_enabled,
            created_at=now,
            is_limited=is_limited,
        )
        added = await session.fetch_one(
            insert(api_keys)
            .values(
                cloud_id=cloud_id,
                id=key.id,
                api_key=key.api_key,
                sealed_secret=self._sealed(key),
                name=name,
                is_enabled=is_enabled,
                is_limited=is_limited,
                created_at=now,
            )
            .on_conflict_do_nothing()
            .returning(api_keys.c.id)
        )
        if added is None:
            raise Conflict(f"api_key {key.api_key} already exists")
        await session.emit(KeyIssued(cloud_id, key.api_key))
        await call_out(session, cloud_id)
        return key

    async def find(self, session: Session, cloud_id: str, api_key: str) -> Key | None:
        """Enabled or not."""
        row = await session.fetch_one(_of(cloud_id).where(api_keys.c.api_key == api_key))
        return None if row is None else self._key(row)

    async def enabled(self, session: Session, cloud_id: str) -> builtins.list[Key]:
        """Those that sign for the cloud, oldest first. Those that are disabled are not even opened.

        A limited key signs nothing for all: an address that it signed would reach where it may not.
        """
        signing = _of(cloud_id).where(api_keys.c.is_enabled, api_keys.c.is_limited.is_(False))
        rows = await session.fetch(_oldest_first(signing))
        return [self._key(row) for row in rows]

    async def list(self, session: Session, cloud_id: str) -> Sequence[Key]:
        """Oldest first."""
        rows = await session.fetch(_oldest_first(_of(cloud_id)))
        return [self._key(row) for row in rows]

    async def of_clouds(self, session: Session, cloud_ids: Sequence[str]) -> dict[str, builtins.list[Key]]:
        """Those of several clouds by the id of each, oldest first."""
        found: dict[str, builtins.list[Key]] = {cloud_id: [] for cloud_id in cloud_ids}
        for row in await session.fetch(_oldest_first(select(api_keys).where(api_keys.c.cloud_id.in_(cloud_ids)))):
            found[row["cloud_id"]].append(self._key(row))
        return found

    async def rotate(self, session: Session, cloud_id: str, api_key: str, now: datetime) -> Key:
        """The same key with a new secret; the old one is worth nothing from now on, nor are the key's tokens: who had
        the old secret may have made them. Raises NotFound.

        The old one is not opened: a key whose master key was lost can be mended so.
        """
        row = await session.fetch_one(_of(cloud_id).where(api_keys.c.api_key == api_key))
        if row is None:
            raise NotFound(f"api_key {api_key} not found")
        # It keeps its age: which key is the oldest, and so signs, does not change by a new secret.
        new = _key_of(row, Secret(random_token(SECRET_BYTES)))
        await session.execute(_change(cloud_id, api_key).values(sealed_secret=self._sealed(new)))
        await _end_tokens(session, cloud_id, new.id)
        await session.emit(KeyRotated(cloud_id, api_key, now.isoformat()))
        await call_out(session, cloud_id)
        return new

    async def change(
        self,
        session: Session,
        cloud_id: str,
        api_key: str,
        *,
        now: datetime,
        name: str | None = None,
        is_enabled: bool | None = None,
        dedicated_for: Collection[str] | None = None,
    ) -> Key:
        """Give a key another name, end it or let it live again; None leaves a thing as it is. Raises NotFound.

        What one key is set apart for, another is no more.
        """
        values: dict[str, Any] = {} if name is None else {"name": check_name(name)}
        if is_enabled is not None:
            values["is_enabled"] = is_enabled
        if dedicated_for is not None:
            values["dedicated_for"] = await self._dedicated(session, cloud_id, dedicated_for)
        if values:
            await session.execute(_change(cloud_id, api_key).values(**values, updated_at=now))
        key = await self.find(session, cloud_id, api_key)
        if key is None:
            raise NotFound(f"api_key {api_key} not found")
        if is_enabled is not None:
            event = KeyEnabled if is_enabled else KeyDisabled
            await session.emit(event(cloud_id, api_key, now.isoformat()))
            await call_out(session, cloud_id)
        return key

    async def _dedicated(self, session: Session, cloud_id: str, wanted: Collection[str]) -> builtins.list[str]:
        """The words in their order, taken from whichever key had them."""
        if not set(wanted) <= set(DEDICATIONS):
            raise Invalid(f"A key may be dedicated_for {', '.join(DEDICATIONS)}")
        for word in set(wanted):
            less = func.array_remove(api_keys.c.dedicated_for, word)
            had = api_keys.c.dedicated_for.contains([word])
            await session.execute(
                update(api_keys).where(api_keys.c.cloud_id == cloud_id, had).values(dedicated_for=less)
            )
        return [word for word in DEDICATIONS if word in wanted]

    async def delete(self, session: Session, cloud_id: str, api_key: str, now: datetime) -> None:
        """The key and its tokens are gone. Raises NotFound."""
        row = await session.fetch_one(
            delete(api_keys)
            .where(api_keys.c.cloud_id == cloud_id, api_keys.c.api_key == api_key)
            .returning(api_keys.c.id)
        )
        if row is None:
            raise NotFound(f"api_key {api_key} not found")
        await _end_tokens(session, cloud_id, row["id"])
        await session.emit(KeyDisabled(cloud_id, api_key, now.isoformat()))
        await call_out(session, cloud_id)

    async def note_use(self, session: Session, key: Key, now: datetime) -> None:
        """Written once in LAST_USE_SECONDS, and never waited for: who comes second passes by."""
        if key.last_used_at is not None and now - key.last_used_at < timedelta(seconds=LAST_USE_SECONDS):
            return
        mine = (api_keys.c.cloud_id == key.cloud_id, api_keys.c.id == key.id)
        free = select(api_keys.c.id).where(*mine).with_for_update(skip_locked=True)
        await session.execute(
            update(api_keys)
            .where(api_keys.c.cloud_id == key.cloud_id, api_keys.c.id.in_(free))
            .values(last_used_at=now)
        )

    async def disable(self, session: Session, cloud_id: str, api_key: str, now: datetime) -> None:
        """From now on whoever uses the key is refused. Raises NotFound; disabling twice is no error."""
        if not await session.execute(_change(cloud_id, api_key).values(is_enabled=False)):
            raise NotFound(f"api_key {api_key} not found")
        await session.emit(KeyDisabled(cloud_id, api_key, now.isoformat()))
        await call_out(session, cloud_id)

    def _sealed(self, key: Key) -> bytes:
        return self.store.seal(key.secret.reveal().encode(), _context(key.cloud_id, key.id))

    def _key(self, row: RowMapping) -> Key:
        plain = self.store.open(row["sealed_secret"], _context(row["cloud_id"], row["id"]))
        return _key_of(row, Secret(plain.decode()))


def _key_of(row: RowMapping, secret: Secret) -> Key:
    return Key(
        id=row["id"],
        cloud_id=row["cloud_id"],
        api_key=row["api_key"],
        secret=secret,
        name=row["name"],
        is_enabled=row["is_enabled"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        dedicated_for=tuple(row["dedicated_for"]),
        updated_at=row["updated_at"],
        is_limited=row["is_limited"],
    )


def _context(cloud_id: str, key_id: str) -> str:
    """Whose secret it is: a row copied to another cloud does not open."""
    return f"api_key/{cloud_id}/{key_id}"


def check_name(name: str) -> str:
    """What people call a key or a token; or Invalid."""
    if len(name) > NAME_CHARS_MAX or any(ord(letter) < 32 for letter in name):
        raise Invalid(f"The name of a key may have {NAME_CHARS_MAX} characters, and none that control")
    return name


async def _end_tokens(session: Session, cloud_id: str, key_id: str) -> None:
    await session.execute(
        delete(bearer_tokens).where(bearer_tokens.c.cloud_id == cloud_id, bearer_tokens.c.key_id == key_id)
    )


def check_words(what: str, text: str, chars_max: int) -> str:
    """The text itself, or Invalid. Keys and secrets stand in URLs and in Basic credentials, where `:` parts them."""
    if not text.isascii() or not text.isprintable() or ":" in text or " " in text or len(text) > chars_max:
        raise Invalid(f"{what} is invalid")
    return text


def _of(cloud_id: str) -> Select[Any]:
    return select(api_keys).where(api_keys.c.cloud_id == cloud_id)


def _oldest_first(keys: Select[Any]) -> Select[Any]:
    return keys.order_by(api_keys.c.created_at, api_keys.c.id)


def _change(cloud_id: str, api_key: str) -> Update:
    return update(api_keys).where(api_keys.c.cloud_id == cloud_id, api_keys.c.api_key == api_key)
