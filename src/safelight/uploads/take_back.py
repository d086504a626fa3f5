"""Take back: who uploaded an asset a moment ago deletes it with the token of the answer."""

from dataclasses import dataclass

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.assets import catalogue
from safelight.assets.events import Reported
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, Unauthorized
from safelight.ports.database import Database
from safelight.uploads import tokens


@dataclass(frozen=True)
class TakeBack:
    """Needs no key, and deletes exactly the version that the token was given for."""

    database: Database
    keys: Keys
    clock: Clock

    async def __call__(self, cloud_name: str, token: str) -> None:
        """Raises Invalid for a token that is not ours, too old, or used already."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            cloud = await clouds.find(session, cloud_name)
            if cloud is None:
                raise Unauthorized(f"Invalid cloud_name {cloud_name[:100]}")
            found = tokens.read(token, await self.keys.enabled(session, cloud.id), now)
            asset = await catalogue.find_by_id(session, cloud.id, found.asset_id)
            if asset is None or asset.version_id != found.version_id:
                raise Invalid("Invalid token")
            await catalogue.delete(session, asset, now)
            told = {
                "asset_id": asset.id,
                "public_id": asset.name,
                "resource_type": asset.kind.value,
                "type": asset.access.value,
                "version": asset.version,
            }
            await session.emit(Reported(cloud.id, "delete_by_token", at=now.isoformat(), fields=told))
