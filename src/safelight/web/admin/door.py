"""The door of the Admin API: what is alike for all its calls. Who asks, may they still, what do they ask."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from safelight.accounts import budget
from safelight.accounts.model import Cloud, Key, Principal
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound, SafelightError
from safelight.kernel.media import Access, Kind
from safelight.kernel.rights import Act, Rights, Where
from safelight.ports.database import Database
from safelight.settings import ServerSettings, UploadSettings
from safelight.uploads.staging import Staged
from safelight.web import limits
from safelight.web.auth import Auth, check_acts
from safelight.web.body import Params, UploadBody, read_words
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
    staged: Staged | None = None
    """The file that came with it, where the route takes one; who answers drops it."""
    source: str | None = None
    """What came as a text in place of that file."""
    is_gone: Callable[[], Awaitable[bool]] | None = None
    """Whether who asked has hung up, for calls that take their time."""

    @property
    def cloud(self) -> Cloud:
        return self.principal.cloud

    @property
    def key(self) -> Key | None:
        return self.principal.key

    @property
    def rights(self) -> Rights:
        return self.principal.rights

    def within(self, act: Act) -> tuple[str, ...] | None:
        """The folders that the act reaches; None: the whole cloud."""
        return self.rights.within(act, self.cloud.id)

    def check(self, act: Act, folder: str) -> None:
        """Raises Forbidden where the key may not do that in the folder."""
        self.rights.check(act, Where(self.cloud.id, folder))

    def kind(self) -> Kind:
        """The `resource_type` of the path."""
        return kind_of(self.path["kind"])

    def access(self) -> Access:
        """The `type` of the path."""
        return access_of(self.path["access"])


class Need(Enum):
    """What stands for no single permission."""

    NOTHING = "nothing"
    """Any key will do."""
    EVERYTHING = "everything"
    """Only a key that nobody limited."""


Answer = Callable[[Call], Awaitable[dict[str, Any] | Response]]
ReadBody = Callable[[Request], Awaitable[UploadBody]]
"""How a request is read with which a file may come."""


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

    def route(
        self,
        method: str,
        path: str,
        answer: Answer,
        *,
        prefix: str = PREFIX,
        read: ReadBody | None = None,
        needs: Act | Need = Need.EVERYTHING,
        is_narrowed: bool = False,
    ) -> Route:
        """The route of one call, below the cloud.

        `needs`: what the key must be allowed to do in the whole cloud; or, `is_narrowed`, in a folder of it, where the
        call itself looks at the place. So a new route is closed to limited keys until somebody thought of them.
        """

        async def endpoint(request: Request) -> Response:
            return await self._respond(request, answer, read, needs, is_narrowed=is_narrowed)

        endpoint.__doc__ = answer.__doc__
        return Route(prefix + path, endpoint, methods=[method], name=getattr(answer, "__name__", None))

    async def _respond(
        self, request: Request, answer: Answer, read: ReadBody | None, needs: Act | Need, *, is_narrowed: bool
    ) -> Response:
        """Errors are answered here and not further out, since they too carry the headers of the budget."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            principal = await self.auth.basic_in(session, request)
            spent = await budget.spend(session, principal.cloud.id, limit=self.server.requests_per_hour, now=now)
        try:
            limits.check(spent, now)
            _check(principal, needs, is_narrowed=is_narrowed)
            if read is None:
                body, emptied = await read_words(request, self.upload)
                call = Call(principal, body, _words(request), now, emptied, is_gone=request.is_disconnected)
            else:
                sent = await read(request)
                call = Call(principal, sent.params, _words(request), now, staged=sent.staged, source=sent.source)
            found = await answer(call)
            response = found if isinstance(found, Response) else JSONResponse(found)
        except SafelightError as error:
            response = await on_error(request, error)
        response.headers.update(limits.headers(spent))
        return response


def _check(principal: Principal, needs: Act | Need, *, is_narrowed: bool) -> None:
    match needs:
        case Need.NOTHING:
            return
        case Need.EVERYTHING:
            check_acts(principal, None, is_narrowed=False)
        case Act():
            check_acts(principal, (needs,), is_narrowed=is_narrowed)


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
