"""POST of a text: words are drawn as a picture and kept."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.kernel.rights import Act
from safelight.settings import UploadSettings
from safelight.uploads.text import DrawText
from safelight.web.auth import Auth
from safelight.web.body import read_params
from safelight.wire import intake
from safelight.wire.noting import notes_of
from safelight.wire.text import text_ask
from safelight.wire.upload import received_json

PATH = "/v1_1/{cloud}/{kind}/text"


@dataclass(frozen=True)
class TextDoor:
    """Signed like an upload, or sent with Basic credentials."""

    auth: Auth
    draw: DrawText
    settings: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.text, methods=["POST"], name="text")]

    async def text(self, request: Request) -> Response:
        """Draw a text, and keep the picture as an asset of type text."""
        words = await read_params(request, self.settings)
        principal = await self.auth.signed(request, words, needs=(Act.UPLOAD, Act.CHANGE))
        if intake.resource_type(request.path_params["kind"]) is not Kind.IMAGE:
            raise Invalid(f"Invalid resource_type {request.path_params['kind'][:50]}")
        received = await self.draw(principal, text_ask(words))
        if not received.is_existing:
            notes_of(request.scope).of_upload(received.asset)
        return JSONResponse(received_json(received, principal.cloud, base_url=self.base_url, key=principal.key))
