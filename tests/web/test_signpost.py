"""A path is held against few routes, and answered by the one that would have answered among all."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match, NoMatchFound, Route

from safelight.web.signpost import Signpost, first_word


class Everything(BaseRoute):
    """As the door of delivery: the last, and for every path."""

    path = "/{any}"

    def matches(self, scope):
        return (Match.FULL, {}) if scope["type"] == "http" else (Match.NONE, {})

    def url_path_for(self, name, /, **path_params):
        raise NoMatchFound(name, path_params)

    async def handle(self, scope, receive, send):
        await PlainTextResponse("everything")(scope, receive, send)


def route(path: str, said: str, *methods: str) -> Route:
    async def answer(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{said} {request.scope['route'].path} {request.url_for('list', cloud='x').path}")

    return Route(path, answer, name=said, methods=methods or ("GET",))


ROUTES: list[BaseRoute] = [
    route("/v1_1/{cloud}/list", "list"),
    route("/{word}/list", "any list"),
    route("/v1_1/{cloud}/upload", "upload", "POST"),
    route("/healthz", "health"),
    route("/", "root"),
    route("/demo/{rest:path}", "demo"),
    Everything(),
]


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/healthz",
        "/healthz/",
        "/v1_1/demo/list",
        "/v1_1/demo/upload",
        "/v1_1/list",
        "/v1_1",
        "//v1_1/demo/list",
        "/other/list",
        "/demo/image/upload/a.jpg",
        "/demo",
        "/acme/image/upload/w_100/a%2Fb.jpg",
        "/%76%31_1/demo/list",
        "/v1_1%2Fdemo/list",
    ],
)
@pytest.mark.parametrize("routes", [ROUTES, ROUTES[:-1]])
async def test_the_same_route_answers(routes, path, method):
    found = []
    for router in (None, Signpost(routes)):
        app = Starlette(routes=routes)
        app.router.redirect_slashes = False
        app.router = router or app.router
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            answer = await client.request(method, f"http://test{path}")
        found.append((answer.status_code, answer.text))
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("path", "word"),
    [("/v1_1/{cloud}/x", "v1_1"), ("/healthz", "healthz"), ("/", ""), ("/{any}/x", None), ("/a{any}/x", None)],
)
def test_what_every_path_of_a_route_begins_with(path, word):
    assert first_word(route(path, "any")) == word
