"""Snapshots: results of searches that are held for a while, for whoever shows them in a grid."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import snapshots
from safelight.assets.snapshots import Bounds, Held
from safelight.kernel.errors import Forbidden, Invalid
from safelight.kernel.rights import Act, Where
from safelight.settings import SelectionSettings
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params, search
from safelight.wire.snapshot import check_known, snapshot_json, window_json

LIMIT_DEFAULT = 60
LIMIT_MAX = 500
POSITION_MAX = 10**9

_TAKEN = frozenset({"expression", "sort_by"})
_READ = frozenset({"position", "limit", "fields", "with_field"})


@dataclass(frozen=True)
class Snapshots:
    """The calls about them; these are ours, and no SDK has them."""

    door: AdminDoor
    settings: SelectionSettings

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("POST", "/snapshots", self.take, needs=Act.READ, is_narrowed=True),
            route("GET", "/snapshots/{id}", self.read, needs=Act.READ, is_narrowed=True),
            route("DELETE", "/snapshots/{id}", self.drop, needs=Act.READ, is_narrowed=True),
        ]

    async def take(self, call: Call) -> dict[str, Any]:
        """Hold what a search finds, in its order."""
        check_known({name: "" for name in call.params if not name.startswith("sort_by[")}, _TAKEN)
        asked = replace(search.asked(call.params, 1), within=call.within(Act.READ))
        lasts = timedelta(minutes=self.settings.snapshot_minutes)
        bounds = Bounds(self.settings.assets_max, self.settings.snapshots_max, lasts, _asker(call))
        async with self.door.database.transaction() as session:
            return snapshot_json(await snapshots.take(session, call.cloud.id, asked, call.now, bounds))

    async def read(self, call: Call) -> dict[str, Any]:
        """The assets from any position on, as they are now; those that are gone keep their places."""
        check_known(call.params, _READ)
        position = params.number(call.params, "position", low=0, high=POSITION_MAX) or 0
        limit = params.number(call.params, "limit", low=1, high=LIMIT_MAX) or LIMIT_DEFAULT
        shown = search.shown(call.params)
        if shown.analyses:
            raise Invalid("A snapshot shows tags, context and metadata; ask the assets themselves for what they show")
        async with self.door.database.transaction() as session:
            snapshot = await snapshots.get(session, call.cloud.id, call.path["id"], call.now)
            held = await snapshots.read(session, call.cloud.id, snapshot.id, position, limit)
        seen = [_seen(call, one) for one in held]
        base_url, key = self.door.base_url, call.key
        return window_json(snapshot, seen, position, call.cloud, base_url=base_url, key=key, shown=shown)

    async def drop(self, call: Call) -> dict[str, Any]:
        """Hold it no longer."""
        async with self.door.database.transaction() as session:
            snapshot = await snapshots.get(session, call.cloud.id, call.path["id"], call.now)
            if snapshot.key_id != _asker(call) and not call.rights.is_full:
                raise Forbidden(
                    f"{call.rights.who} did not take this snapshot: only who may do everything lets go of it"
                )
            if snapshot.expires_at is None:
                raise Invalid("An action goes through it")
            await snapshots.drop(session, call.cloud.id, [snapshot.id])
        return {"message": "ok"}


def _asker(call: Call) -> str:
    return call.key.id if call.key else ""


def _seen(call: Call, held: Held) -> Held:
    """What one may not see is, for them, not there."""
    asset = held.asset
    if asset is None or call.rights.may(Act.READ, Where(call.cloud.id, asset.folder)):
        return held
    return replace(held, asset=None)
