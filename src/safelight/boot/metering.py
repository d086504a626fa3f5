"""Metering: what tells of usage, and what counts by the clock, put together for HTTP and for jobs."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from safelight.boot.house import House
from safelight.ports.queue import Handler
from safelight.usage.alerts import Alerts
from safelight.usage.fold import Fold
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.usage import UsageReport


def routes(rooms: House, door: AdminDoor) -> Sequence[BaseRoute]:
    return UsageReport(door, rooms.settings.render.source_pixels_max, rooms.settings.usage).routes()


def handlers(rooms: House) -> Sequence[Handler]:
    settings = rooms.settings.usage
    fold = Fold(rooms.database, rooms.clock, settings)
    return [fold.fold_usage, fold.sweep_usage, Alerts(rooms.database, rooms.clock, settings).check_quotas]
