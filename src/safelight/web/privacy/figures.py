"""Figures: `/privacy/v1/figures`: what is told of all accounts together, as it was released."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from safelight.ports.database import Database
from safelight.privacy import figures, release
from safelight.privacy.release import Cube

_SOON = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True)
class FiguresDoor:
    database: Database
    cubes: Sequence[Cube]

    def routes(self) -> list[BaseRoute]:
        return [Route("/privacy/v1/figures", self.figures, methods=["GET"])]

    async def figures(self, _request: Request) -> Response:
        """What is told across accounts: of groups of ten and more alone, rounded, once for each period."""
        async with self.database.transaction() as session:
            found = await figures.list_all(session)
        declared = [
            {"cube": each.name, "metric": each.metric, "cut": each.cut, "period": each.span.value, "about": each.about}
            for each in self.cubes
        ]
        rules = {
            "members_min": release.MEMBERS_MIN,
            "share_percent_max": release.SHARE_PERCENT_MAX,
            "rounded_to": release.STEP,
        }
        return JSONResponse({"rules": rules, "cubes": declared, "figures": found}, headers=_SOON)
