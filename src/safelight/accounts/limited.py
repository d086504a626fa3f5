"""Limited: say that a key may only what its roles say, or everything again."""

from sqlalchemy import select, update

from safelight.accounts.events import call_out
from safelight.accounts.store import api_keys, clouds, provisioning_keys
from safelight.ports.database import Session


async def set_key(session: Session, account_id: str, api_key: str, *, is_limited: bool) -> None:
    """An API key, in whichever of the account's clouds it is. What it signed opens nothing more, within a second."""
    mine = select(clouds.c.id).where(clouds.c.account_id == account_id)
    changed = update(api_keys).where(
        api_keys.c.cloud_id.in_(mine), api_keys.c.api_key == api_key, api_keys.c.is_limited.is_(not is_limited)
    )
    for row in await session.fetch(changed.values(is_limited=is_limited).returning(api_keys.c.cloud_id)):
        await call_out(session, row["cloud_id"])


async def set_provisioning_key(session: Session, account_id: str, api_key: str, *, is_limited: bool) -> None:
    keys = provisioning_keys.c
    mine = update(provisioning_keys).where(keys.account_id == account_id, keys.api_key == api_key)
    await session.execute(mine.values(is_limited=is_limited))
