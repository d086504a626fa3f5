"""Bearer tokens: issue, find and revoke what stands for an API key for a while, and for a part of what it may."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.keys import LAST_USE_SECONDS, check_name
from safelight.accounts.model import Key
from safelight.accounts.store import api_keys, bearer_tokens
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.ids import new_id, random_token
from safelight.kernel.secret import Secret
from safelight.ports.database import Session

UPLOAD = "upload"
ASSET_MANAGEMENT = "asset_management"
SCOPES = (UPLOAD, ASSET_MANAGEMENT)
"""The Upload API, and the Admin API."""

PREFIX = "slt_"
"""So that whoever finds one in a log or a file knows what it is."""
TOKEN_BYTES = 32
TOKEN_CHARS_MAX = 200
HOURS_DEFAULT = 24
HOURS_MAX = 366 * 24
TOKENS_MAX = 1000
"""Most tokens of a cloud that have not expired."""


@dataclass(frozen=True)
class BearerToken:
    """A token as it is known: not its letters."""

    id: str
    cloud_id: str
    key_id: str
    """The API key that it stands for; it ends with it."""
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


async def issue(
    session: Session,
    key: Key,
    *,
    name: str = "",
    scopes: Collection[str] = SCOPES,
    hours: int = HOURS_DEFAULT,
    now: datetime,
) -> tuple[BearerToken, Secret]:
    """A new token, whose letters are told this once. Raises Invalid."""
    if not key.is_enabled:
        raise Invalid(f"api_key {key.api_key} is disabled")
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(f"A token has one or more of the scopes {', '.join(SCOPES)}")
    if not 1 <= hours <= HOURS_MAX:
        raise Invalid(f"A token lasts from 1 to {HOURS_MAX} hours")
    await session.execute(
        delete(bearer_tokens).where(bearer_tokens.c.cloud_id == key.cloud_id, bearer_tokens.c.expires_at <= now)
    )
    if len(await list_all(session, key.cloud_id)) >= TOKENS_MAX:
        raise Invalid(f"A cloud may have {TOKENS_MAX} tokens; revoke some first")
    letters = PREFIX + random_token(TOKEN_BYTES)
    token = BearerToken(
        id=new_id(),
        cloud_id=key.cloud_id,
        key_id=key.id,
        name=check_name(name),
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        created_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    await session.execute(
        insert(bearer_tokens).values(
            cloud_id=token.cloud_id,
            id=token.id,
            digest=_digest(letters),
            key_id=token.key_id,
            name=token.name,
            scopes=[*token.scopes],
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )
    return token, Secret(letters)


async def find(session: Session, cloud_id: str, letters: str, now: datetime) -> tuple[BearerToken, str] | None:
    """The token, and the name of its key; None for one that is unknown, of another cloud, or over.

    It is looked up by its digest, so how long that takes tells nothing of the letters of any other.
    """
    if len(letters) > TOKEN_CHARS_MAX or not letters.startswith(PREFIX):
        return None
    row = await session.fetch_one(
        select(bearer_tokens, api_keys.c.api_key)
        .join(api_keys, (api_keys.c.cloud_id == bearer_tokens.c.cloud_id) & (api_keys.c.id == bearer_tokens.c.key_id))
        .where(
            bearer_tokens.c.cloud_id == cloud_id,
            bearer_tokens.c.digest == _digest(letters),
            bearer_tokens.c.expires_at > now,
        )
    )
    return None if row is None else (_token(row), row["api_key"])


async def note_use(session: Session, token: BearerToken, now: datetime) -> None:
    """As with keys: once in a while, and never waited for."""
    if token.last_used_at is not None and now - token.last_used_at < timedelta(seconds=LAST_USE_SECONDS):
        return
    mine = (bearer_tokens.c.cloud_id == token.cloud_id, bearer_tokens.c.id == token.id)
    free = select(bearer_tokens.c.id).where(*mine).with_for_update(skip_locked=True)
    await session.execute(
        update(bearer_tokens)
        .where(bearer_tokens.c.cloud_id == token.cloud_id, bearer_tokens.c.id.in_(free))
        .values(last_used_at=now)
    )


async def list_all(session: Session, cloud_id: str) -> Sequence[BearerToken]:
    """Oldest first; also those that are over and not cleared away yet."""
    rows = await session.fetch(
        select(bearer_tokens).where(bearer_tokens.c.cloud_id == cloud_id).order_by(bearer_tokens.c.id)
    )
    return [_token(row) for row in rows]


async def revoke(session: Session, cloud_id: str, token_id: str) -> None:
    """It opens nothing any more. Raises NotFound."""
    gone = delete(bearer_tokens).where(bearer_tokens.c.cloud_id == cloud_id, bearer_tokens.c.id == token_id)
    if not await session.execute(gone):
        raise NotFound(f"There is no token {token_id[:50]}")


def _digest(letters: str) -> bytes:
    """Of 32 random bytes: they cannot be guessed, so the digest needs no salt and may be quick."""
    return hashlib.sha256(letters.encode(errors="replace")).digest()


def _token(row: RowMapping) -> BearerToken:
    return BearerToken(
        id=row["id"],
        cloud_id=row["cloud_id"],
        key_id=row["key_id"],
        name=row["name"],
        scopes=tuple(row["scopes"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        last_used_at=row["last_used_at"],
    )
