"""Composed: what is made of several pictures, or of the pages of one: explode, multi, sprite, create_slideshow."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import Invalid
from safelight.settings import UploadSettings
from safelight.uploads.explode import Explode
from safelight.web.auth import Auth
from safelight.web.body import read_params
from safelight.wire import composed, intake

CLOUD = "/v1_1/{cloud}"
NO_SLIDESHOWS = (
    "create_slideshow is not available in this installation: a slideshow is a film, and no films are made here"
)


@dataclass(frozen=True)
class ComposedDoor:
    """Signed like an upload, or sent with credentials."""

    auth: Auth
    explode: Explode
    settings: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route(CLOUD + "/{kind}/explode", self.exploded, methods=["POST"], name="explode"),
            Route(CLOUD + "/{kind}/create_slideshow", self.slideshow, methods=["POST"], name="create_slideshow"),
        ]

    async def exploded(self, request: Request) -> Response:
        """Make a derived picture of each page of a document or an animation, as a job."""
        words = await read_params(request, self.settings)
        principal = await self.auth.signed(request, words)
        kind = intake.resource_type(str(request.path_params["kind"]))
        if kind is None:
            raise Invalid("Invalid resource_type auto")
        batch_id = await self.explode(principal.cloud.id, composed.explode_ask(words, kind))
        return JSONResponse({"status": "processing", "batch_id": batch_id})

    async def slideshow(self, request: Request) -> Response:
        """Refused: a slideshow is a film."""
        await self.auth.signed(request, await read_params(request, self.settings))
        raise Invalid(NO_SLIDESHOWS)
