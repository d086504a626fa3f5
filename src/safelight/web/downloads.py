"""Downloads: one file, private or not, for who holds a signed address."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from safelight.accounts.model import Principal
from safelight.assets import catalogue
from safelight.assets.model import Asset, AssetRef
from safelight.assets.originals import Admit, admitted
from safelight.delivery import types
from safelight.delivery.model import Media
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Kind
from safelight.kernel.rights import Act, Where
from safelight.ports.database import Database
from safelight.settings import UploadSettings
from safelight.uploads.archive_packing import with_first
from safelight.uploads.model import EagerAsk
from safelight.uploads.stored import Stored, StoredFile
from safelight.web import caching
from safelight.web.auth import Auth
from safelight.web.body import Params, read_params
from safelight.web.streamed import Streamed
from safelight.wire import intake, params
from safelight.wire.noting import notes_of

PATH = "/v1_1/{cloud}/{kind}/download"


@dataclass(frozen=True)
class DownloadDoor:
    """The address says all that is asked, and its signature covers it."""

    database: Database
    auth: Auth
    stored: Stored
    settings: UploadSettings
    admit: Admit = admitted
    """Asked before a file is handed out; raises past a quota that refuses all."""

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.download, methods=["GET"], name="download")]

    async def download(self, request: Request) -> Response:
        """The file of an asset, or one that is made of it, whoever may see it otherwise."""
        words = await read_params(request, self.settings)
        principal = await self.auth.signed(request, words, is_address=True, needs=(Act.READ,), is_narrowed=True)
        await self.admit(principal.cloud.id)
        kind = intake.resource_type(str(request.path_params["kind"]))
        if kind is None:
            raise Invalid("Invalid resource_type auto")
        try:
            return await self._answer(request, principal, kind, words)
        except NotFound:
            # It was replaced between our look at the row and our reach for the bytes: look again, once.
            return await self._answer(request, principal, kind, words)

    async def _answer(self, request: Request, principal: Principal, kind: Kind, words: Params) -> Response:
        cloud = principal.cloud
        asset = await self._asset(principal, kind, words)
        format = None if kind is Kind.RAW else params.text(words, "format")
        ask = EagerAsk(params.text(words, "transformation") or "", format)
        file = await self.stored(cloud, asset, ask, sees_all=principal.rights.may(Act.READ, Where(cloud.id)))
        media = media_of(asset, file, _save_name(asset, file, words))
        reply = caching.decide(request.method, caching.Conditions.of(request.headers), media)
        headers = dict(caching.headers_of(media, reply))
        notes_of(request.scope).of_media(media, method=request.method, status=reply.status)
        if request.method == "HEAD" or reply.status not in (200, 206):
            return Response(status_code=reply.status, headers=headers)
        chunks = self.stored.open(file, reply.start, reply.end)
        first = await anext(chunks, b"")
        return Streamed(with_first(first, chunks), headers, status=reply.status)

    async def _asset(self, principal: Principal, kind: Kind, words: Params) -> Asset:
        """Of a raw file, the extension may stand in its name or apart."""
        name, access = params.text(words, "public_id"), params.access(words)
        if name is None:
            raise Invalid("Missing required parameter - public_id")
        extension = params.text(words, "format") if kind is Kind.RAW else None
        names = [name, f"{name}.{extension}"] if extension else [name]
        async with self.database.transaction() as session:
            refs = [AssetRef(kind, access, one) for one in names]
            within = principal.rights.within(Act.READ, principal.cloud.id)
            found = await catalogue.find_each(session, principal.cloud.id, refs, within=within)
        for one in names:
            if (asset := found.get(AssetRef(kind, access, one))) is not None:
                return asset
        raise NotFound(f"Resource not found - {name[:255]}")


def media_of(asset: Asset, file: StoredFile, attachment_name: str | None) -> Media:
    kind, name = (asset.kind, asset.name) if file.is_original else (Kind.IMAGE, "")
    mime = types.mime_of(kind, name, file.format)
    return Media(
        cloud_id=asset.cloud_id,
        asset_id=asset.id,
        blob_key=file.blob_key,
        size_bytes=file.size_bytes,
        md5=file.md5,
        mime=mime,
        modified_at=datetime.fromtimestamp(asset.version, UTC),
        is_private=True,
        is_sandboxed=types.is_sandboxed(asset.kind, mime),
        attachment_name=attachment_name,
        kind=asset.kind,
        is_derived=not file.is_original,
    )


def _save_name(asset: Asset, file: StoredFile, words: Params) -> str | None:
    """`attachment` is a flag, or the name itself."""
    asked, said = params.text(words, "target_filename"), params.text(words, "attachment")
    if asked is None and said is None:
        return None
    if said is not None and params.is_flag(said):
        if asked is None and not params.flag(words, "attachment"):
            return None
    elif asked is None:
        asked = said
    name = types.save_name(asset, None, file.format)
    if asked is None:
        return name
    extension = types.extension_of(name)
    return asked if not extension or types.extension_of(asked) else f"{asked}.{extension}"
