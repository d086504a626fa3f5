"""The API of people in this process: real routes, a browser that keeps cookies, and the letters that were written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from safelight.accounts import owners
from safelight.accounts.keys import Keys
from safelight.adapters.geo.none import NoGeo
from safelight.adapters.keys.memory import MemoryKeys
from safelight.boot import identifying
from safelight.boot.identifying import Identity
from safelight.identity import passwords
from safelight.kernel.clock import StillClock
from safelight.mail.store import letters
from safelight.people import users
from safelight.people.model import User, UserRole
from safelight.ports.database import Database
from safelight.settings import IdentitySettings, Settings
from safelight.web.app import build
from safelight.web.metrics import Metrics

BASE = "http://localhost:8000"
EMAIL = "ann@firm.example"
PASSWORD = "violet anvil tundra"
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
QUICK = IdentitySettings(password_memory_kib=64, password_rounds=1, registration="open")


@dataclass
class People:
    """What a test of people needs at hand."""

    database: Database
    clock: StillClock
    rooms: SimpleNamespace
    identity: Identity

    @asynccontextmanager
    async def browser(self, **cookies: str) -> AsyncIterator[httpx.AsyncClient]:
        app = build(identifying.routes(self.rooms, self.database), metrics=Metrics())
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=("203.0.113.7", 1234))
        headers = {"user-agent": AGENT}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            for name, value in cookies.items():
                # The domain that its jar gives to what `localhost` sets.
                client.cookies.set(name, value, domain="localhost.local", path="/")
            yield client

    async def add(self, email: str = EMAIL, role: UserRole = UserRole.MASTER_ADMIN, company: str = "Firm") -> User:
        """Somebody who came, with PASSWORD."""
        hashed = await self.identity.hasher.hash(PASSWORD)
        now = self.clock.now()
        async with self.database.transaction() as session:
            account = await owners.first(session, now)
            await owners.rename(session, account.id, company)
            user = await users.invite(session, account.id, name="Ann", email=email, role=role, now=now)
            await passwords.put(session, user, hashed, now)
            return await users.accept(session, user, now)

    async def letters(self) -> list[tuple[str, str, dict[str, str]]]:
        """Template, address and facts of each, the oldest first."""
        async with self.database.transaction() as session:
            rows = await session.fetch(select(letters).order_by(letters.c.created_at, letters.c.id))
        return [(row["template"], row["address"], row["facts"]) for row in rows]

    async def token(self, template: str) -> str:
        """Of the link in the newest letter of that kind."""
        facts = [facts for name, _, facts in await self.letters() if name == template][-1]
        return parse_qs(urlsplit(facts["link"]).query)["token"][0]

    def later(self, **span: float) -> None:
        self.clock.advance(timedelta(**span))


@pytest.fixture
def people(database, clock) -> People:
    return people_of(database, clock, QUICK)


@pytest.fixture
def closed(database, clock) -> People:
    """Where people come by invitation alone."""
    return people_of(database, clock, replace(QUICK, registration="invite"))


def people_of(database: Database, clock: StillClock, settings: IdentitySettings) -> People:
    rooms = SimpleNamespace(
        settings=replace(Settings(), identity=settings),
        base_url=BASE,
        clock=clock,
        keys=Keys(MemoryKeys()),
        geo=NoGeo(),
        database=database,
    )
    return People(database, clock, rooms, identifying.identity_of(rooms, database))


async def sign_in(client: httpx.AsyncClient, **words: object) -> httpx.Response:
    answer = await client.post("/auth/login", json={"email": EMAIL, "password": PASSWORD, **words})
    assert answer.status_code == 200, answer.text
    return answer
