"""A person of an account, and settings that make passwords quick."""

from datetime import datetime

import pytest

from safelight.accounts import clouds, owners
from safelight.accounts.model import Account, Cloud, FolderMode
from safelight.identity.model import Visitor
from safelight.people import users
from safelight.people.model import User, UserRole
from safelight.ports.database import Session
from safelight.settings import IdentitySettings

QUICK = IdentitySettings(password_memory_kib=64, password_rounds=1)
VISITOR = Visitor("Firefox", "DE", "203.0.113.0")


@pytest.fixture
def settings() -> IdentitySettings:
    return QUICK


@pytest.fixture
async def account(session: Session, now: datetime) -> Account:
    return await owners.create(session, now=now, name="Firm", handle="firm")


@pytest.fixture
async def cloud(session: Session, account: Account, now: datetime) -> Cloud:
    return await clouds.create(session, "one", folder_mode=FolderMode.DYNAMIC, now=now, account_id=account.id)


@pytest.fixture
async def ann(session: Session, account: Account, now: datetime) -> User:
    return await users.invite(
        session, account.id, name="Ann", email="Ann@firm.example", role=UserRole.MASTER_ADMIN, now=now
    )
