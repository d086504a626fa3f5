"""Related: say which assets belong together, and that they do not any more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import catalogue, related
from safelight.assets.events import Reported
from safelight.assets.model import Asset, AssetRef, Listing
from safelight.assets.reach import check_asset
from safelight.kernel.errors import NotFound
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire.asset import source_json
from safelight.wire.related import outcomes_json, ref_of

RELATED_MAX = 10
"""Relations that one call makes or ends."""

Others = Mapping[str, Asset | None]


@dataclass(frozen=True)
class Related:
    """The calls about relations; by public ids, or by ids that never change."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        """To be put before those that would read `related_assets` as a kind of assets."""
        route, named = self.door.route, "/resources/related_assets/{kind}/{access}/{name:path}"
        return [
            route("POST", named, self.relate, needs=Act.CHANGE, is_narrowed=True),
            route("DELETE", named, self.unrelate, needs=Act.CHANGE, is_narrowed=True),
            route(
                "POST", "/resources/related_assets/{asset_id}", self.relate_by_id, needs=Act.CHANGE, is_narrowed=True
            ),
            route(
                "DELETE",
                "/resources/related_assets/{asset_id}",
                self.unrelate_by_id,
                needs=Act.CHANGE,
                is_narrowed=True,
            ),
        ]

    async def relate(self, call: Call) -> dict[str, Any]:
        """Relate an asset to others, in both directions."""
        async with self.door.database.transaction() as session:
            others = await _named(session, call, "assets_to_relate")
            return await _relate(session, call, await _asset(session, call), others)

    async def relate_by_id(self, call: Call) -> dict[str, Any]:
        """The same, all of them told by their ids."""
        async with self.door.database.transaction() as session:
            others = await _by_id(session, call, "assets_to_relate")
            return await _relate(session, call, await _asset_by_id(session, call), others)

    async def unrelate(self, call: Call) -> dict[str, Any]:
        """End relations of an asset."""
        async with self.door.database.transaction() as session:
            others = await _named(session, call, "assets_to_unrelate")
            return await _unrelate(session, call, await _asset(session, call), others)

    async def unrelate_by_id(self, call: Call) -> dict[str, Any]:
        """The same, all of them told by their ids."""
        async with self.door.database.transaction() as session:
            others = await _by_id(session, call, "assets_to_unrelate")
            return await _unrelate(session, call, await _asset_by_id(session, call), others)


async def _asset(session: Session, call: Call) -> Asset:
    ref = AssetRef(call.kind(), call.access(), call.path["name"])
    asset = await catalogue.get(session, call.cloud.id, ref)
    check_asset(call.rights, Act.CHANGE, asset, ref.name)
    return asset


async def _asset_by_id(session: Session, call: Call) -> Asset:
    asset = await catalogue.find_by_id(session, call.cloud.id, call.path["asset_id"])
    if asset is None:
        raise NotFound(f"Resource not found - {call.path['asset_id']}")
    check_asset(call.rights, Act.CHANGE, asset, call.path["asset_id"])
    return asset


async def _named(session: Session, call: Call, name: str) -> Others:
    refs = {word: ref_of(word) for word in words.required_names(call.params, name, RELATED_MAX)}
    found = await catalogue.find_each(session, call.cloud.id, set(refs.values()), within=call.within(Act.CHANGE))
    return {word: found.get(ref) for word, ref in refs.items()}


async def _by_id(session: Session, call: Call, name: str) -> Others:
    ids = words.required_names(call.params, name, RELATED_MAX)
    page = await catalogue.list(session, call.cloud.id, Listing(ids=ids, within=call.within(Act.CHANGE)))
    found = {asset.id: asset for asset in page.items}
    return {one: found.get(one) for one in ids}


async def _relate(session: Session, call: Call, asset: Asset, others: Others) -> dict[str, Any]:
    outcomes = await related.relate(session, asset, others, call.now)
    return await _answer(session, call, asset, "add", {word: outcomes[word] for word in others})


async def _unrelate(session: Session, call: Call, asset: Asset, others: Others) -> dict[str, Any]:
    outcomes = await related.unrelate(session, asset, others)
    return await _answer(session, call, asset, "delete", {word: outcomes[word] for word in others})


async def _answer(
    session: Session, call: Call, asset: Asset, action: str, outcomes: Mapping[str, related.Outcome]
) -> dict[str, Any]:
    answer = outcomes_json(outcomes)
    if answer["success"]:
        told = {
            "action_type": action,
            "asset_id": asset.id,
            **source_json(asset),
            "total_success": len(answer["success"]),
            "total_failed": len(answer["failed"]),
            **answer,
        }
        url = words.notification_url(call.params)
        await session.emit(
            Reported(call.cloud.id, "related_assets", at=call.now.isoformat(), fields=told, notification_url=url)
        )
    return answer
