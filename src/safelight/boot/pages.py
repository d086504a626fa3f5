"""Pages: the console put together."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from safelight.boot.house import House
from safelight.console import app
from safelight.ports.database import Database


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    return app.routes(rooms.base_url)
