"""Billing usage: what the clouds of an account stored, made and handed out, month by month."""

from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import owned
from safelight.kernel.rights import Act
from safelight.usage import report
from safelight.web.provisioning.door import Call, ProvisioningDoor
from safelight.wire.billing import billing_json, days_of, year_of
from safelight.wire.params import flag


@dataclass(frozen=True)
class BillingUsage:
    """The call about usage. It is added up from the figures of days: what was deleted since was made all the same."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        return [self.door.route("GET", "/billing_usage", self.report, needs=Act.BILLING)]

    async def report(self, call: Call) -> dict[str, Any]:
        """The months of a year; of each cloud as well, where `include_prodenv_breakdown` asks for it."""
        year = year_of(call.params, call.now)
        async with self.door.database.transaction() as session:
            names = {cloud.id: cloud.name for cloud in await owned.list_all(session, call.account.id)}
            figures = await report.figures(session, [*names], *days_of(year))
        shown = names if flag(call.params, "include_prodenv_breakdown") else None
        return billing_json(figures, year, call.now, shown)
