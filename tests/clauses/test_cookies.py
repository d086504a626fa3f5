"""PP-59: a cookie that no registry knows reaches no browser, whoever wants to set it."""

import httpx
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from safelight.web.app import build
from safelight.web.metrics import Metrics
from safelight.wire import cookies


async def test_pp_59_a_cookie_that_no_registry_knows_is_stripped_and_told():
    async def page(_request: Request) -> Response:
        response = PlainTextResponse("ok")
        response.set_cookie("spy", "canary-123")
        cookies.put(response.headers, cookies.SESSION, "secret", is_secure=True)
        return response

    app = build([Route("/", page)], metrics=Metrics())
    with structlog.testing.capture_logs() as told:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as client:
            answer = await client.get("/")
    assert [each.partition("=")[0] for each in answer.headers.get_list("set-cookie")] == ["__Host-session"]
    (line,) = [each for each in told if each["log_level"] == "error"]
    assert (line["name"], "canary" in str(told)) == ("spy", False)
