"""What the doors tell the collector: each answer once, by whichever way it was given."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from safelight.activity.model import Act, Line
from safelight.activity.record import Recorder
from safelight.delivery.model import Media
from safelight.kernel.errors import Invalid
from safelight.web.app import build
from safelight.web.client import networks_of
from safelight.web.hit_lines import HitLines
from safelight.web.hit_table import Answer
from safelight.web.metrics import Metrics
from safelight.wire.noting import notes_of
from tests.activity.lines import lines_of
from tests.conftest import NOW

PROXY, CLIENT = "10.0.0.1", "203.0.113.9"
PROXIES = networks_of(("10.0.0.0/8",))
MEDIA = Media("acme", "as-1", "blob", 9, "0" * 32, "image/jpeg", NOW, kind="image", is_derived=True)


@pytest.fixture
def written() -> list[Line]:
    return []


@pytest.fixture
def recorder(clock, written) -> Recorder:
    async def write(batch_id, tally, lost):
        written.extend(lines_of(tally))

    return Recorder(write, clock, lines_max=10)


async def page(request: Request):
    notes_of(request.scope).user_id = "u-1"
    return HTMLResponse("<p>")


async def file(request: Request):
    notes_of(request.scope).of_caller("acme", "key-1")
    return PlainTextResponse("12345")


async def refused(request: Request):
    raise Invalid("no")


@pytest.fixture
async def client(recorder):
    routes = [Route("/pages/{name}", page), Route("/files/{name}", file), Route("/refused", refused)]
    routes.append(Route("/healthz", lambda request: Response()))
    app = build(routes, metrics=Metrics(), recorder=recorder, proxies=PROXIES)
    transport = httpx.ASGITransport(app, client=(PROXY, 4711), raise_app_exceptions=False)
    headers = {"x-forwarded-for": f"198.51.100.1, {CLIENT}", "user-agent": "curl/8"}
    async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/pages/tom?token=s3cret", {"route": "/pages/{name}", "is_page": True, "user_id": "u-1", "bytes_sent": 3}),
        ("/files/tom", {"route": "/files/{name}", "is_page": False, "cloud_id": "acme", "key_id": "key-1"}),
        ("/refused", {"route": "/refused", "status": 400}),
        ("/nowhere/tom", {"route": "none", "status": 404}),
    ],
)
async def test_an_answer_leaves_its_line(client, recorder, written, path, expected):
    await client.get(path)
    await recorder.flush()
    assert len(written) == 1
    assert {name: getattr(written[0], name) for name in expected} == expected
    assert (written[0].address, written[0].agent, written[0].method) == (CLIENT, "curl/8", "GET")
    assert "tom" not in repr(written)


async def test_machines_that_look_whether_we_live_leave_none(client, recorder, written):
    assert (await client.get("/healthz")).status_code == 200
    await recorder.flush()
    assert written == []


async def test_the_short_path_counts_by_who_asked_for_what(recorder, written):
    lines = HitLines(recorder, PROXIES, lines_max=10)
    one, other = Answer(MEDIA, b""), Answer(MEDIA, b"")
    for status, sent in ((200, 9), (200, 9), (206, 3), (304, 0)):
        lines.note(one, b"GET", status, sent, (PROXY, 1), b"curl/8", CLIENT.encode())
    lines.note(one, b"HEAD", 200, 0, (PROXY, 1), None, None)
    lines.note(other, b"GET", 200, 9, None, b"curl/8", None)
    await recorder.flush()
    found = {(each.method, each.status, each.address): each for each in written}
    assert found["GET", 200, CLIENT].requests == 2
    assert found["GET", 200, CLIENT].bytes_sent == 18
    assert found["GET", 200, CLIENT].at == NOW.replace(microsecond=0)
    assert {key: each.act for key, each in found.items()} == {
        ("GET", 200, CLIENT): Act.DOWNLOAD,
        ("GET", 206, CLIENT): Act.DOWNLOAD,
        ("GET", 304, CLIENT): Act.NONE,
        ("HEAD", 200, PROXY): Act.NONE,
        ("GET", 200, ""): Act.DOWNLOAD,
    }


async def test_a_flood_of_visitors_loses_who_they_are_and_not_what_they_got(recorder, written):
    lines = HitLines(recorder, (), lines_max=5)
    answer = Answer(MEDIA, b"")
    for number in range(20):
        lines.note(answer, b"GET", 200, 9, (f"203.0.113.{number}", 1), b"curl/8", None)
    await recorder.flush()
    assert len(written) == 6
    assert sum(each.requests for each in written) == 20
    assert sum(each.bytes_sent for each in written) == 180
    assert recorder.recorded().lost == 15
