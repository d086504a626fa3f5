"""The pages in this process: a door, an account with an owner, and a client that keeps cookies as a browser does."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from html import unescape

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute

from safelight.accounts import clouds, owners
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, FolderMode
from safelight.adapters.keys.memory import MemoryKeys
from safelight.boot.identifying import opted_out
from safelight.console import app, files
from safelight.console.door import Door
from safelight.console.ways import Ways
from safelight.identity import passwords
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
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Flooding
from safelight.people import users
from safelight.people.model import User, UserRole
from safelight.ports.database import Database
from safelight.settings import IdentitySettings, UsageSettings
from safelight.web.app import build
from safelight.web.metrics import Metrics

BASE_URL = "http://localhost:8000"
PASSWORD = "three purple teapots"
_CSRF = re.compile(r'name="csrf" value="([^"]*)"')
QUICK = IdentitySettings(registration="open", password_memory_kib=64, password_rounds=1)


def visitor_of(_request: Request) -> Visitor:
    return Visitor("Firefox", "DE", "203.0.113.0/24")


@dataclass
class House:
    """What a test of pages needs at hand."""

    database: Database
    clock: StillClock
    settings: IdentitySettings = QUICK
    store: MemoryKeys = field(default_factory=MemoryKeys)

    tries: int = 0
    tries_max: int = 1000

    cloud: Cloud = field(init=False)
    owner: User = field(init=False)
    door: Door = field(init=False)
    routes: Sequence[BaseRoute] = field(init=False)
    app: Starlette = field(init=False)
    client: httpx.AsyncClient = field(init=False)
    ways: Ways = field(init=False)
    keys: Keys = field(init=False)

    async def open(self) -> None:
        now, database, settings = self.clock.now(), self.database, self.settings
        self.keys, hasher, letters = Keys(self.store), Hasher(settings), Letters(BASE_URL)
        totps, failures = Totps(self.store), Failures(self.store, settings)
        self.ways = Ways(
            SignIn(database, hasher, totps, failures, settings),
            Register(database, hasher, letters, settings),
            Resets(database, hasher, failures, letters, settings),
            Invitations(database, hasher, letters, settings),
            Setup(database, hasher, BASE_URL, settings),
            Emails(letters, settings, self.store),
            totps,
            letters,
            settings,
        )
        arrive = Arrive(database, letters, settings, opted_out)
        self.door = Door(files.read(), BASE_URL, database, self.clock, settings, visitor_of, arrive, self._count)
        self.routes = app.routes(self.door, self.ways, self.keys, FolderMode.DYNAMIC, UsageSettings())
        self.app = build(self.routes, metrics=Metrics())
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE_URL)
        async with database.transaction() as session:
            account = await owners.create(session, now=now, name="Firm", handle="firm")
            self.cloud = await clouds.create(
                session, "demo", folder_mode=FolderMode.DYNAMIC, now=now, account_id=account.id
            )

        self.owner = await self.person("Olivia", UserRole.MASTER_ADMIN, account.id)

    async def _count(self, _request: Request) -> None:
        self.tries += 1
        if self.tries > self.tries_max:
            raise Flooding("Too many tries a minute")

    async def person(self, name: str, role: UserRole, account_id: str = "") -> User:
        """Somebody of the account who has come, and has PASSWORD."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            user = await users.invite(
                session,
                account_id or self.owner.account_id,
                name=name,
                email=f"{name.lower()}@firm.example",
                role=role,
                now=now,
            )
            await passwords.put(session, user, await self.ways.sign_in.hasher.hash(PASSWORD), now)
            return await users.accept(session, user, now)

    async def csrf(self, path: str = "/auth/sign-in") -> str:
        page = await self.client.get(path)
        found = _CSRF.search(page.text)
        assert found, page.text
        return unescape(found[1])

    async def send(self, path: str, page: str = "", **words: str) -> httpx.Response:
        """A form, as a browser sends it from `page`."""
        words = {"csrf": await self.csrf(page or path), **words}
        return await self.client.post(path, data=words, headers={"Sec-Fetch-Site": "same-origin"})

    async def sign_in(self, email: str = "olivia@firm.example", password: str = PASSWORD, **words: str) -> None:
        answer = await self.send("/auth/sign-in", email=email, password=password, **words)
        assert answer.status_code == 303, answer.text


@pytest.fixture
async def house(database: Database, clock: StillClock) -> AsyncIterator[House]:
    made = House(database, clock)
    await made.open()
    yield made
    await made.client.aclose()
