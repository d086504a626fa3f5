"""How long webhooks keep what they know."""

from datetime import timedelta

from sqlalchemy import func

from safelight.ports.terms import Term
from safelight.webhooks import messages, send
from safelight.webhooks.store import webhook_deliveries, webhook_messages, webhook_receivers


def terms() -> tuple[Term, ...]:
    keep = timedelta(days=send.KEEP_DAYS)
    last_try = func.coalesce(webhook_receivers.c.paused_at, webhook_receivers.c.failing_since)
    return (
        Term("webhook-deliveries", webhook_deliveries, webhook_deliveries.c.created_at, keep),
        Term("webhook-receivers", webhook_receivers, last_try, keep),
        Term("webhook-messages", webhook_messages, webhook_messages.c.created_at, timedelta(days=messages.KEEP_DAYS)),
    )
