"""Backups: the file of a version that is kept, for who holds a signed address."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from safelight.assets import catalogue, placeholders, versions
from safelight.assets.model import Asset
from safelight.assets.originals import Admit, Originals, admitted
from safelight.assets.reach import check_asset
from safelight.assets.versions import Version
from safelight.delivery import types
from safelight.delivery.model import Media
from safelight.kernel.errors import NotFound
from safelight.kernel.rights import Act
from safelight.ports.database import Database
from safelight.settings import UploadSettings
from safelight.uploads.archive_packing import with_first
from safelight.web import caching
from safelight.web.admin import words
from safelight.web.auth import Auth
from safelight.web.body import read_params
from safelight.web.streamed import Streamed
from safelight.wire.noting import notes_of

PATH = "/v1_1/{cloud}/download_backup"


@dataclass(frozen=True)
class BackupDoor:
    """The address names an asset and a version, and its signature covers both."""

    database: Database
    auth: Auth
    originals: Originals
    settings: UploadSettings
    admit: Admit = admitted
    """Asked before a file is handed out; raises past a quota that refuses all."""

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.download, methods=["GET"], name="download_backup")]

    async def download(self, request: Request) -> Response:
        """The file of a version that is kept, also of an asset that was erased; to be saved."""
        said = await read_params(request, self.settings)
        principal = await self.auth.signed(request, said, is_address=True, needs=(Act.READ,), is_narrowed=True)
        await self.admit(principal.cloud.id)
        asset_id, version_id = words.required(said, "asset_id"), words.required(said, "version_id")
        asset, version = await self._version(principal.cloud.id, asset_id, version_id)
        check_asset(principal.rights, Act.READ, asset, asset_id)
        media = self._media(asset, version)
        reply = caching.decide(request.method, caching.Conditions.of(request.headers), media)
        headers = dict(caching.headers_of(media, reply))
        notes_of(request.scope).of_media(media, method=request.method, status=reply.status)
        if request.method == "HEAD" or reply.status not in (200, 206):
            return Response(status_code=reply.status, headers=headers)
        chunks = self._chunks(version, reply.start, reply.end)
        return Streamed(with_first(await anext(chunks, b""), chunks), headers, status=reply.status)

    async def _chunks(self, version: Version, start: int, end: int) -> AsyncGenerator[bytes]:
        async for chunk in self.originals.open_version(version.cloud_id, version.id, start, end):
            yield chunk

    async def _version(self, cloud_id: str, asset_id: str, version_id: str) -> tuple[Asset, Version]:
        async with self.database.transaction() as session:
            there = await catalogue.find_by_id(session, cloud_id, asset_id)
            asset = there or await placeholders.find_by_id(session, cloud_id, asset_id)
            version = await versions.find(session, cloud_id, asset_id, version_id)
        if asset is None or version is None:
            raise NotFound(f"Resource not found - {asset_id[:100]}")
        return asset, version

    def _media(self, asset: Asset, version: Version) -> Media:
        facts = version.facts
        mime = types.mime_of(asset.kind, asset.name, facts.format)
        return Media(
            cloud_id=asset.cloud_id,
            asset_id=asset.id,
            blob_key=self.originals.key(version.cloud_id, version.id),
            size_bytes=facts.size_bytes,
            md5=facts.md5,
            mime=mime,
            modified_at=version.created_at,
            is_private=True,
            is_sandboxed=types.is_sandboxed(asset.kind, mime),
            attachment_name=types.save_name(asset, None, facts.format),
            kind=asset.kind,
        )
