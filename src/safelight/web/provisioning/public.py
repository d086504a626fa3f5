"""Public: what programs may ask without credentials. Nobody registers by himself here: the owner invites."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.errors import Forbidden
from safelight.web.errors import on_error
from safelight.web.provisioning.door import OPEN
from safelight.wire.provisioning import provisioning_error_json

CLOSED = "Registration is closed here: ask the owner of this installation for an invitation"


def routes() -> list[BaseRoute]:
    return [
        Route(f"{OPEN}/agents/accounts", create_agent_account, methods=["POST"]),
        Route(f"{OPEN}/clouds", create_cloud, methods=["POST"]),
    ]


async def create_agent_account(request: Request) -> Response:
    """An account that a program asks for in the name of a person; refused."""
    return await _refused(request)


async def create_cloud(request: Request) -> Response:
    """A cloud that somebody may claim later; refused."""
    return await _refused(request)


async def _refused(request: Request) -> Response:
    error = Forbidden(CLOSED)
    answer = await on_error(request, error)
    return JSONResponse(provisioning_error_json(error), error.status, {"X-Cld-Error": answer.headers["X-Cld-Error"]})
