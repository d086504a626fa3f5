"""An account with two clouds, for tests of its people."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from safelight.accounts import clouds, owners
from safelight.accounts.model import Account, Cloud, FolderMode
from safelight.people import users
from safelight.people.model import User, UserRole
from safelight.ports.database import Session


@dataclass
class Firm:
    """What a test of people needs at hand."""

    session: Session
    now: datetime
    account: Account
    one: Cloud
    two: Cloud

    async def invite(self, name: str = "Ann", **words: object) -> User:
        words = {"email": f"{name.lower()}@firm.example", "role": UserRole.REPORTS, "now": self.now, **words}
        return await users.invite(self.session, self.account.id, name=name, **words)

    async def other(self) -> Account:
        """Somebody else's account."""
        return await owners.create(self.session, now=self.now, name="Other")


@pytest.fixture
async def firm(session: Session, now: datetime) -> Firm:
    account = await owners.create(session, now=now, name="Firm", handle="firm")
    made = [
        await clouds.create(session, name, folder_mode=FolderMode.DYNAMIC, now=now, account_id=account.id)
        for name in ("one", "two")
    ]
    return Firm(session, now, account, *made)
