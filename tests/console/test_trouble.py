"""What no page could tell is a page for people and the usual answer for programs; it is written down all the same."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safelight.console import files, trouble
from safelight.kernel.errors import Busy
from safelight.web import errors
from safelight.web.app import build
from safelight.web.metrics import Metrics

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "de"}


async def broken(request: Request) -> Response:
    if request.url.path.endswith("busy"):
        raise Busy("Too much at once", retry_after_seconds=3)
    raise ZeroDivisionError("secret words")


@pytest.fixture
def client() -> httpx.AsyncClient:
    routes = [Route("/account/{rest:path}", broken, methods=["POST"]), Route("/v1_1/x", broken, methods=["POST"])]
    faces = trouble.as_pages(files.read(), "http://api.test", errors.on_error)
    app = build(routes, metrics=Metrics(), on_error=faces)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test")


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("POST", "/account/broken", 500, "Das war unser Fehler"),
        ("POST", "/account/busy", 503, "Gerade ist mehr zu tun"),
        ("GET", "/account/nothing", 405, "nimmt nur Formulare"),
        ("GET", "/console", 404, "Keine Seite"),
        ("GET", "/auth/nothing", 404, "Keine Seite"),
    ],
)
async def test_people_get_a_page(client: httpx.AsyncClient, method: str, path: str, status: int, words: str):
    answer = await client.request(method, path, headers=BROWSER)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert words in answer.text
    assert "secret words" not in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers.get("retry-after") == ("3" if status == 503 else None)


@pytest.mark.parametrize(("path", "headers"), [("/account/broken", {}), ("/v1_1/x", BROWSER)])
async def test_programs_get_what_they_got_before(client: httpx.AsyncClient, path: str, headers: dict[str, str]):
    answer = await client.post(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/json")
