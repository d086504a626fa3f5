"""The provisioning API on a real database: an account with a key, and a client that has it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from safelight.accounts import owners
from safelight.accounts.keys import Keys
from safelight.accounts.model import Account, FolderMode
from safelight.accounts.provisioning_keys import ProvisioningKeys
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.keys.memory import MemoryKeys
from safelight.kernel.clock import StillClock
from safelight.settings import ServerSettings, UploadSettings
from safelight.web.app import build
from safelight.web.metrics import Metrics
from safelight.web.provisioning.door import ProvisioningDoor
from safelight.web.provisioning.routes import routes

KEY = ("1234", "s3cret")
REQUESTS_PER_HOUR = 60


@dataclass
class Owner:
    """What a test of the provisioning API needs at hand."""

    door: ProvisioningDoor
    account: Account
    client: httpx.AsyncClient

    async def ask(self, method: str, path: str, *, code: int = 200, **words: Any) -> dict[str, Any]:
        """The answer of a call that must succeed; words go as JSON, as SDKs send them."""
        sent = {"params": words} if method == "GET" else {"json": words}
        answer = await self.client.request(method, path, **sent)
        assert answer.status_code == code, answer.text
        return answer.json() if answer.content else {}

    async def refused(self, method: str, path: str, **words: Any) -> tuple[int, str]:
        """Status and message of a call that must not."""
        sent = {"params": words} if method == "GET" else {"json": words}
        answer = await self.client.request(method, path, **sent)
        error = answer.json()["error"]
        assert error["category"] == "provisioning"
        assert error["code"]
        return answer.status_code, error["message"]


@pytest.fixture
async def owner(database: PostgresDatabase, clock: StillClock) -> AsyncIterator[Owner]:
    keys = Keys(MemoryKeys())
    server = ServerSettings(requests_per_hour=REQUESTS_PER_HOUR)
    door = ProvisioningDoor(database, keys, clock, server, UploadSettings(), FolderMode.DYNAMIC)
    async with database.transaction() as session:
        account = await owners.create(session, now=clock.now(), handle="firm")
        issue = ProvisioningKeys(keys.store).issue
        await issue(session, account.id, now=clock.now(), api_key=KEY[0], secret=KEY[1])
    transport = httpx.ASGITransport(build(routes(door), metrics=Metrics()), raise_app_exceptions=False)
    base = "http://api.test/v1_1/provisioning/accounts/firm/"
    async with httpx.AsyncClient(transport=transport, base_url=base, auth=KEY) as client:
        yield Owner(door, account, client)
