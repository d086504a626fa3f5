"""Patterned: a route whose path is told by a regular expression; what does not fit is left to the doors behind it."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.datastructures import URLPath
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from safelight.kernel.errors import NotAllowed, SafelightError
from safelight.web.delivery import METHODS, PREFLIGHT, cloud_of
from safelight.web.errors import on_error

Give = Callable[[Request, Mapping[str, str]], Awaitable[Response]]
"""Answers a GET; the words of the path are still as they were written, but for `cloud`."""


class Patterned(BaseRoute):
    """What delivery gives that is no file: JSON for pages, at addresses that stand among those of files.

    The pattern tells what stands behind the cloud, which is the first word of the path or a host of its own.
    """

    def __init__(self, path: str, pattern: re.Pattern[str], give: Give, cloud_hosts: Mapping[str, str]) -> None:
        self.path = path
        self.__doc__ = give.__doc__
        self._pattern = pattern
        self._give = give
        self._cloud_hosts = cloud_hosts

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http":
            return Match.NONE, {}
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        cloud, path = cloud_of(host, self._cloud_hosts), scope["raw_path"].decode("latin-1").lstrip("/")
        if cloud is None:
            cloud, _, path = path.partition("/")
        found = self._pattern.fullmatch(path)
        if found is None:
            return Match.NONE, {}
        words = {name: word for name, word in found.groupdict().items() if word is not None}
        return Match.FULL, {"route": self, "path_params": {**words, "cloud": cloud}}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except SafelightError as error:
            response = await on_error(request, error)
            if isinstance(error, NotAllowed):
                response.headers["allow"] = METHODS
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=dict(PREFLIGHT))
        if request.method not in ("GET", "HEAD"):
            raise NotAllowed("Method Not Allowed")
        response = await self._give(request, request.path_params)
        if request.method == "HEAD":
            # The length that a GET would have had stays among the headers.
            response.body = b""
        return response
