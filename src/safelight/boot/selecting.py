"""Selecting: results that are held and actions on many assets, put together for HTTP and for jobs."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from safelight.assets.bulk_run import RunBulk, SweepSelections
from safelight.assets.restoring import Restore
from safelight.boot.house import House
from safelight.ports.queue import Handler
from safelight.web.admin.bulk import BulkCalls
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.snapshots import Snapshots


def routes(rooms: House, door: AdminDoor) -> Sequence[BaseRoute]:
    settings = rooms.settings.selection
    return [*Snapshots(door, settings).routes(), *BulkCalls(door, settings).routes()]


def handlers(rooms: House) -> Sequence[Handler]:
    restore = Restore(rooms.database, rooms.originals, rooms.clock)
    days = rooms.settings.selection.bulk_days
    return [
        RunBulk(rooms.database, restore, rooms.clock).run_bulk,
        SweepSelections(rooms.database, rooms.clock, days).sweep_selections,
    ]
