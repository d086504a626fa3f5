"""Composed: what is made of several pictures, or of the pages of one: explode, multi, sprite, create_slideshow."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.accounts.model import Principal
from safelight.kernel.errors import Invalid
from safelight.kernel.media import FORMATS, Kind
from safelight.kernel.rights import Act
from safelight.render.model import Rendered
from safelight.settings import UploadSettings
from safelight.uploads.composing import Asked, Composing, Make
from safelight.uploads.explode import Explode
from safelight.uploads.multi import Multi, SeveralAsk, ref_of
from safelight.uploads.sprite import Sprite
from safelight.web.auth import Auth
from safelight.web.body import Params, read_params
from safelight.web.caching import disposition
from safelight.web.errors import CROSS_ORIGIN
from safelight.wire import composed, intake, params, several
from safelight.wire.noting import notes_of

CLOUD = "/v1_1/{cloud}"
NO_SLIDESHOWS = (
    "create_slideshow is not available in this installation: a slideshow is a film, and no films are made here"
)


@dataclass(frozen=True)
class ComposedDoor:
    """Signed like an upload, or sent with credentials."""

    auth: Auth
    explode: Explode
    multi: Multi
    sprite: Sprite
    composing: Composing
    settings: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route(CLOUD + "/{kind}/explode", self.exploded, methods=["POST"], name="explode"),
            Route(CLOUD + "/{kind}/multi", self.multiplied, methods=["POST", "GET"], name="multi"),
            Route(CLOUD + "/{kind}/sprite", self.laid_out, methods=["POST", "GET"], name="sprite"),
            Route(CLOUD + "/{kind}/create_slideshow", self.slideshow, methods=["POST"], name="create_slideshow"),
        ]

    async def exploded(self, request: Request) -> Response:
        """Make a derived picture of each page of a document or an animation, as a job."""
        words = await read_params(request, self.settings)
        principal = await self.auth.signed(request, words, needs=(Act.READ, Act.CHANGE))
        kind = intake.resource_type(str(request.path_params["kind"]))
        if kind is None:
            raise Invalid("Invalid resource_type auto")
        batch_id = await self.explode(principal.cloud.id, composed.explode_ask(words, kind))
        return JSONResponse({"status": "processing", "batch_id": batch_id})

    async def multiplied(self, request: Request) -> Response:
        """Put several pictures together as an animation or a document; kept, or handed out at once."""
        words, principal, ask = await self._several(request)
        if _is_download(request, words):
            return _file(await self.multi.made(principal.cloud, ask), ask)
        return await self._kept(request, principal, words, ask, "multi", self.multi)

    async def laid_out(self, request: Request) -> Response:
        """Put several pictures beside each other in one, with the styles that show each; kept, or handed out."""
        words, principal, ask = await self._several(request)
        if _is_download(request, words):
            return _file((await self.sprite.drawn(principal.cloud, ask)).made, ask)
        return await self._kept(request, principal, words, ask, "sprite", self.sprite)

    async def _several(self, request: Request) -> tuple[Params, Principal, SeveralAsk]:
        words = await read_params(request, self.settings)
        # What is put together is chosen by a tag, from the whole cloud.
        acts = (Act.READ,) if params.text(words, "mode") == "download" else (Act.READ, Act.UPLOAD, Act.CHANGE)
        principal = await self.auth.signed(request, words, is_address=True, needs=acts)
        if intake.resource_type(str(request.path_params["kind"])) is not Kind.IMAGE:
            raise Invalid(f"Invalid resource_type {str(request.path_params['kind'])[:50]}")
        return words, principal, several.several_ask(words)

    async def _kept(
        self, request: Request, principal: Principal, words: Params, ask: SeveralAsk, about: str, make: Make
    ) -> Response:
        ref = ref_of(ask, several.ACCESSES[about])
        batch_id = params.batch_id(words)
        asked = Asked(
            principal, about, words, ref.kind, ref, notification_urls=ask.notification_urls, batch_id=batch_id
        )
        if params.flag(words, "async"):
            return JSONResponse(composed.put_aside_json(ref, await self.composing.put_aside(asked)))
        made = await make(asked)
        notes_of(request.scope).of_upload(made.asset)
        tell = composed.TELLERS[about]
        return JSONResponse(tell(made.asset, made.facts, principal.cloud, base_url=self.base_url, key=principal.key))

    async def slideshow(self, request: Request) -> Response:
        """Refused: a slideshow is a film."""
        await self.auth.signed(request, await read_params(request, self.settings), needs=())
        raise Invalid(NO_SLIDESHOWS)


def _is_download(request: Request, words: Params) -> bool:
    mode = params.text(words, "mode")
    if mode not in (None, "create", "download"):
        raise Invalid(f"Invalid mode {str(mode)[:50]}: must be create or download")
    if request.method != "POST" and mode != "download":
        raise Invalid("It is kept by POST; with GET it is only downloaded: mode=download")
    return mode == "download"


def _file(made: Rendered, ask: SeveralAsk) -> Response:
    headers = {
        "Content-Disposition": disposition(f"{ask.name.rpartition('/')[2]}.{made.format}"),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
        **CROSS_ORIGIN,
    }
    return Response(made.data, headers=headers, media_type=FORMATS[made.format].mime)
