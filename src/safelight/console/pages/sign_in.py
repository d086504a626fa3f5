"""Sign in: who are you, and prove it."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console.door import Door
from safelight.console.visit import Visit


@dataclass(frozen=True)
class SignIn:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [self.door.route("/auth/sign-in", self.page)]

    async def page(self, visit: Visit) -> Response:
        return self.door.show(visit, "sign_in.html", next=visit.next)
