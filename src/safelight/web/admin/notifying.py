"""All calls about notifications: triggers, messages to be fetched, deliveries and receivers."""

from starlette.routing import BaseRoute

from safelight.settings import WebhookSettings
from safelight.web.admin.deliveries import Deliveries
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.messages import Messages
from safelight.web.admin.triggers import Triggers
from safelight.webhooks.bell import Bell
from safelight.webhooks.fetch import FetchMessages


def routes(door: AdminDoor, settings: WebhookSettings, bell: Bell | None = None) -> list[BaseRoute]:
    """`bell` wakes those who wait for messages; one for each process that serves."""
    fetch = FetchMessages(door.database, door.clock, bell or Bell(door.database), settings.pollers_max)
    return [
        *Triggers(door, settings).routes(),
        *Messages(door, fetch, settings).routes(),
        *Deliveries(door).routes(),
    ]
