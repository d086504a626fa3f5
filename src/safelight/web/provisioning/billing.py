"""Billing usage: what the clouds of an account stored and made, month by month."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import owned
from safelight.assets import stock as assets_stock
from safelight.derived import stock as derived_stock
from safelight.web.provisioning.door import Call, ProvisioningDoor
from safelight.wire.billing import Bill, billing_json, end_of, year_of
from safelight.wire.params import flag


@dataclass(frozen=True)
class BillingUsage:
    """The call about usage. It is counted from what is there: what was deleted, nobody counts any more."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        return [self.door.route("GET", "/billing_usage", self.report)]

    async def report(self, call: Call) -> dict[str, Any]:
        """The months of a year; of each cloud as well, where `include_prodenv_breakdown` asks for it."""
        year = year_of(call.params, call.now)
        until = datetime.combine(end_of(year), time(), UTC)
        async with self.door.database.transaction() as session:
            names = {cloud.id: cloud.name for cloud in await owned.list_all(session, call.account.id)}
            ids = [*names]
            bill = Bill(
                stored=await assets_stock.stored(session, ids, until),
                made=await derived_stock.made(session, ids, until),
                taken_in=await assets_stock.taken_in(session, ids, until),
            )
        shown = names if flag(call.params, "include_prodenv_breakdown") else None
        return billing_json(bill, year, call.now, shown)
