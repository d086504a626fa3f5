"""Rights: the privacy engine, put together for HTTP and for jobs out of its parts."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from safelight.boot import evidence
from safelight.boot.house import House
from safelight.ports.database import Database
from safelight.ports.queue import Handler


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    return [*evidence.routes(rooms, database)]


def handlers(rooms: House) -> Sequence[Handler]:
    return [*evidence.handlers(rooms)]
