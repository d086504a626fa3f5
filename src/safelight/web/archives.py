"""Archives: many assets in one file, kept as an asset or streamed to who holds a signed address."""

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.accounts.model import Principal
from safelight.assets.originals import Admit, admitted
from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import Kind
from safelight.kernel.rights import Act
from safelight.settings import UploadSettings
from safelight.uploads import archive as archives
from safelight.uploads.archive import Archive
from safelight.uploads.archive_keeping import KeepArchive, target_ref
from safelight.uploads.archive_model import ArchiveAsk, Packed
from safelight.uploads.archive_packing import MIMES
from safelight.uploads.composing import Asked, Composing
from safelight.uploads.model import EagerAsk
from safelight.web.auth import Auth
from safelight.web.body import Params, read_params
from safelight.web.budget import Budget
from safelight.web.caching import disposition
from safelight.web.errors import CROSS_ORIGIN
from safelight.web.streamed import Streamed
from safelight.wire import intake, params
from safelight.wire.archive import archive_ask, archived_json
from safelight.wire.composed import put_aside_json
from safelight.wire.noting import notes_of

CLOUD = "/v1_1/{cloud}"
ABOUT = "generate_archive"

MIXED = frozenset({"all", "auto"})
CREATE, DOWNLOAD, CREATE_AND_DOWNLOAD = "create", "download", "create_and_download"
MODES = frozenset({CREATE, DOWNLOAD, CREATE_AND_DOWNLOAD})
ONE = 1
"""What an archive takes of what may be packed at once."""


@dataclass(frozen=True)
class ArchiveDoor:
    """Signed like an upload, or sent with credentials; an address to download is good for who has it."""

    auth: Auth
    archive: Archive
    keep: KeepArchive
    composing: Composing
    settings: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""
    at_once: Budget
    admit: Admit = admitted
    """Asked before an archive is handed out; raises past a quota that refuses all."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route(CLOUD + "/{kind}/generate_archive", self.generate, methods=["POST", "GET"], name="generate_archive"),
            Route(CLOUD + "/{kind}/download_tag.zip", self.download_tag, methods=["GET"], name="download_tag"),
        ]

    async def generate(self, request: Request) -> Response:
        """Pack assets into an archive, which is kept as a raw asset, or handed out at once (`mode=download`)."""
        words = await read_params(request, self.settings)
        principal = await self._asking(request, words)
        kind = _kind(request)
        mode = params.text(words, "mode") or (DOWNLOAD if request.method in ("GET", "HEAD") else CREATE)
        if mode not in MODES:
            raise Invalid(f"Invalid mode {mode[:50]}: must be create, download or create_and_download")
        ask = replace(archive_ask(words, kind), within=principal.rights.within(Act.READ, principal.cloud.id))
        if mode == DOWNLOAD:
            return await self._download(request, principal, ask)
        if request.method != "POST":
            raise Invalid("An archive is kept by POST; with GET it is only downloaded: mode=download")
        return await self._keep(request, principal, words, kind, ask)

    async def download_tag(self, request: Request) -> Response:
        """A zip of all pictures with a tag, as older SDKs ask for it."""
        words = await read_params(request, self.settings)
        principal = await self._asking(request, words)
        tags = params.tags(words, "tag")
        if not tags:
            raise Invalid("Missing required parameter - tag")
        transformation = params.text(words, "transformation")
        ask = ArchiveAsk(
            kind=_kind(request),
            access=params.access(words),
            tags=tags,
            transformations=(EagerAsk(transformation),) if transformation else (),
            target_name=f"{tags[0]}.zip",
            within=principal.rights.within(Act.READ, principal.cloud.id),
        )
        return await self._download(request, principal, ask)

    async def _asking(self, request: Request, words: Params) -> Principal:
        """Who may read in the cloud, or in folders of it: these are packed and no others."""
        return await self.auth.signed(request, words, is_address=True, needs=(Act.READ,), is_narrowed=True)

    async def _keep(
        self, request: Request, principal: Principal, words: Params, kind: Kind | None, ask: ArchiveAsk
    ) -> Response:
        ref = target_ref(ask)
        asked = Asked(
            principal,
            ABOUT,
            words,
            kind,
            ref,
            notification_urls=ask.notification_urls,
            batch_id=params.batch_id(words),
        )
        if params.text(words, "mode") == CREATE_AND_DOWNLOAD:
            await self.admit(principal.cloud.id)
            # The one line of this request tells that the archive was handed out; that it came in stands beside it.
            asked = replace(asked, taken=self.composing.taken)
        chosen = await self.archive.choose(principal.cloud, ask)
        self.archive.check(chosen, ask)
        is_large = archives.size_bytes(chosen) > self.settings.archive_now_bytes_max
        if params.flag(words, "async") or is_large:
            return JSONResponse(put_aside_json(ref, await self.composing.put_aside(asked)))
        with self.at_once.share() as share:
            share.take(ONE)
            kept = await self.keep(asked)
        if params.text(words, "mode") != CREATE_AND_DOWNLOAD:
            notes_of(request.scope).of_upload(kept.asset)
            cloud, key = principal.cloud, principal.key
            return JSONResponse(archived_json(kept.asset, kept.facts, cloud, base_url=self.base_url, key=key))
        notes_of(request.scope).of_original(kept.asset, method="GET")
        stored = self.archive.stored.original(kept.asset)
        headers = {**_headers(ask), "Content-Length": str(stored.size_bytes)}
        return Streamed(self.archive.stored.open(stored), headers)

    async def _download(self, request: Request, principal: Principal, ask: ArchiveAsk) -> Response:
        """What is too much is told inside: who follows an address sees a file, not an answer."""
        cloud, headers = principal.cloud, _headers(ask)
        await self.admit(cloud.id)
        chosen = await self.archive.choose(cloud, ask)
        try:
            self.archive.check(chosen, ask)
        except TooMuch as fault:
            return Streamed(self.archive.refusing(fault, ask.format), headers)
        notes_of(request.scope).of_packed(cloud.id, method="GET" if request.method == "POST" else request.method)
        if request.method == "HEAD":
            return Response(headers=headers)
        share, packed = self.at_once.share(), Packed(sees_all=ask.within is None)
        share.take(ONE)

        async def after() -> None:
            share.give_back()
            await self.archive.forget_made(cloud, ask, packed)

        return Streamed(self.archive.pack(cloud, chosen, ask, packed, is_strict=False), headers, after=after)


def _kind(request: Request) -> Kind | None:
    """The kind in the path; None for all."""
    word = str(request.path_params["kind"])
    return None if word in MIXED else intake.resource_type(word)


def _headers(ask: ArchiveAsk) -> dict[str, str]:
    name = (ask.target_name or _name(ask)).rpartition("/")[2]
    name = name if name.lower().endswith(f".{ask.format}") else f"{name}.{ask.format}"
    return {
        "Content-Type": MIMES[ask.format],
        "Content-Disposition": disposition(name),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        **CROSS_ORIGIN,
    }


def _name(ask: ArchiveAsk) -> str:
    """What an archive is saved as that nobody named: as the one folder or tag that it holds."""
    one = (*ask.prefixes, *ask.tags)
    return (one[0].strip("/") if len(one) == 1 and not ask.names else "") or "archive"
