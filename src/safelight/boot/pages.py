"""Pages: the console put together."""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.boot import identifying
from safelight.boot.house import House
from safelight.boot.identifying import Identity
from safelight.console import app, files
from safelight.console.door import Door
from safelight.console.ways import Ways
from safelight.kernel.errors import Flooding
from safelight.kernel.pace import Pace, exceeded, network_of
from safelight.ports.database import Database
from safelight.settings import IdentitySettings
from safelight.web.client import client_address, networks_of


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    settings = rooms.settings.identity
    found = identifying.identity_of(rooms, database)
    door = Door(
        files.read(),
        rooms.base_url,
        database,
        rooms.clock,
        settings,
        identifying.visitor_of(rooms),
        found.arrive,
        _counted(rooms),
    )
    mode = FolderMode(rooms.settings.account.folder_mode)
    return app.routes(door, _ways(found, settings), rooms.keys, mode, rooms.settings.usage)


def _counted(rooms: House) -> Callable[[Request], None]:
    proxies, clock = networks_of(rooms.settings.server.proxies), rooms.clock
    tries = Pace(rooms.settings.identity.tries_per_minute_address, seconds=60)

    def count(request: Request) -> None:
        now = clock.now()
        address = client_address(request.scope, request.headers.get("x-forwarded-for", ""), proxies)
        if address is not None and not tries.spend(network_of(address), now):
            raise exceeded(Flooding, tries.count_max, "tries a minute", tries.resets_at(now), now)

    return count


def _ways(found: Identity, settings: IdentitySettings) -> Ways:
    return Ways(
        found.sign_in,
        found.registering,
        found.resets,
        found.invitations,
        found.setup,
        found.emails,
        found.totps,
        found.letters,
        settings,
    )
