"""Plain: pages for everybody: which cookies are set, where help is, and that there is nothing."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console.door import Door
from safelight.console.visit import Visit
from safelight.console.words import mark as _
from safelight.kernel.errors import NotFound
from safelight.wire import cookies

NOTHING = _("No page of the console has this address.")


@dataclass(frozen=True)
class PlainPages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        """To be tried after all other pages."""
        return [
            self.door.route("/privacy/cookies", self.cookies),
            self.door.route("/docs", self.help),
            self.door.route("/console/{rest:path}", self.nothing),
            self.door.route("/admin/{rest:path}", self.nothing),
        ]

    async def cookies(self, visit: Visit) -> Response:
        """All that there are, out of the registry by which alone one can be set."""
        shown = [
            {
                "name": cookie.name_for(is_secure=visit.is_secure),
                "purpose": cookie.purpose,
                "kind": cookie.kind.value,
                "days": (cookie.lifetime_seconds or 0) // cookies.DAY_SECONDS,
            }
            for cookie in cookies.REGISTRY
        ]
        return self.door.show(visit, "cookies.html", wide=True, cookies=shown)

    async def help(self, visit: Visit) -> Response:
        return self.door.show(visit, "help.html", wide=True, address=self.door.base_url)

    async def nothing(self, _visit: Visit) -> Response:
        raise NotFound(NOTHING)
