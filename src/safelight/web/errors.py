"""Any error -> a response."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from safelight.kernel.errors import Busy, Forbidden, NotAllowed, NotFound, SafelightError, Unauthorized
from safelight.web import logs
from safelight.wire.error import error_json

HEADER_CHARS_MAX = 1000

# A page in a browser may read why its upload failed.
CROSS_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "X-Cld-Error, X-Request-Id, Retry-After",
}


async def on_error(request: Request, error: Exception) -> Response:
    """The answer that tells of an error. What is our fault goes to the log, with the id of the request."""
    known = known_error(error)
    status = known.status if known else 500
    if status == Forbidden.status and getattr(request.state, "speaks_upload", False):
        # Libraries that upload know 401, and take 403 for a server that is broken.
        status = Unauthorized.status
    log(error)
    body = error_json(known or error)
    headers = {"X-Cld-Error": header_text(str(body["error"]["message"])), "Cache-Control": "no-store", **CROSS_ORIGIN}
    if known is not None and known.retry_after_seconds is not None:
        headers["Retry-After"] = str(known.retry_after_seconds)
    if isinstance(error, HTTPException) and error.headers:
        headers |= error.headers
    return JSONResponse(body, status, headers)


def log(error: Exception) -> None:
    """What is our fault, with where it happened. Busy is none: a flood of requests must not be one of lines too."""
    known = known_error(error)
    status = known.status if known else 500
    if status >= 500 and not isinstance(known, Busy):
        facts: Mapping[str, object] = known.facts if known else {}
        logs.logger().error("failed", status=status, exc_info=error, **{f"fact_{k}": v for k, v in facts.items()})


def known_error(error: Exception) -> SafelightError | None:
    """Our error, or what the framework's says in our words; None for what nobody foresaw."""
    if isinstance(error, SafelightError):
        return error
    if isinstance(error, HTTPException) and error.status_code == 404:
        return NotFound("Not Found")
    if isinstance(error, HTTPException) and error.status_code == 405:
        return NotAllowed("Method Not Allowed")
    return None


def header_text(message: str) -> str:
    """A message as one line that any header may hold."""
    # Cut first: a message may repeat what was sent, and that may be very long.
    line = " ".join(message[: 2 * HEADER_CHARS_MAX].split())
    visible = "".join(letter if letter.isprintable() else "?" for letter in line)
    return visible.encode("latin-1", "replace").decode("latin-1")[:HEADER_CHARS_MAX]
