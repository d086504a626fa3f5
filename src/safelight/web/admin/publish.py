"""Publish: assets that only some may see are opened to everybody; and the older word for who may see them."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.assets import catalogue, publish
from safelight.assets.events import Reported
from safelight.assets.model import Asset, Listing
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access
from safelight.kernel.page import Page
from safelight.kernel.rights import Act
from safelight.ports.database import Session
from safelight.web.admin import words
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.asset import asset_json, source_json

CHUNK = 500
"""Assets that one call changes at most, where it names them by a prefix or a tag; it says `partial`."""
MODES = ("public", "authenticated")


@dataclass(frozen=True)
class Publish:
    """The calls that change who may see assets, many at once."""

    door: AdminDoor
    chunk: int = CHUNK

    def routes(self) -> list[BaseRoute]:
        """To be put before those that would read `update_access_mode` as a name."""
        route = self.door.route
        return [
            route("POST", "/resources/{kind}/publish_resources", self.publish, needs=Act.CHANGE, is_narrowed=True),
            route(
                "POST",
                "/resources/{kind}/{access}/update_access_mode",
                self.change_mode,
                needs=Act.CHANGE,
                is_narrowed=True,
            ),
        ]

    async def publish(self, call: Call) -> dict[str, Any]:
        """Give private and authenticated assets the type `upload`."""
        given = params.text(call.params, "type")
        access = params.access(call.params) if given else None
        if access is not None and access not in publish.PUBLISHABLE:
            raise Invalid(f"Invalid type {access.value}: only private and authenticated assets can be published")
        if params.flag(call.params, "overwrite"):
            # What is in the way goes, wherever it stands.
            call.check(Act.DELETE, "")
        url = words.notification_url(call.params)
        async with self.door.database.transaction() as session:
            page = await self._named(session, call, (access,) if access else publish.PUBLISHABLE)
            done, failed = await publish.publish(
                session,
                page.items,
                may_overwrite=params.flag(call.params, "overwrite"),
                now=call.now,
                notification_url=url,
            )
            if done:
                told = {"resources": [{"asset_id": one.id, **source_json(one)} for one in done]}
                await session.emit(
                    Reported(call.cloud.id, "publish", at=call.now.isoformat(), fields=told, notification_url=url)
                )
        refused = [{**self._told(call, one.asset), "error": {"message": one.reason}} for one in failed]
        return {"published": [self._told(call, one) for one in done], "failed": refused, **_partial(page)}

    async def change_mode(self, call: Call) -> dict[str, Any]:
        """`authenticated`: only who has a token may see the assets; `public`: everybody."""
        mode = words.required(call.params, "access_mode")
        if mode not in MODES:
            raise Invalid(f"Invalid access_mode {mode[:50]}")
        async with self.door.database.transaction() as session:
            page = await self._named(session, call, (call.access(),))
            changed = await publish.close(
                session,
                page.items,
                is_closed_then=mode == "authenticated",
                now=call.now,
                notification_url=words.notification_url(call.params),
            )
        return {"updated": [self._told(call, one) for one in changed], "failed": [], **_partial(page)}

    async def _named(self, session: Session, call: Call, accesses: tuple[Access, ...]) -> Page[Asset]:
        """The assets of these types that the call names in the one way or the other."""
        names, prefix = words.names(call.params, "public_ids"), params.text(call.params, "prefix")
        tag = params.text(call.params, "tag")
        if sum(each is not None for each in (names, prefix, tag)) != 1:
            raise Invalid("Exactly one of public_ids, prefix or tag is required")
        found: list[Asset] = []
        for access in accesses:
            listing = Listing(
                kind=call.kind(),
                access=access,
                names=names,
                prefix=prefix,
                tag=tag,
                max_results=self.chunk,
                within=call.within(Act.CHANGE),
            )
            page = await catalogue.list(session, call.cloud.id, listing)
            found += page.items
            if page.next_cursor:
                return Page(found, page.next_cursor)
        return Page(found)

    def _told(self, call: Call, asset: Asset) -> dict[str, Any]:
        return asset_json(asset, call.cloud, base_url=self.door.base_url, key=call.key, shows_key=False)


def _partial(page: Page[Asset]) -> dict[str, Any]:
    """Only where more is to be done: the next call goes on with the rest."""
    return {"partial": True} if page.next_cursor else {}
