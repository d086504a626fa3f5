"""Usage: what a cloud stores, what was made for it, and what it may send."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import budget
from safelight.derived import usage
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.usage import span, usage_json


@dataclass(frozen=True)
class UsageReport:
    """The calls about usage. `pixels_max`: so many a picture may have."""

    door: AdminDoor
    pixels_max: int

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("GET", "/usage", self.report),
            self.door.route("GET", "/usage/{date}", self.report),
        ]

    async def report(self, call: Call) -> dict[str, Any]:
        """What is stored, and what was made in the last thirty days or on one day."""
        since, until = span(call.path.get("date") or params.text(call.params, "date"), call.now)
        async with self.door.database.transaction() as session:
            found = await usage.count(session, call.cloud.id, since, until)
            calls = await budget.used(session, call.cloud.id, call.now)
        return usage_json(found, until, call.now, calls=calls, upload=self.door.upload, pixels_max=self.pixels_max)
