"""Backups: what keeps older versions and erased assets, put together for HTTP and for jobs."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from safelight.assets.restoring import Restore
from safelight.assets.versions_sweep import SweepVersions
from safelight.boot.house import House
from safelight.ports.database import Database
from safelight.ports.queue import Handler
from safelight.web.admin.door import AdminDoor
from safelight.web.admin.versions import Versions
from safelight.web.auth import Auth
from safelight.web.backups import BackupDoor


def routes(rooms: House, database: Database, auth: Auth, door: AdminDoor) -> Sequence[BaseRoute]:
    """To be put before those of the Admin API: they would read `restore` and `backup` as names of assets."""
    return [
        *BackupDoor(database, auth, rooms.originals, rooms.settings.upload, rooms.admit_any).routes(),
        *Versions(door, Restore(database, rooms.originals, rooms.clock)).routes(),
    ]


def handlers(rooms: House) -> Sequence[Handler]:
    return [SweepVersions(rooms.database, rooms.clock, rooms.settings.upload.backup_days).sweep_backups]
