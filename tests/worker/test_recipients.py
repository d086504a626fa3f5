"""A new recipient is announced to everybody, once and in time; the end of an agreement to who runs this."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.adapters.keys.local import LocalKeys
from safelight.people import users
from safelight.people.model import UserRole
from safelight.privacy import policy_read, versions
from safelight.privacy.policy import Recipient, RecipientRole
from safelight.privacy.register import Register
from safelight.privacy.signing import Signer
from safelight.privacy.standing import Standing
from safelight.worker.recipients import KeepRecipients

STORE = Recipient(
    "store", "Store Ltd", RecipientRole.PROCESSOR, ("service.provide",), ("asset-content",), ("s3.store.example",),
    "DE", agreement_sha256="0" * 64,
)  # fmt: skip
HOSTS = {"blobs.url": "s3.store.example", "database.url": "localhost"}


@pytest.fixture
async def people(database, clock):
    async with database.transaction() as session:
        made = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=clock.now())
        for name, role in (("Ada", UserRole.MASTER_ADMIN), ("Bob", UserRole.MEDIA_LIBRARY_USER)):
            user = await users.invite(
                session, made.account_id, name=name, email=f"{name}@example.org", role=role, now=clock.now()
            )
            await users.accept(session, user, clock.now())
    return made


@pytest.fixture
def keep(database, clock, people):
    def made(recipient: Recipient) -> KeepRecipients:
        policy = replace(policy_read.shipped(), recipients={recipient.name: recipient})
        register = Register(policy, clock)
        return KeepRecipients(database, clock, policy, register, Standing(policy, clock, HOSTS))

    return made


async def letters(database) -> list[tuple[str, str, str]]:
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT template, address, facts FROM letters"))
    return sorted((row["template"], row["address"], row["facts"]["day"]) for row in rows)


async def post(database, clock, policy) -> None:
    async with database.transaction() as session:
        signer = Signer(LocalKeys(b"k" * 32), "media.example.com/ledger")
        await versions.post(session, policy, signer, now=clock.now())


async def test_everybody_is_told_thirty_days_before_and_once(database, clock, keep):
    round_of = keep(STORE)
    await post(database, clock, policy_read.shipped())
    await round_of.keep_recipients({})
    assert await letters(database) == []  # it stands in no version yet
    clock.advance(timedelta(days=3))
    await post(database, clock, round_of.policy)
    for _ in range(2):
        await round_of.keep_recipients({})
    day = f"{clock.now() + timedelta(days=30):%Y-%m-%d}"
    assert await letters(database) == [("recipient", "Ada@example.org", day), ("recipient", "Bob@example.org", day)]


async def test_the_end_of_an_agreement_is_told_to_who_runs_this_once(database, clock, keep):
    until = (clock.now() + timedelta(days=20)).date()
    for _ in range(2):
        await keep(replace(STORE, agreement_until=until)).keep_recipients({})
    assert await letters(database) == [("recipient_ends", "Ada@example.org", f"{until}")]


async def test_who_keeps_the_files_is_written_down_for_each_account_once_a_month(database, clock, keep, people):
    for _ in range(3):
        await keep(STORE).keep_recipients({})
    async with database.transaction() as session:
        rows = await session.fetch(text("SELECT recipient, account_id, entities, day, count FROM disclosures"))
    assert [(row["recipient"], row["account_id"], row["entities"]) for row in rows] == [
        ("store", people.account_id, "asset-content")
    ]
    assert (rows[0]["day"].day, rows[0]["count"]) == (1, 3)
