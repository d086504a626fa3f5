"""Trouble: what went wrong where no page could say so, as a page, for who came with a browser."""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from safelight.console import sheets, words
from safelight.console.door import heading_of
from safelight.console.files import Files
from safelight.console.headers import page_headers
from safelight.console.words import mark as _

OnError = Callable[[Request, Exception], Awaitable[Response]]

PLACES = frozenset({"console", "admin", "account", "auth", "setup", "docs", "privacy"})
"""First words of addresses at which people look at pages."""
HTML = "text/html"
OURS = _("That was our fault, and not yours. It is written down under the number below. Try again in a little while.")
BUSY = _("There is more to do than can be done at this moment. Try again in a little while.")
SAID: Mapping[int, str] = {
    404: _("No page of the console has this address."),
    405: _("This address takes forms alone, or none."),
    503: BUSY,
}


def as_pages(files: Files, base_url: str, otherwise: OnError) -> OnError:
    """`otherwise` still does what is to be done, such as to write it down; here it only gets a face."""

    async def answer(request: Request, error: Exception) -> Response:
        response = await otherwise(request, error)
        return _page(files, base_url, request, response) if _is_for_people(request) else response

    return answer


def _is_for_people(request: Request) -> bool:
    """Browsers say that they want pages; programs that call the same places do not."""
    first = request.url.path.lstrip("/").partition("/")[0]
    return first in PLACES and HTML in request.headers.get("accept", "")


def _page(files: Files, base_url: str, request: Request, response: Response) -> Response:
    language, status = words.language_of(request.headers.get("accept-language", "")), response.status_code
    said = SAID.get(status, OURS if status >= 500 else "")
    facts = {
        "static": files.url,
        "path": request.url.path,
        "number": status,
        "heading": heading_of(language, status),
        "words": sheets.spoken(language, said) if said else "",
        "request_id": getattr(request.state, "request_id", ""),
    }
    headers = page_headers(base_url)
    if "retry-after" in response.headers:
        headers["Retry-After"] = response.headers["retry-after"]
    return HTMLResponse(sheets.written("fault.html", language, facts), status, headers)
