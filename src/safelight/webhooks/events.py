"""The facts that webhooks tell."""

from dataclasses import dataclass

from safelight.kernel.events import Event


@dataclass(frozen=True)
class WebhookDue(Event):
    """A delivery waits to be sent."""

    delivery_id: str


@dataclass(frozen=True)
class ReceiverPaused(Event):
    """An address failed so often in a row that it is left in peace: what is for it is held."""

    receiver_id: str
    url: str
    given_up: int
    at: str
    """The moment, RFC 3339."""
