"""Pages: the console put together."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.boot.house import House
from safelight.console import app, files
from safelight.console.door import Door
from safelight.identity.model import Visitor
from safelight.kernel.rights import Rights
from safelight.people import permits
from safelight.people.model import User
from safelight.ports.database import Database, Session


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    door = Door(files.read(), rooms.base_url, database, rooms.clock, rooms.settings.identity, _rights_of, _visitor_of)
    return app.routes(door, rooms.keys)


async def _rights_of(session: Session, user: User) -> Rights:
    return permits.rights(user.name, permits.lines_of_level(user))


def _visitor_of(request: Request) -> Visitor:
    return Visitor()
