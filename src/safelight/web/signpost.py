"""Signpost: a router that holds a path only against the routes that begin as it does, and not against hundreds."""

from collections.abc import Sequence
from typing import Any

from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send


class Signpost(Router):
    """The same route answers as of a Router: those that may begin with any word keep their place in each row."""

    def __init__(self, routes: Sequence[BaseRoute], lifespan: Any = None) -> None:
        # A path means what it says: `…/cats/` is another name than `…/cats`, not a reason to send the client round.
        super().__init__(routes, redirect_slashes=False, lifespan=lifespan)
        words = {word for route in routes if (word := first_word(route)) is not None}
        self._ways = {word: _only(routes, word) for word in words}
        self._other_way = _only(routes, None)

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope.get("root_path"):
            await super().app(scope, receive, send)
            return
        # Addresses are made by the whole, and not by one row.
        scope.setdefault("router", self)
        word = str(scope["path"])[1:].partition("/")[0]
        await self._ways.get(word, self._other_way).app(scope, receive, send)


def first_word(route: BaseRoute) -> str | None:
    """What every path of a route begins with; None where that may be anything."""
    if not isinstance(route, Route):
        return None
    word = route.path[1:].partition("/")[0]
    return None if "{" in word else word


def _only(routes: Sequence[BaseRoute], word: str | None) -> Router:
    return Router([route for route in routes if first_word(route) in {word, None}], redirect_slashes=False)
