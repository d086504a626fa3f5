"""People with the routes of letters too."""

from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest

from safelight.boot import choosing, identifying
from safelight.web.app import build
from safelight.web.identity.preferences import PreferencesDoor
from safelight.web.letters import Letters
from safelight.web.metrics import Metrics
from tests.web.identity.conftest import AGENT, BASE, QUICK, People, people_of


@dataclass
class Preferring(People):
    """Who also chooses which letters they get."""

    @asynccontextmanager
    async def browser(self, **headers: str):
        rooms, store = self.rooms, self.rooms.keys.store
        door = identifying.door_of(rooms, self.database, self.identity)
        routes = [
            *identifying.routes(rooms, self.database),
            *Letters(self.database, store, self.clock, "Safelight").routes(),
            *PreferencesDoor(door, store, choosing.choices_of(rooms)).routes(),
        ]
        transport = httpx.ASGITransport(build(routes, metrics=Metrics()), client=("203.0.113.7", 1234))
        headers = {"user-agent": AGENT, **headers}
        async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as client:
            yield client


@pytest.fixture
def people(database, clock) -> People:
    return people_of(database, clock, QUICK)


@pytest.fixture
def preferring(people) -> Preferring:
    return Preferring(people.database, people.clock, people.rooms, people.identity)
