"""The envelope: every answer has an id, a line in the log and a count, whoever gave it."""

import httpx
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route
from structlog.testing import capture_logs

from safelight.kernel.errors import Invalid
from safelight.web.app import build
from safelight.web.body import read_params
from safelight.web.budget import Budget
from safelight.web.metrics import Metrics

ADDRESS = "203.0.113.9"


async def fine(_request: Request):
    return PlainTextResponse("fine")


async def flowing(_request: Request):
    async def chunks():
        yield b"12345"
        yield b"678"

    return StreamingResponse(chunks())


async def refused(_request: Request):
    raise Invalid("Invalid width", width="x")


async def broken(_request: Request):
    raise ZeroDivisionError("the inside")


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def client(metrics: Metrics):
    paths = {"/fine/{name}": fine, "/flowing": flowing, "/refused": refused, "/broken": broken}
    app = build([Route(path, endpoint) for path, endpoint in paths.items()], metrics=metrics)
    transport = httpx.ASGITransport(app, client=(ADDRESS, 4711), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/fine/tom", 200, "fine"),
        ("/flowing", 200, "12345678"),
        ("/refused", 400, '{"error":{"message":"Invalid width"}}'),
        ("/nowhere", 404, '{"error":{"message":"Not Found"}}'),
        ("/fine/tom/", 404, '{"error":{"message":"Not Found"}}'),
        ("/broken", 500, '{"error":{"message":"General Error"}}'),
    ],
)
async def test_every_answer_has_an_id_that_no_client_chose(
    client: httpx.AsyncClient, path: str, status: int, body: str
):
    answers = [await client.get(path, headers={"X-Request-Id": "from-outside"}) for _ in range(2)]
    assert [(answer.status_code, answer.text) for answer in answers] == [(status, body)] * 2
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 2
    assert "from-outside" not in ids


async def test_the_inside_of_a_fault_is_not_told(client: httpx.AsyncClient):
    assert "inside" not in (await client.get("/broken")).text


async def test_a_line_tells_the_template_of_the_route_and_nothing_of_the_client(client: httpx.AsyncClient):
    structlog.reset_defaults()
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = await client.get(
            "/fine/secret-name?token=abc&email=tom@example.org",
            headers={"User-Agent": "Teapot/1", "Authorization": "Basic c2VjcmV0"},
        )
    (line,) = lines
    assert line["seconds"] >= 0
    assert {name: value for name, value in line.items() if name != "seconds"} == {
        "event": "request",
        "log_level": "info",
        "request_id": answer.headers["x-request-id"],
        "method": "GET",
        "route": "/fine/{name}",
        "status": 200,
        "size_bytes": 4,
    }


@pytest.mark.parametrize(
    ("method", "path", "labels"),
    [
        ("GET", "/fine/tom", 'method="GET",route="/fine/{name}",status="200"'),
        ("HEAD", "/fine/tom", 'method="HEAD",route="/fine/{name}",status="200"'),
        ("POST", "/fine/tom", 'method="POST",route="/fine/{name}",status="405"'),
        ("BREW", "/fine/tom", 'method="OTHER",route="/fine/{name}",status="405"'),
        ("GET", "/nowhere", 'method="GET",route="none",status="404"'),
        ("GET", "/broken", 'method="GET",route="/broken",status="500"'),
    ],
)
async def test_every_request_is_counted(
    client: httpx.AsyncClient, metrics: Metrics, method: str, path: str, labels: str
):
    await client.request(method, path)
    assert f"safelight_requests_total{{{labels}}} 1.0" in metrics.text().decode()


async def test_bytes_are_counted_as_they_flow(client: httpx.AsyncClient, metrics: Metrics):
    await client.get("/flowing")
    assert "safelight_sent_bytes_total 8.0" in metrics.text().decode()


async def test_a_client_who_leaves_is_counted_and_gets_no_answer(metrics: Metrics):
    async def read(request: Request):
        await request.body()

    async def receive():
        return {"type": "http.disconnect"}

    sent = []

    async def send(message):
        sent.append(message)

    app = build([Route("/left", read, methods=["POST"])], metrics=metrics)
    scope = {"type": "http", "method": "POST", "path": "/left", "query_string": b"", "headers": [], "app": app}
    await app(scope, receive, send)
    assert sent == []
    assert 'safelight_requests_total{method="POST",route="/left",status="499"} 1.0' in metrics.text().decode()


async def test_bodies_take_their_memory_from_one_budget_and_give_it_back(metrics):
    async def read(request: Request):
        return PlainTextResponse(str(len(await read_params(request))))

    memory = Budget(1000, free_bytes=100, words="Come again")
    app = build([Route("/read", read, methods=["POST"])], metrics=metrics, memory=memory)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    form = {"content-type": "application/x-www-form-urlencoded"}
    async with httpx.AsyncClient(transport=transport, base_url="http://here", headers=form) as client:
        for size_bytes, status in ((1000, 200), (1101, 503), (1000, 200)):
            answer = await client.post("/read", content=b"a=" + b"x" * (size_bytes - 2))
            assert (answer.status_code, memory.taken_bytes) == (status, 0)
        with memory.share() as other:
            other.take(1000)
            assert (await client.post("/read", content=b"a=" + b"x" * 500)).status_code == 503
            assert (await client.post("/read", content=b"a=" + b"x" * 50)).status_code == 200


async def test_a_cookie_that_no_registry_knows_is_stripped_and_reported():
    async def eager(_request: Request):
        response = PlainTextResponse("fine")
        response.headers.append("set-cookie", "session=abc; Path=/")
        response.set_cookie("spy", "follows-you")
        return response

    app = build([Route("/", eager)], metrics=Metrics())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://media.test") as client:
        with capture_logs() as logs:
            answer = await client.get("/")
    assert answer.headers.get_list("set-cookie") == ["session=abc; Path=/"]
    (line,) = [line for line in logs if line["log_level"] == "error"]
    assert (line["name"], "follows-you" in str(line)) == ("spy", False)
