"""Any error becomes an answer in the shape that clients know."""

import httpx
import pytest
from starlette.routing import Route
from structlog.testing import capture_logs

from safelight.kernel.errors import Busy, Internal, Invalid, NotAvailable, NotFound, TooMany
from safelight.web.app import build
from safelight.web.errors import header_text, on_error
from safelight.web.metrics import Metrics


async def answer_to(error: Exception, method: str = "GET") -> httpx.Response:
    async def endpoint(_request):
        raise error

    app = build([Route("/", endpoint)], on_error=on_error, metrics=Metrics())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        return await client.request(method, "/")


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (Invalid("No."), 400, "No."),
        (NotFound("Resource not found - é"), 404, "Resource not found - é"),
        (TooMany("Later.", retry_after_seconds=7), 420, "Later."),
        (Busy("Busy.", retry_after_seconds=7), 503, "Busy."),
        (Internal("Our fault.", secret_path="/x"), 500, "Our fault."),
        (ValueError("a secret of the inside"), 500, "General Error"),
    ],
)
async def test_an_error_tells_its_words(error, status, message):
    answer = await answer_to(error)
    assert (answer.status_code, answer.json()) == (status, {"error": {"message": message}})
    assert answer.headers["X-Cld-Error"] == message
    assert answer.headers["X-Request-Id"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers.get("Retry-After") == ("7" if isinstance(error, TooMany | Busy) else None)


async def test_a_method_that_is_not_there_is_told():
    answer = await answer_to(Invalid("No."), "POST")
    assert (answer.status_code, answer.json()["error"]["message"]) == (405, "Method Not Allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("message", "header"),
    [
        ("plain", "plain"),
        ("two\nlines\r\n  and\tmore", "two lines and more"),
        ("é", "é"),
        ("€ 猫", "? ?"),
        ("a\0b\x7f\x85", "a?b?"),
        ("x" * 2000, "x" * 1000),
    ],
)
def test_a_header_holds_one_line_of_any_message(message, header):
    assert header_text(message) == header


@pytest.mark.parametrize(
    ("error", "is_logged"),
    [
        (Internal("Our fault.", reason="x"), True),
        (ZeroDivisionError(), True),
        (NotAvailable("No database."), True),
        (Busy("Busy."), False),
        (Invalid("No."), False),
    ],
)
async def test_what_is_our_fault_is_logged_and_a_flood_is_not(error, is_logged):
    with capture_logs() as lines:
        await answer_to(error)
    assert ([line["event"] for line in lines].count("failed") == 1) is is_logged
