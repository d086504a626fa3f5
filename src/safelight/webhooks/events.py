"""The facts that webhooks tell."""

from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class WebhookDue(Event):
    """A delivery waits to be sent."""

    delivery_id: str
