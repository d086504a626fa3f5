"""Pages: the console put together."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.activity.address import network_of
from safelight.activity.agent import family_of
from safelight.boot.house import House
from safelight.console import app, files
from safelight.console.door import Door
from safelight.console.ways import Ways
from safelight.identity.arriving import Arrive
from safelight.identity.emails import Emails
from safelight.identity.failures import Failures
from safelight.identity.invitations import Invitations, Setup
from safelight.identity.letters import Letters
from safelight.identity.model import Visitor
from safelight.identity.passwords import Hasher
from safelight.identity.registration import Register
from safelight.identity.resets import Resets
from safelight.identity.sign_in import SignIn
from safelight.identity.totp import Totps
from safelight.kernel.rights import Rights
from safelight.people import permits
from safelight.people.model import User
from safelight.ports.database import Database, Session
from safelight.ports.geo import Geo
from safelight.web.client import Proxies, client_address, networks_of


def routes(rooms: House, database: Database) -> Sequence[BaseRoute]:
    settings = rooms.settings.identity
    letters = Letters(rooms.base_url)
    door = Door(
        files.read(),
        rooms.base_url,
        database,
        rooms.clock,
        settings,
        _rights_of,
        partial(_visitor_of, networks_of(rooms.settings.server.proxies), rooms.geo),
        Arrive(database, letters, settings),
    )
    return app.routes(door, ways_of(rooms, database), rooms.keys, FolderMode(rooms.settings.account.folder_mode))


def ways_of(rooms: House, database: Database) -> Ways:
    """How people come in."""
    settings, store = rooms.settings.identity, rooms.keys.store
    letters, hasher = Letters(rooms.base_url), Hasher(settings)
    failures, totps = Failures(store, settings), Totps(store)
    return Ways(
        SignIn(database, hasher, totps, failures, settings),
        Register(database, hasher, letters, settings),
        Resets(database, hasher, failures, letters, settings),
        Invitations(database, hasher, letters, settings),
        Setup(database, hasher, rooms.base_url, settings),
        Emails(letters, settings),
        totps,
        letters,
        settings,
    )


async def _rights_of(session: Session, user: User) -> Rights:
    return permits.rights(user.name, permits.lines_of_level(user))


def _visitor_of(proxies: Proxies, geo: Geo, request: Request) -> Visitor:
    """What is kept of a browser: no more than this."""
    address = client_address(request.scope, request.headers.get("x-forwarded-for", ""), proxies)
    network = network_of(address or "")
    return Visitor(family_of(request.headers.get("user-agent", "")), geo.country(network), network)
