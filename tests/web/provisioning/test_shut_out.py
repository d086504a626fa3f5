"""Who manages people has the last word: links to an old address, and people who left by themselves, over HTTP."""

from datetime import timedelta

import pytest

from safelight.identity import leaving, links
from safelight.identity.letters import Letters
from safelight.identity.model import Purpose
from safelight.kernel.errors import Gone
from safelight.people import roster, users
from safelight.settings import IdentitySettings
from tests.web.provisioning.test_people import made

LETTERS = Letters("http://localhost:8000")


@pytest.mark.parametrize("purpose", [Purpose.INVITE, Purpose.RESET])
async def test_what_went_to_an_address_ends_when_it_is_another(owner, database, now, purpose):
    bob = await made(owner, email="bbo@evil.example")
    async with database.transaction() as session:
        week = timedelta(days=7)
        secret = await links.make(session, owner.account.id, purpose, now, week, user_id=bob["id"])
    await owner.ask("PUT", f"users/{bob['id']}", name="Bob")
    async with database.transaction() as session:
        assert (await links.find(session, secret.reveal(), purpose, now)).user_id == bob["id"]
    await owner.ask("PUT", f"users/{bob['id']}", email="bob@firm.example")
    async with database.transaction() as session:
        with pytest.raises(Gone):
            await links.find(session, secret.reveal(), purpose, now)


@pytest.mark.parametrize("enabled", [False, True])
async def test_who_left_by_themselves_is_no_more_than_what_was_said_of_them_since(owner, database, now, enabled):
    bob = await made(owner)
    async with database.transaction() as session:
        user = await users.accept(session, await roster.get(session, owner.account.id, bob["id"]), now)
        await leaving.disable(session, user, LETTERS, now, IdentitySettings())
    await owner.ask("PUT", f"users/{bob['id']}", name="Robert")
    async with database.transaction() as session:
        assert await leaving.find(session, user) is not None
    changed = await owner.ask("PUT", f"users/{bob['id']}", enabled=enabled)
    assert changed["enabled"] is enabled
    async with database.transaction() as session:
        with pytest.raises(Gone):
            await leaving.enable(session, user, now)
        # Nothing of who was let in again is erased after a month.
        assert await leaving.sweep(session, now + timedelta(days=31)) == []
