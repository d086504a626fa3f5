"""Letters: the link that ends a list, with one click and without a cookie (RFC 8058)."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.kernel.choice import Way
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.kernel.languages import language_of
from safelight.mail import page, preferences
from safelight.mail.marks import read_token
from safelight.ports.database import Database
from safelight.ports.keys import KeyStore
from safelight.web.body import read_words

# A token is as good as a signature of its owner: no other site hears of it, and nobody keeps it.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": page.POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True)
class Letters:
    """The public side of letters."""

    database: Database
    keys: KeyStore
    clock: Clock
    brand: str

    def routes(self) -> Sequence[BaseRoute]:
        path = "/unsubscribe/{token}"
        return [
            Route(path, self.show_unsubscribe, methods=["GET"]),
            Route(path, self.unsubscribe, methods=["POST"]),
        ]

    async def show_unsubscribe(self, request: Request) -> Response:
        """What the link of a letter would end. Nothing is done: programs follow links that nobody pressed."""
        token = read_token(self.keys, request.path_params["token"])
        return HTMLResponse(page.ask(token.list, _language(request), self.brand), headers=_HEADERS)

    async def unsubscribe(self, request: Request) -> Response:
        """End one list, or all of them. Programs that do it for their reader send `List-Unsubscribe=One-Click`."""
        token = read_token(self.keys, request.path_params["token"])
        words, _ = await read_words(request)
        way = Way.ONE_CLICK if words.get("List-Unsubscribe") == "One-Click" else Way.LINK
        if way is Way.LINK and not {"one", "all"} & set(words):
            raise Invalid("Send List-Unsubscribe=One-Click, or press a button of the page.")
        all_lists = way is Way.LINK and "all" in words
        async with self.database.transaction() as session:
            await preferences.refuse(session, token, way=way, now=self.clock.now(), all_lists=all_lists)
        if way is Way.ONE_CLICK:
            return PlainTextResponse("Done\n", headers=_HEADERS)
        shown = page.done(token.list, _language(request), self.brand, all_lists=all_lists)
        return HTMLResponse(shown, headers=_HEADERS)


def _language(request: Request) -> page.Language:
    return language_of(request.headers.get("accept-language", ""))
