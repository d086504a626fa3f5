"""Subjects: what webhooks give, and forget, of a cloud: who is told, and what they were told."""

from safelight.kernel.holdings import Stage
from safelight.ports.rows import Rows, RowsKeeper, of_clouds
from safelight.webhooks.holdings import HOLDINGS
from safelight.webhooks.store import webhook_deliveries, webhook_messages, webhook_receivers, webhook_triggers

KEEPER = RowsKeeper(
    "webhooks",
    HOLDINGS,
    (
        Rows(webhook_triggers, of_clouds(webhook_triggers), ("webhook-triggers",), Stage.REVOKE, is_portable=True),
        Rows(webhook_deliveries, of_clouds(webhook_deliveries), ("webhook-deliveries",), Stage.QUEUES),
        Rows(webhook_messages, of_clouds(webhook_messages), ("webhook-messages",), Stage.QUEUES),
        Rows(webhook_receivers, of_clouds(webhook_receivers), ("webhook-receivers",), Stage.QUEUES),
    ),
)
