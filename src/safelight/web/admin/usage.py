"""Usage: what a cloud stores, what was made for it and handed out, and what it may send."""

from dataclasses import dataclass, field
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import budget
from safelight.kernel.rights import Act
from safelight.settings import UsageSettings
from safelight.usage import quotas, report
from safelight.usage.model import Quota
from safelight.web.admin.door import AdminDoor, Call
from safelight.wire import params
from safelight.wire.usage import span, usage_json


@dataclass(frozen=True)
class UsageReport:
    """The calls about usage. `pixels_max`: so many a picture may have."""

    door: AdminDoor
    pixels_max: int
    settings: UsageSettings = field(default_factory=UsageSettings)

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.route("GET", "/usage", self.report, needs=Act.USAGE),
            self.door.route("GET", "/usage/{date}", self.report, needs=Act.USAGE),
        ]

    async def report(self, call: Call) -> dict[str, Any]:
        """What is stored, and what was made and handed out in the present period or on one day."""
        word = call.path.get("date") or params.text(call.params, "date")
        async with self.door.database.transaction() as session:
            # A limit is one of thirty days or a month: a single day has none.
            quota = Quota() if word else await quotas.get(session, call.cloud.id, self.settings)
            since, until = span(word, call.now, quota.period)
            used = await report.used(session, call.cloud.id, since, until)
            calls = 0 if word else await budget.used(session, call.cloud.id, call.now)
        return usage_json(
            used, quota, until, call.now, calls=calls, upload=self.door.upload, pixels_max=self.pixels_max
        )
