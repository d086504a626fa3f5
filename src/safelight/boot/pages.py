"""Pages: the console put together."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.boot import choosing, identifying, promising, requests, subjects
from safelight.boot.house import House
from safelight.boot.identifying import Identity
from safelight.console import app, files, trouble
from safelight.console.door import Door
from safelight.console.pages.choices import ChoicePages
from safelight.console.pages.data import DataPages
from safelight.console.pages.disclosures import DisclosurePages
from safelight.console.pages.plan import PlanPages
from safelight.console.pages.privacy import PrivacyPages
from safelight.console.pages.privacy_requests import PrivacyRequestPages
from safelight.console.pages.reports import ReportPages
from safelight.console.pages.requests import RequestPages
from safelight.console.trouble import OnError
from safelight.console.ways import Ways
from safelight.ports.database import Database
from safelight.privacy.relaying import Relaying
from safelight.settings import IdentitySettings
from safelight.web import errors
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
        _counted(rooms, found),
    )
    asked = requests.requests_of(replace(rooms, database=database))
    mode = FolderMode(rooms.settings.account.folder_mode)
    return [
        *DataPages(door, replace(subjects.export_of(rooms), database=database)).routes(),
        *ChoicePages(door, choosing.choices_of(rooms)).routes(),
        *DisclosurePages(door, choosing.disclosures_of(rooms)).routes(),
        *PlanPages(
            door, replace(subjects.erase_of(rooms), database=database), promising.policy_of(rooms.settings)
        ).routes(),
        *PrivacyPages(door, promising.promises_of(rooms.settings, rooms.clock)).routes(),
        *PrivacyRequestPages(door, asked).routes(),
        *RequestPages(door, asked).routes(),
        *ReportPages(door, Relaying(asked)).routes(),
        *app.routes(door, _ways(found, settings), rooms.keys, mode, rooms.settings.usage),
    ]


def on_error(rooms: House) -> OnError:
    """What no page could tell is told as a page all the same, to who looks at pages."""
    return trouble.as_pages(files.read(), rooms.base_url, errors.on_error)


def _counted(rooms: House, found: Identity) -> Callable[[Request], Awaitable[None]]:
    proxies = networks_of(rooms.settings.server.proxies)

    async def count(request: Request) -> None:
        await found.tries.spend(client_address(request.scope, request.headers.get("x-forwarded-for", ""), proxies))

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
