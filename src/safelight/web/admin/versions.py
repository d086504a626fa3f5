"""Versions: bring assets back to what they were, erase what is kept, and say whether a cloud keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.assets import catalogue, placeholders, versions
from safelight.assets.events import Reported
from safelight.assets.model import Asset, AssetRef
from safelight.assets.reach import check_asset
from safelight.assets.restoring import Refusal, Restore
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.asset import asset_json, source_json


@dataclass(frozen=True)
class Versions:
    """The calls about backups."""

    door: AdminDoor
    restoring: Restore

    def routes(self) -> list[BaseRoute]:
        """To be put before those that would read `restore` and `backup` as names."""
        route = self.door.route
        return [
            route("POST", "/resources/restore", self.restore_by_ids, needs=Act.CHANGE, is_narrowed=True),
            route("POST", "/resources/{kind}/{access}/restore", self.restore, needs=Act.CHANGE, is_narrowed=True),
            route("DELETE", "/resources/backup/{asset_id}", self.erase, needs=Act.DELETE, is_narrowed=True),
            route("GET", "/backup_settings", self.settings, needs=Act.READ, is_narrowed=True),
            route("PUT", "/backup_settings", self.change, needs=Act.SETTINGS),
        ]

    async def restore(self, call: Call) -> dict[str, Any]:
        """Bring assets back by their public ids, each to its newest version or to the one that is named."""
        names = words.required_names(call.params, "public_ids")
        return await self._restore(call, names, [AssetRef(call.kind(), call.access(), name) for name in names])

    async def restore_by_ids(self, call: Call) -> dict[str, Any]:
        """Bring assets back by their ids."""
        ids = words.required_names(call.params, "asset_ids")
        return await self._restore(call, ids, ids)

    async def erase(self, call: Call) -> dict[str, Any]:
        """Erase kept versions of an asset: those that are named, or with `all` of our own every one. For good."""
        asset_id = call.path["asset_id"]
        is_all = params.flag(call.params, "all")
        wanted = None if is_all else words.required_names(call.params, "version_ids")
        async with self.door.database.transaction() as session:
            there = await _there(session, call.cloud.id, asset_id)
            check_asset(call.rights, Act.DELETE, there, asset_id)
            erased = await versions.erase(session, call.cloud.id, asset_id, wanted)
        failures = [
            {"version_id": one, "error": {"message": f"Version not found - {one}"}}
            for one in wanted or ()
            if one not in erased
        ]
        answer: dict[str, Any] = {"asset_id": asset_id, "deleted_version_ids": erased}
        return answer | ({"failures": failures} if failures else {})

    async def settings(self, call: Call) -> dict[str, Any]:
        """Whether the cloud keeps older versions and erased assets, and how long."""
        return {"backup": call.cloud.backs_up, "backup_days": self.door.upload.backup_days}

    async def change(self, call: Call) -> dict[str, Any]:
        """From the next upload on. What is kept already stays."""
        words.required(call.params, "backup")
        async with self.door.database.transaction() as session:
            cloud = await clouds.change(session, call.cloud.id, backs_up=params.flag(call.params, "backup"))
        return {"backup": cloud.backs_up, "backup_days": self.door.upload.backup_days}

    async def _restore(self, call: Call, told: Sequence[str], which: Sequence[AssetRef | str]) -> dict[str, Any]:
        """One by one: what cannot be brought back does not hold up the others."""
        version_ids = _version_ids(call, len(which))
        answer: dict[str, Any] = {}
        restored: list[Asset] = []
        for name, each, version_id in zip(told, which, version_ids, strict=True):
            found = await self.restoring(call.cloud.id, each, version_id, rights=call.rights)
            if isinstance(found, Refusal):
                answer[name] = {"error": found.value}
                continue
            restored.append(found)
            answer[name] = asset_json(found, call.cloud, base_url=self.door.base_url, key=call.key, shows_key=False)
        if restored:
            await self._report(call, restored)
        return answer

    async def _report(self, call: Call, restored: Sequence[Asset]) -> None:
        resources = [
            {
                **source_json(one),
                "asset_id": one.id,
                "version": one.version,
                "version_id": one.version_id,
                "asset_folder": one.folder,
                "display_name": one.display_name,
            }
            for one in restored
        ]
        url = words.notification_url(call.params)
        topic = "restore_asset_version" if "versions" in call.params else "restore"
        fact = Reported(
            call.cloud.id, topic, at=call.now.isoformat(), fields={"resources": resources}, notification_url=url
        )
        async with self.door.database.transaction() as session:
            await session.emit(fact)


def _version_ids(call: Call, count: int) -> Sequence[str | None]:
    """One for each asset; none at all means the newest of each."""
    value = call.params.get("versions")
    if not value:
        return [None] * count
    found = value if isinstance(value, list) else [value]
    if len(found) != count:
        raise Invalid("versions must name one version for each asset")
    return found


async def _there(session: Session, cloud_id: str, asset_id: str) -> Asset:
    """The asset, or what is left of it. Raises NotFound for an asset that is not there and of which nothing is left."""
    there = await catalogue.find_by_id(session, cloud_id, asset_id)
    found = there or await placeholders.find_by_id(session, cloud_id, asset_id)
    if found is None:
        raise NotFound(f"Resource not found - {asset_id}")
    return found
