"""The door of the Admin API: what is alike for all its calls. Who asks, may they still, what do they ask."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from safelight.accounts import budget
from safelight.accounts.model import Cloud, Key, Principal
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound, SafelightError
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database
from safelight.settings import ServerSettings, UploadSettings
from safelight.web import limits
from safelight.web.auth import Auth
from safelight.web.body import Params, read_words
from safelight.web.errors import on_error

PREFIX = "/v1_1/{cloud}"


@dataclass(frozen=True)
class Call:
    """One call, its sender known and its words read. `path` holds the words of the path, decoded."""

    principal: Principal
    params: Params
    path: Mapping[str, str]
    now: datetime
    emptied: frozenset[str] = frozenset()
    """Words that came with nothing behind them."""
    is_gone: Callable[[], Awaitable[bool]] | None = None
    """Whether who asked has hung up, for calls that take their time."""

    @property
    def cloud(self) -> Cloud:
        return self.principal.cloud

    @property
    def key(self) -> Key | None:
        return self.principal.key

    def kind(self) -> Kind:
        """The `resource_type` of the path."""
        return kind_of(self.path["kind"])

    def access(self) -> Access:
        """The `type` of the path."""
        return access_of(self.path["access"])


Answer = Callable[[Call], Awaitable[dict[str, Any]]]


@dataclass(frozen=True)
class AdminDoor:
    """What the routes of the Admin API share."""

    database: Database
    auth: Auth
    clock: Clock
    server: ServerSettings
    upload: UploadSettings
    base_url: str
    """Where delivery URLs in answers begin, without a slash at the end."""

    def route(self, method: str, path: str, answer: Answer, *, prefix: str = PREFIX) -> Route:
        """The route of one call, below the cloud."""

        async def endpoint(request: Request) -> Response:
            return await self._respond(request, answer)

        endpoint.__doc__ = answer.__doc__
        return Route(prefix + path, endpoint, methods=[method], name=getattr(answer, "__name__", None))

    async def _respond(self, request: Request, answer: Answer) -> Response:
        """Errors are answered here and not further out, since they too carry the headers of the budget."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            principal = await self.auth.basic_in(session, request)
            spent = await budget.spend(session, principal.cloud.id, limit=self.server.requests_per_hour, now=now)
        try:
            limits.check(spent, now)
            params, emptied = await read_words(request, self.upload)
            call = Call(principal, params, _words(request), now, emptied, request.is_disconnected)
            response: Response = JSONResponse(await answer(call))
        except SafelightError as error:
            response = await on_error(request, error)
        response.headers.update(limits.headers(spent))
        return response


def _words(request: Request) -> dict[str, str]:
    words = {name: str(value) for name, value in request.path_params.items()}
    if any("\0" in word for word in words.values()):
        raise NotFound("Resource not found")
    return words


def kind_of(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError as error:
        raise Invalid(f"Invalid resource_type {word[:50]}") from error


def access_of(word: str) -> Access:
    try:
        return Access(word)
    except ValueError as error:
        raise Invalid(f"Invalid type {word[:50]}") from error
