"""Deletion: assets by name, prefix, tag, id or all; or only what was made of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import catalogue
from safelight.assets.model import Asset, Listing
from safelight.derived import files
from safelight.kernel.errors import Invalid
from safelight.kernel.page import Page
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.transform import canon
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params

CHUNK = 1000
"""Assets that one call deletes at most; it says `partial` and the client calls again."""


@dataclass(frozen=True)
class Deletion:
    """The calls that delete."""

    door: AdminDoor
    chunk: int = CHUNK

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("DELETE", "/resources", self.by_ids, needs=Act.DELETE, is_narrowed=True),
            route("DELETE", "/resources/{kind}/tags/{tag:path}", self.by_tag, needs=Act.DELETE, is_narrowed=True),
            route("DELETE", "/resources/{kind}/{access}", self.by_access, needs=Act.DELETE, is_narrowed=True),
            route("DELETE", "/derived_resources", self.derived, needs=Act.DELETE),
        ]

    async def by_ids(self, call: Call) -> dict[str, Any]:
        ids = words.required_names(call.params, "asset_ids")
        async with self.door.database.transaction() as session:
            page = await catalogue.list(session, call.cloud.id, Listing(ids=ids, within=call.within(Act.DELETE)))
            return await _delete(session, call, page, [asset.id for asset in page.items], ids)

    async def by_tag(self, call: Call) -> dict[str, Any]:
        cursor = params.text(call.params, "next_cursor")
        listing = Listing(
            kind=call.kind(),
            tag=call.path["tag"],
            max_results=self.chunk,
            cursor=cursor,
            within=call.within(Act.DELETE),
        )
        async with self.door.database.transaction() as session:
            return await _delete(session, call, await catalogue.list(session, call.cloud.id, listing))

    async def by_access(self, call: Call) -> dict[str, Any]:
        names, prefix = words.names(call.params, "public_ids"), params.text(call.params, "prefix")
        is_all = params.flag(call.params, "all")
        if (names is not None) + (prefix is not None) + is_all != 1:
            raise Invalid("Exactly one of public_ids, prefix or all is required")
        listing = Listing(
            kind=call.kind(),
            access=call.access(),
            names=names,
            prefix=prefix,
            max_results=self.chunk,
            cursor=params.text(call.params, "next_cursor"),
            within=call.within(Act.DELETE),
        )
        async with self.door.database.transaction() as session:
            page = await catalogue.list(session, call.cloud.id, listing)
            return await _delete(session, call, page, expected=names or ())

    async def derived(self, call: Call) -> dict[str, Any]:
        ids = words.required_names(call.params, "derived_resource_ids")
        async with self.door.database.transaction() as session:
            dropped = set(await files.drop(session, call.cloud.id, ids))
        return {"deleted": {one: "deleted" if one in dropped else "not_found" for one in ids}}


async def _delete(
    session: Session, call: Call, page: Page[Asset], labels: Sequence[str] = (), expected: Sequence[str] = ()
) -> dict[str, Any]:
    """Delete a page of assets, or with `keep_original` what was made of them. `labels` name them in the answer.

    Who names transformations means the files made by these, and never the originals.
    """
    transformations = _transformations(call)
    keeps_original = params.flag(call.params, "keep_original") or transformations is not None
    counts = {one: {"original": 0, "derived": 0} for one in expected}
    deleted = dict.fromkeys(expected, "not_found")
    for label, asset in zip(labels or [asset.name for asset in page.items], page.items, strict=True):
        if keeps_original:
            derived = await files.drop_of(session, asset, transformations)
        else:  # Their bytes go with the asset's.
            derived = await files.forget_version(session, asset.cloud_id, asset.version_id)
        deleted[label] = "deleted"
        counts[label] = {"original": int(not keeps_original), "derived": derived}
    if not keeps_original:
        url = words.notification_url(call.params)
        await catalogue.delete_many(session, page.items, call.now, notification_url=url)
    answer: dict[str, Any] = {"deleted": deleted, "deleted_counts": counts, "partial": page.next_cursor is not None}
    if page.next_cursor:
        answer["next_cursor"] = page.next_cursor
    return answer


def _transformations(call: Call) -> list[str] | None:
    """Texts with a bar between them, in the spelling that rows have."""
    value = params.text(call.params, "transformations")
    return None if value is None else [canon.normal(words.without_extension(part)) for part in value.split("|") if part]
