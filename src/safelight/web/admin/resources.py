"""Resources: list assets, show one, write about one."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.assets import catalogue, placeholders, related, versions
from safelight.assets.analyses import kept
from safelight.assets.metadata_rules import Values
from safelight.assets.metadata_values import prepare
from safelight.assets.model import Asset, AssetRef, Listing
from safelight.assets.moderation import Reviews, by_person
from safelight.assets.reach import check_asset
from safelight.derived import files
from safelight.kernel.errors import NotFound
from safelight.kernel.media import Kind
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.uploads.disclosing import KIND as PRIVACY
from safelight.uploads.naming import check_display_name, check_folder
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call, kind_of
from safelight.web.finding import Finding
from safelight.web.telling import Tell
from safelight.wire import access, analyses, coordinates, insights, metadata, moderation, params, serving
from safelight.wire.asset import detailed_json, listed_json
from safelight.wire.versions import versions_json

FOLDER_RESULTS_DEFAULT = 50
VERSIONS_MAX = 500
"""Versions of an asset that are told: the newest."""


@dataclass(frozen=True)
class Resources:
    """The calls that read or rewrite rows of the catalogue."""

    door: AdminDoor
    tell: Tell
    finding: Finding | None = None
    """Without it nobody here can see anything."""

    def routes(self) -> list[BaseRoute]:
        """Fixed words stand before the patterns that would swallow them."""
        route = self.door.route
        return [
            route("GET", "/resources/by_asset_ids", self.list_by_ids, needs=Act.READ, is_narrowed=True),
            route("GET", "/resources/by_asset_folder", self.list_by_folder, needs=Act.READ, is_narrowed=True),
            route("GET", "/resources/{kind}/tags/{tag:path}", self.list_by_tag, needs=Act.READ, is_narrowed=True),
            route("GET", "/resources/{kind}/context", self.list_by_context, needs=Act.READ, is_narrowed=True),
            route(
                "GET",
                "/resources/{kind}/moderations/{moderation}/{status}",
                self.list_by_moderation,
                needs=Act.READ,
                is_narrowed=True,
            ),
            route("GET", "/resources/{kind}/{access}/{name:path}", self.show, needs=Act.READ, is_narrowed=True),
            route("POST", "/resources/{kind}/{access}/{name:path}", self.update, needs=Act.CHANGE, is_narrowed=True),
            route("GET", "/resources/{kind}/{access}", self.list_by_access, needs=Act.READ, is_narrowed=True),
            route("GET", "/resources/{word}", self.list_by_kind_or_show, needs=Act.READ, is_narrowed=True),
            route("PUT", "/resources/{asset_id}", self.update_by_id, needs=Act.CHANGE, is_narrowed=True),
        ]

    async def list_by_access(self, call: Call) -> dict[str, Any]:
        return await self._list(call, replace(_listing(call), kind=call.kind(), access=call.access()))

    async def list_by_kind_or_show(self, call: Call) -> dict[str, Any]:
        """One word behind `resources` is a kind of assets or the id of one."""
        word = call.path["word"]
        if word not in {kind.value for kind in Kind}:
            return await self._details(call, AssetId(word))
        given = params.text(call.params, "type")
        access = params.access(call.params) if given else None
        return await self._list(call, replace(_listing(call), kind=Kind(word), access=access))

    async def list_by_tag(self, call: Call) -> dict[str, Any]:
        return await self._list(call, replace(_listing(call), kind=call.kind(), tag=call.path["tag"]))

    async def list_by_context(self, call: Call) -> dict[str, Any]:
        pair = (words.required(call.params, "key"), params.text(call.params, "value"))
        return await self._list(call, replace(_listing(call), kind=call.kind(), context=pair))

    async def list_by_moderation(self, call: Call) -> dict[str, Any]:
        review = (moderation.kind_of(call.path["moderation"]), moderation.status_of(call.path["status"]))
        return await self._list(call, replace(_listing(call), kind=call.kind(), moderation=review))

    async def list_by_ids(self, call: Call) -> dict[str, Any]:
        ids = words.asset_ids(call.params)
        return await self._list(call, replace(_listing(call), ids=ids, kind=_kind(call)))

    async def list_by_folder(self, call: Call) -> dict[str, Any]:
        # SDKs send the root as an empty word, which is as good as none.
        folder = check_folder(params.text(call.params, "asset_folder") or "", "asset_folder")
        listing = replace(
            _listing(call),
            folder=folder,
            kind=_kind(call),
            wants_count=True,
            max_results=words.max_results(call.params, FOLDER_RESULTS_DEFAULT),
        )
        return await self._list(call, listing)

    async def show(self, call: Call) -> dict[str, Any]:
        return await self._details(call, AssetRef(call.kind(), call.access(), call.path["name"]))

    async def update(self, call: Call) -> dict[str, Any]:
        return await self._update(call, AssetRef(call.kind(), call.access(), call.path["name"]))

    async def update_by_id(self, call: Call) -> dict[str, Any]:
        return await self._update(call, AssetId(call.path["asset_id"]))

    async def _list(self, call: Call, listing: Listing) -> dict[str, Any]:
        listing = replace(listing, within=call.within(Act.READ))
        async with self.door.database.transaction() as session:
            page = await placeholders.cut(session, call.cloud.id, listing)
        fields = params.csv(call.params, "fields")
        with_tags, with_context = params.flag(call.params, "tags"), params.flag(call.params, "context")
        with_metadata = params.flag(call.params, "metadata")
        # SDKs name it in the plural, older clients do not.
        with_moderation = listing.moderation is not None or any(
            params.flag(call.params, word) for word in ("moderations", "moderation")
        )
        answer: dict[str, Any] = {
            "resources": [
                listed_json(
                    asset,
                    call.cloud,
                    base_url=self.door.base_url,
                    key=call.key,
                    with_tags=with_tags,
                    with_context=with_context,
                    with_metadata=with_metadata,
                    with_moderation=with_moderation,
                    moderation_kind=listing.moderation[0] if listing.moderation else None,
                    fields=fields,
                )
                for asset in page.items
            ]
        }
        if page.next_cursor:
            answer["next_cursor"] = page.next_cursor
        if page.total_count is not None:
            answer["total_count"] = page.total_count
        return answer

    async def _details(self, call: Call, which: "AssetRef | AssetId") -> dict[str, Any]:
        async with self.door.database.transaction() as session:
            asset = await _get_or_left(session, call.cloud.id, which)
            check_asset(call.rights, Act.READ, asset, _called(which))
        # Not within the transaction: a picture may have to be opened.
        told = {} if asset.is_placeholder else {**await self.tell(asset, analyses.asked(call.params))}
        told |= await self.finding.kept(asset) if self.finding else {}
        async with self.door.database.transaction() as session:
            # What its file tells of people and places, as it was found when it came in.
            told |= dict(await kept(session, asset, (PRIVACY,)))
            shown = await self._shown(session, call, asset, params.csv(call.params, "fields"), told)
            return shown | await _kept(session, call, asset) | await self._related(session, call, asset)

    async def _related(self, session: Session, call: Call, asset: Asset) -> dict[str, Any]:
        """A page of what belongs to the asset, where that is asked for."""
        if not params.flag(call.params, "related"):
            return {}
        page = await related.list(
            session,
            asset.cloud_id,
            asset.id,
            max_results=words.max_results(call.params),
            cursor=params.text(call.params, "related_next_cursor"),
            within=call.within(Act.READ),
        )
        lines = [listed_json(one, call.cloud, base_url=self.door.base_url, key=call.key) for one in page.items]
        following = {"related_next_cursor": page.next_cursor} if page.next_cursor else {}
        return {"related_assets": lines, **following}

    async def _shown(
        self,
        session: Session,
        call: Call,
        asset: Asset,
        fields: Collection[str] = (),
        told: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        derived = await files.list(
            session,
            asset.cloud_id,
            asset.id,
            asset.version_id,
            max_results=words.max_results(call.params),
            cursor=params.text(call.params, "derived_next_cursor"),
        )
        return detailed_json(
            asset,
            call.cloud,
            base_url=self.door.base_url,
            key=call.key,
            sees_all=call.within(Act.READ) is None,
            derived=derived,
            analyses=told,
            with_coordinates=params.flag(call.params, "coordinates"),
            fields=fields,
        )

    async def _update(self, call: Call, which: "AssetRef | AssetId") -> dict[str, Any]:
        said = call.params
        ask = insights.written(said)
        if self.finding:
            self.finding.check(ask)
        display_name, folder = params.text(said, "display_name"), params.text(said, "asset_folder")
        is_dynamic = call.cloud.folder_mode is FolderMode.DYNAMIC
        async with self.door.database.transaction() as session:
            asset = await _get(session, call.cloud.id, which)
            check_asset(call.rights, Act.CHANGE, asset, _called(which))
            if folder is not None and is_dynamic:
                call.check(Act.CHANGE, check_folder(folder, "asset_folder"))
            asset = await catalogue.update(
                session,
                asset,
                tags=params.tags(said) if "tags" in said else None,
                context=params.pairs(said) if "context" in said else None,
                metadata=await _writing(session, call),
                display_name=None if display_name is None else check_display_name(display_name),
                folder=check_folder(folder, "asset_folder") if folder is not None and is_dynamic else None,
                is_display_name_unique=params.flag(said, "unique_display_name"),
                coordinates=coordinates.coordinates(said),
                regions=coordinates.regions(said),
                # Here nothing means none: with uploads it is what SDKs send when they were told nothing.
                access_control=() if access.NAME in call.emptied else access.rules(said),
                reviews=_reviews(call),
                serving=serving.said(said),
                now=call.now,
                notification_url=words.notification_url(said),
            )
        # Not within the transaction: a picture may have to be opened.
        asset, told = await self.finding.of_update(asset, ask) if self.finding else (asset, {})
        async with self.door.database.transaction() as session:
            return await self._shown(session, call, asset, told=told)


@dataclass(frozen=True)
class AssetId:
    """An asset by its id that never changes."""

    id: str


def _called(which: "AssetRef | AssetId") -> str:
    return which.id if isinstance(which, AssetId) else which.name


def _listing(call: Call) -> Listing:
    """What every list may be asked."""
    return Listing(
        prefix=params.text(call.params, "prefix"),
        names=words.listed_names(call.params, "public_ids"),
        start_at=words.moment(call.params, "start_at"),
        direction=words.direction(call.params),
        max_results=words.max_results(call.params),
        cursor=params.text(call.params, "next_cursor"),
    )


def _kind(call: Call) -> Kind | None:
    """The kind, where the path does not name one."""
    word = params.text(call.params, "resource_type")
    return None if word is None else kind_of(word)


async def _get(session: Session, cloud_id: str, which: AssetRef | AssetId) -> Asset:
    if isinstance(which, AssetRef):
        return await catalogue.get(session, cloud_id, which)
    asset = await catalogue.find_by_id(session, cloud_id, which.id)
    if asset is None:
        raise NotFound(f"Resource not found - {which.id}")
    return asset


async def _get_or_left(session: Session, cloud_id: str, which: AssetRef | AssetId) -> Asset:
    """The asset, or what is left of one that was erased and can be restored."""
    try:
        return await _get(session, cloud_id, which)
    except NotFound:
        if isinstance(which, AssetRef):
            left = await placeholders.find(session, cloud_id, which)
        else:
            left = await placeholders.find_by_id(session, cloud_id, which.id)
        if left is None:
            raise
        return left


async def _kept(session: Session, call: Call, asset: Asset) -> dict[str, Any]:
    """Whether it can be brought back, and the versions that it can be brought back to, where they are asked for."""
    if "backup" not in params.csv(call.params, "fields") and "fields" in call.params:
        told: dict[str, Any] = {}
    else:
        told = {"backup": asset.is_placeholder or await versions.is_kept(session, asset.cloud_id, asset.version_id)}
    if params.flag(call.params, "versions"):
        found = await versions.list(session, asset.cloud_id, asset.id, VERSIONS_MAX)
        told["versions"] = versions_json(found)
    return told


async def _writing(session: Session, call: Call) -> Callable[[Values], Values] | None:
    """What the call writes into fields; None: nothing."""
    said, clears_invalid = metadata.said(call.params), params.flag(call.params, "clear_invalid")
    if said is None and not clears_invalid:
        return None
    return (await prepare(session, call.cloud.id, said or {}, clears_invalid=clears_invalid)).onto


def _reviews(call: Call) -> Callable[[Reviews], Reviews] | None:
    """What the call says as the person who looks at the asset; None: nothing."""
    status = moderation.decision(call.params)
    return None if status is None else partial(by_person, status=status, now=call.now)
