"""The verbs of the upload API that act on rows: rename, destroy, tags, context, metadata."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.accounts.model import FolderMode, Manner, Principal
from safelight.assets import catalogue, context, metadata_values, tags
from safelight.assets.model import AssetRef
from safelight.assets.reach import check_asset, seen
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, Unauthorized
from safelight.kernel.media import UPLOADED, Kind
from safelight.kernel.rights import Act, Where
from safelight.ports.database import Database
from safelight.settings import UploadSettings
from safelight.uploads.naming import check_name
from safelight.web.admin import words
from safelight.web.admin.door import PREFIX, kind_of
from safelight.web.auth import UNSIGNED_WITH_NOTES, Auth
from safelight.web.body import Params, read_params
from safelight.wire import metadata, params
from safelight.wire.asset import asset_json

NAMES_MAX = 1000
TAGGINGS_MAX = 1000
"""Names times tags in one call."""

Verb = Callable[[Principal, Params, Kind, datetime], Awaitable[dict[str, Any]]]

_TAGGINGS = {
    "add": tags.add,
    "remove": tags.remove,
    "replace": tags.replace,
    "set_exclusive": tags.set_exclusive,
}


@dataclass(frozen=True)
class Verbs:
    """Each is signed like an upload, or sent with Basic credentials."""

    database: Database
    auth: Auth
    clock: Clock
    upload: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""

    def routes(self) -> list[BaseRoute]:
        return [
            self._route("/asset/destroy", self.destroy, Act.DELETE),
            self._route("/{kind}/rename", self.rename, Act.CHANGE),
            self._route("/{kind}/destroy", self.destroy, Act.DELETE),
            self._route("/{kind}/tags", self.tag, Act.CHANGE, unsigned=UNSIGNED_WITH_NOTES),
            self._route("/{kind}/context", self.annotate, Act.CHANGE, unsigned=UNSIGNED_WITH_NOTES),
            self._route("/{kind}/metadata", self.fill, Act.CHANGE, unsigned=UNSIGNED_WITH_NOTES),
        ]

    def _route(self, path: str, verb: Verb, act: Act, unsigned: tuple[str, ...] = ()) -> Route:
        async def endpoint(request: Request) -> Response:
            said = await read_params(request, self.upload)
            principal = await self.auth.signed(request, said, unsigned=unsigned, needs=(act,), is_narrowed=True)
            kind = kind_of(request.path_params.get("kind", Kind.IMAGE.value))
            return JSONResponse(await verb(principal, said, kind, self.clock.now()))

        endpoint.__doc__ = verb.__doc__
        return Route(PREFIX + path, endpoint, methods=["POST"], name=getattr(verb, "__name__", None))

    async def rename(self, principal: Principal, said: Params, kind: Kind, now: datetime) -> dict[str, Any]:
        old, new = words.required(said, "from_public_id"), words.required(said, "to_public_id")
        check_name(new, "to_public_id")
        access = params.access(said)
        to_access = params.access(said, "to_type") if params.text(said, "to_type") else access
        if to_access is not access and {access, to_access} - UPLOADED:
            raise Invalid(f"Invalid to_type {to_access.value}")
        folder = new.rpartition("/")[0] if principal.cloud.folder_mode is FolderMode.FIXED else None
        rights, may_overwrite = principal.rights, params.flag(said, "overwrite")
        if may_overwrite:
            # What is in the way goes, wherever it stands.
            rights.check(Act.DELETE, Where(principal.cloud.id))
        if folder is not None:
            rights.check(Act.CHANGE, Where(principal.cloud.id, folder))
        async with self.database.transaction() as session:
            asset = await catalogue.get(session, principal.cloud.id, AssetRef(kind, access, old))
            check_asset(rights, Act.CHANGE, asset, old)
            asset = await catalogue.rename(
                session,
                asset,
                new,
                access=to_access,
                folder=folder,
                may_overwrite=may_overwrite,
                now=now,
                notification_url=words.notification_url(said),
            )
        return asset_json(
            asset,
            principal.cloud,
            base_url=self.base_url,
            key=principal.key,
            with_context=params.flag(said, "context"),
            with_metadata=params.flag(said, "metadata"),
        )

    async def destroy(self, principal: Principal, said: Params, kind: Kind, now: datetime) -> dict[str, Any]:
        if principal.manner is Manner.SIGNATURE and "format" in said:
            # So an address to download it is written (web/downloads.py), and who has one may not delete.
            raise Unauthorized("The signature is that of an address to download a file, and is good for nothing else")
        asset_id = params.text(said, "asset_id")
        name = words.required(said, "public_id") if asset_id is None else None
        url = words.notification_url(said)
        async with self.database.transaction() as session:
            if name is not None:
                ref = AssetRef(kind, params.access(said), name)
                asset = await catalogue.find(session, principal.cloud.id, ref)
            else:
                asset = await catalogue.find_by_id(session, principal.cloud.id, asset_id or "")
            asset = seen(principal.rights, asset)
            if asset is None:
                return {"result": "not found"}
            principal.rights.check(Act.DELETE, Where(asset.cloud_id, asset.folder))
            await catalogue.delete(session, asset, now, notification_url=url)
        return {"result": "ok"}

    async def tag(self, principal: Principal, said: Params, kind: Kind, now: datetime) -> dict[str, Any]:
        command, names = words.required(said, "command"), words.required_names(said, "public_ids", NAMES_MAX)
        found = params.tags(said, "tag")
        if len(names) * len(found) > TAGGINGS_MAX:
            raise Invalid(f"Too many tags for so many public_ids: at most {TAGGINGS_MAX} pairs in one call")
        url, access = words.notification_url(said), params.access(said)
        where, within = (principal.cloud.id, kind, access, names), _within(principal)
        async with self.database.transaction() as session:
            if command == "remove_all":
                done = await tags.remove_all(session, *where, now, notification_url=url, within=within)
                return {"public_ids": done}
            if command not in _TAGGINGS:
                raise Invalid(f"Invalid command {command[:50]}")
            if not found:
                raise Invalid("Missing required parameter - tag")
            verb = _TAGGINGS[command]
            return {"public_ids": await verb(session, *where, found, now, notification_url=url, within=within)}

    async def annotate(self, principal: Principal, said: Params, kind: Kind, now: datetime) -> dict[str, Any]:
        command, names = words.required(said, "command"), words.required_names(said, "public_ids", NAMES_MAX)
        url, access = words.notification_url(said), params.access(said)
        where, within = (principal.cloud.id, kind, access, names), _within(principal)
        async with self.database.transaction() as session:
            if command == "remove_all":
                done = await context.remove_all(session, *where, now, notification_url=url, within=within)
                return {"public_ids": done}
            if command != "add":
                raise Invalid(f"Invalid command {command[:50]}")
            words.required(said, "context")
            pairs = params.pairs(said)
            return {"public_ids": await context.add(session, *where, pairs, now, notification_url=url, within=within)}

    async def fill(self, principal: Principal, said: Params, kind: Kind, now: datetime) -> dict[str, Any]:
        """Fields of structured metadata; one that is said to be nothing is emptied."""
        names = words.required_names(said, "public_ids", NAMES_MAX)
        values, clears_invalid = metadata.said(said), params.flag(said, "clear_invalid")
        if values is None and not clears_invalid:
            raise Invalid("Missing required parameter - metadata")
        url, access, cloud_id = words.notification_url(said), params.access(said), principal.cloud.id
        async with self.database.transaction() as session:
            writing = await metadata_values.prepare(session, cloud_id, values or {}, clears_invalid=clears_invalid)
            where = (cloud_id, kind, access, names)
            done = await metadata_values.write(
                session, *where, writing, now, notification_url=url, within=_within(principal)
            )
            return {"public_ids": done}


def _within(principal: Principal) -> tuple[str, ...] | None:
    """The folders in which the assets are that may be written about; None: all."""
    return principal.rights.within(Act.CHANGE, principal.cloud.id)
