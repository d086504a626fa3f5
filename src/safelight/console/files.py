"""Files: the style sheets, scripts and icons of the pages, under an address that changes when one of them does."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import NotFound

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static"
FOREVER = "public, max-age=31536000, immutable"
BUILD_CHARS = 12

_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}


@dataclass(frozen=True)
class Files:
    """All files, in memory: they are few and small."""

    build: str
    data: Mapping[str, bytes] = field(repr=False)

    def url(self, name: str) -> str:
        return f"{PREFIX}/{self.build}/{name}"

    def routes(self) -> list[BaseRoute]:
        return [Route(PREFIX + "/{build}/{path:path}", self.answer, methods=["GET"])]

    async def answer(self, request: Request) -> Response:
        """An address of another build gets what we have, but may not keep it: workers change one after another."""
        name = str(request.path_params["path"])
        data = self.data.get(name)
        if data is None:
            raise NotFound("Not Found")
        kept = FOREVER if request.path_params["build"] == self.build else "no-store"
        headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
        return Response(data, headers=headers, media_type=_type_of(name))


def read(folder: Path = FOLDER) -> Files:
    """What lies there now."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
             if path.is_file()}  # fmt: skip
    digest = hashlib.sha256()
    for name, data in found.items():
        digest.update(f"{name} {len(data)} ".encode() + data)
    return Files(digest.hexdigest()[:BUILD_CHARS], found)


def _type_of(name: str) -> str:
    return _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
