"""Subjects: what usage gives, and forgets, of a cloud: counts, of which none names anybody."""

from safelight.kernel.holdings import Stage
from safelight.ports.rows import Rows, RowsKeeper, of_clouds
from safelight.usage.store import quota_alerts, quotas, usage_changes, usage_daily, usage_items

KEEPER = RowsKeeper(
    "usage",
    (),
    (
        Rows(quota_alerts, of_clouds(quota_alerts), (), Stage.LOGS),
        Rows(quotas, of_clouds(quotas), (), Stage.LOGS, is_portable=True),
        Rows(usage_items, of_clouds(usage_items), (), Stage.LOGS),
        Rows(usage_changes, of_clouds(usage_changes), (), Stage.LOGS),
        Rows(usage_daily, of_clouds(usage_daily), (), Stage.LOGS, is_portable=True),
    ),
)
