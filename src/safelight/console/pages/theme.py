"""Theme: light, dark, or as the device has it; kept by the browser that it was chosen in, and nowhere else."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console.door import POST, Door, go
from safelight.console.visit import THEMES, Visit
from safelight.wire import cookies


@dataclass(frozen=True)
class ThemePages:
    """The form at the foot of every page. It works without scripts, for who is signed in and who is not."""

    door: Door

    def routes(self) -> list[BaseRoute]:
        return [self.door.route("/auth/theme", self.choose, POST)]

    async def choose(self, visit: Visit) -> Response:
        """What is no theme is as the device has it: then nothing is kept."""
        chosen = visit.text("theme")
        visit.jar.append((cookies.THEME, chosen if chosen in THEMES else None))
        return go(visit.next)
