"""What nobody reads fails; what nobody fills is named, when there was time enough to fill it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.boot import unneeded
from safelight.privacy import ledger, policy_read
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.selfcheck import failed, passed

SAID = passed("reasons")


@pytest.fixture
def policy():
    return policy_read.shipped()


def test_as_it_ships_every_field_is_read_by_somebody(policy):
    assert unneeded.unread(policy) == []


async def test_a_field_that_no_use_reads_fails(database, clock, policy):
    entity = policy.entities["user-name"]
    idle = replace(entity, fields=(replace(entity.fields[0], purposes=("study",)),))
    changed = replace(policy, entities={**policy.entities, "user-name": idle})
    async with database.transaction() as session:
        found = await unneeded.fields_are_used(session, changed, SAID, clock.now())
        assert found == failed("no use of the policy reads user-name.name")
        assert await unneeded.fields_are_used(session, policy, failed("x"), clock.now()) == failed("x")


async def test_what_nobody_fills_in_a_year_is_named(database, clock, policy):
    async with database.transaction() as session:
        assert "a year old" in (await unneeded.fields_are_used(session, policy, SAID, clock.now())).evidence
        await ledger.append(session, Entry(EntryType.SELFCHECK, clock.now() - timedelta(days=366)))
        await session.execute(
            text(
                "INSERT INTO users (id, account_id, name, email, email_key, role, is_everywhere, "
                "is_enabled, created_at, updated_at) "
                "SELECT 'u' || n, 'a', '', n || '@example.org', n || '@example.org', 'admin', true, true, now(), now() "
                "FROM generate_series(1, 200) n"
            )
        )
        await session.execute(text("ANALYZE users"))
        assert "users.name" in await unneeded.empty_columns(session, {"users.name", "users.email"})
        found = await unneeded.fields_are_used(session, policy, SAID, clock.now())
        assert found.status == "PASS"
        assert "users.name" in found.evidence
        assert "users.email" not in found.evidence
        await session.execute(text("UPDATE users SET name = 'Ann' WHERE id = 'u7'"))
        await session.execute(text("ANALYZE users"))
        assert "users.name" not in await unneeded.empty_columns(session, {"users.name"})
