"""The ring of keys on the real database: made once, found again, destroyed for good, and withdrawn within a second."""

import asyncio

import pytest
from sqlalchemy import select

from safelight.adapters.keys.local import LocalKeys
from safelight.kernel.errors import Conflict, Internal, Invalid, KeyWithdrawn, NotFound
from safelight.vault import owners
from safelight.vault.ring import Ring
from safelight.vault.rotate import JOB, Rotate, clouds_with_keys
from safelight.vault.store import KEY_TABLES, cloud_keys, file_keys, owner_keys

MASTER = LocalKeys(bytes(range(32)))
OWN, OTHER = bytes([7]) * 32, bytes([8]) * 32
KEYS = [f"c/acme/ab/{number}/original" for number in range(7)]


@pytest.fixture
def ring(database, clock) -> Ring:
    """One that remembers nothing, so that each look is one."""
    return Ring(database, MASTER, clock, holds_seconds=0)


def rotation(database, clock) -> Rotate:
    return Rotate(database, MASTER, clock, batch_rows=3)


async def rows(database, table):
    async with database.transaction() as session:
        return await session.fetch(select(table))


async def test_a_secret_is_made_once_and_found_again(ring, database, clock):
    made = await ring.ensure("acme", KEYS[0])
    assert len(made) == 32
    assert await ring.ensure("acme", KEYS[0]) == made
    assert await ring.find("acme", KEYS[0]) == made
    assert await Ring(database, MASTER, clock).find("acme", KEYS[0]) == made
    assert await ring.ensure("acme", KEYS[1]) != made
    assert await ring.find("other", KEYS[0]) is None
    assert made not in b"".join([row["wrapped"] for row in await rows(database, file_keys)])


async def test_many_at_once_take_the_same(ring):
    made = await asyncio.gather(*(ring.ensure("acme", KEYS[0]) for _ in range(8)))
    assert len(set(made)) == 1


async def test_the_installation_has_a_key_of_its_own(ring, database):
    await ring.ensure("", "x/export/000")
    await ring.ensure("acme", KEYS[0])
    async with database.transaction() as session:
        assert await clouds_with_keys(session) == ["", "acme"]


async def test_what_was_destroyed_is_not_found_again(ring):
    for key in KEYS:
        await ring.ensure("acme", key)
    await ring.ensure("other", KEYS[0])
    await ring.destroy("acme", KEYS[0])
    await ring.destroy("acme", KEYS[0])
    assert await ring.find("acme", KEYS[0]) is None
    assert await ring.destroy_below("acme", "c/acme/ab/1/") == 1
    assert await ring.destroy_below("acme", "c/acme/") == 5
    assert await ring.find("other", KEYS[0]) is not None


async def test_another_master_key_opens_nothing(ring, database, clock):
    await ring.ensure("acme", KEYS[0])
    with pytest.raises(Internal, match="master key"):
        await Ring(database, LocalKeys(bytes(32)), clock).find("acme", KEYS[0])


async def test_one_row_in_the_place_of_another_does_not_open(ring, database):
    await ring.ensure("acme", KEYS[0])
    await ring.ensure("acme", KEYS[1])
    async with database.transaction() as session:
        first = (await session.fetch(select(file_keys).where(file_keys.c.key == KEYS[0])))[0]
        mine = file_keys.update().where(file_keys.c.key == KEYS[1])
        await session.execute(mine.values(wrapped=first["wrapped"]))
    with pytest.raises(Internal, match="was changed"):
        await ring.find("acme", KEYS[1])


async def test_an_owner_gives_withdraws_and_gives_back(ring, database, clock):
    secret = await ring.ensure("acme", KEYS[0])
    async with database.transaction() as session:
        await owners.give(session, MASTER, "acme", OWN, clock)
        assert (await owners.standing(session, "acme")).is_owned
    assert await ring.find("acme", KEYS[0]) == secret
    async with database.transaction() as session:
        await owners.withdraw(session, "acme")
        await owners.withdraw(session, "acme")
        assert (await owners.standing(session, "acme")).is_withdrawn
    for refused in (ring.find("acme", KEYS[0]), ring.ensure("acme", KEYS[1]), ring.check("acme")):
        with pytest.raises(KeyWithdrawn):
            await refused
    await ring.check("other")
    with pytest.raises(Invalid, match="not the key"):
        async with database.transaction() as session:
            await owners.give(session, MASTER, "acme", OTHER, clock)
    async with database.transaction() as session:
        await owners.give(session, MASTER, "acme", OWN, clock)
    assert await ring.find("acme", KEYS[0]) == secret
    async with database.transaction() as session:
        await owners.let_go(session, MASTER, "acme")
        assert not (await owners.standing(session, "acme")).is_owned
    assert await ring.find("acme", KEYS[0]) == secret


async def test_without_an_own_key_there_is_nothing_to_withdraw(ring, database):
    await ring.ensure("acme", KEYS[0])
    with pytest.raises(Conflict):
        async with database.transaction() as session:
            await owners.withdraw(session, "acme")
    with pytest.raises(NotFound):
        async with database.transaction() as session:
            await owners.let_go(session, MASTER, "acme")


async def test_withdrawn_rows_hold_nothing_that_the_master_key_opens(ring, database, clock):
    """With the database and the master key: the key of the cloud is still closed."""
    await ring.ensure("acme", KEYS[0])
    async with database.transaction() as session:
        await owners.give(session, MASTER, "acme", OWN, clock)
        await owners.withdraw(session, "acme")
    assert not await rows(database, owner_keys)
    [row] = await rows(database, cloud_keys)
    assert len(MASTER.open(row["sealed"], "vault/cloud/acme")) == 12 + 32 + 16


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 31, "ab" * 33])
def test_a_key_of_another_form_is_refused(text: str):
    with pytest.raises(Invalid, match="64 hex digits"):
        owners.key_of(text)


@pytest.mark.parametrize("is_owned", [False, True])
async def test_a_rotation_closes_everything_anew_in_pieces(ring, database, clock, is_owned: bool):
    secrets = [await ring.ensure("acme", key) for key in KEYS]
    if is_owned:
        async with database.transaction() as session:
            await owners.give(session, MASTER, "acme", OWN, clock)
    rotate = rotation(database, clock)
    async with database.transaction() as session:
        assert await rotate.begin(session, "acme") == 2
        assert (await owners.standing(session, "acme")).waiting_files == len(KEYS)
    late = await ring.ensure("acme", "c/acme/ab/late/original")
    # It is stopped after the first piece, and run again.
    pieces = rotate.rewrap("acme")
    assert await anext(pieces) == 3
    await pieces.aclose()
    assert [await ring.find("acme", key) for key in KEYS] == secrets
    await rotate.rewrap_files({"cloud_id": "acme"})
    await rotate.rewrap_files({"cloud_id": "acme"})
    assert [await ring.find("acme", key) for key in KEYS] == secrets
    assert await ring.find("acme", "c/acme/ab/late/original") == late
    [left] = await rows(database, cloud_keys)
    assert (left["number"], left["is_owned"]) == (2, is_owned)


@pytest.mark.parametrize("is_kept", [False, True])
async def test_a_rotation_beside_who_gives_or_lets_go_leaves_one_way_of_closing(ring, database, clock, is_kept: bool):
    """Else the new key would stay open where the owner's was just given, or closed with one that is here no more."""
    secret = await ring.ensure("acme", KEYS[0])

    async def other() -> None:
        async with database.transaction() as session:
            if is_kept:
                await owners.give(session, MASTER, "acme", OWN, clock)
            else:
                await owners.let_go(session, MASTER, "acme")

    if not is_kept:
        async with database.transaction() as session:
            await owners.give(session, MASTER, "acme", OWN, clock)
    async with database.transaction() as session:
        await rotation(database, clock).begin(session, "acme")
        beside = asyncio.create_task(other())
        await asyncio.wait([beside], timeout=0.2)
    await beside
    assert [row["is_owned"] for row in await rows(database, cloud_keys)] == [is_kept] * 2
    await rotation(database, clock).rewrap_files({"cloud_id": "acme"})
    assert await ring.find("acme", KEYS[0]) == secret


async def test_a_rotation_is_a_job_that_survives_a_restart(ring, database, clock, jobs):
    await ring.ensure("acme", KEYS[0])
    async with database.transaction() as session:
        await rotation(database, clock).begin(session, "acme")
    assert (JOB, {"cloud_id": "acme"}) in await jobs()


async def test_who_still_writes_with_an_old_key_writes_with_the_new_one(database, clock):
    """A process remembers the newest key for a while; when it is gone, it asks again."""
    slow = Ring(database, MASTER, clock, holds_seconds=1000)
    await slow.ensure("acme", KEYS[0])
    rotate = rotation(database, clock)
    async with database.transaction() as session:
        await rotate.begin(session, "acme")
    await rotate.rewrap_files({"cloud_id": "acme"})
    made = await slow.ensure("acme", KEYS[1])
    assert await Ring(database, MASTER, clock).find("acme", KEYS[1]) == made


async def test_a_withdrawn_cloud_cannot_be_rotated(ring, database, clock):
    await ring.ensure("acme", KEYS[0])
    async with database.transaction() as session:
        await owners.give(session, MASTER, "acme", OWN, clock)
        await owners.withdraw(session, "acme")
    with pytest.raises(KeyWithdrawn):
        async with database.transaction() as session:
            await rotation(database, clock).begin(session, "acme")


def test_the_tables_of_keys_are_listed_in_one_place():
    assert set(KEY_TABLES) == {table.name for table in (cloud_keys, file_keys, owner_keys)}


async def test_what_was_asked_before_a_withdrawal_is_not_remembered_after_it(database, clock):
    """Else an answer that was on its way could enter the table of hits again, and stay there."""
    ring = Ring(database, MASTER, clock, holds_seconds=1000)
    await ring.ensure("acme", KEYS[0])
    async with database.transaction() as session:
        await owners.give(session, MASTER, "acme", OWN, clock)
    ring.forget("acme")
    await ring.check("acme")
    await ring.find("acme", KEYS[0])
    asked = asyncio.create_task(ring.check("acme"))
    async with database.transaction() as session:
        await owners.withdraw(session, "acme")
    ring.forget("acme")
    await asyncio.wait([asked])
    for refused in (ring.check("acme"), ring.find("acme", KEYS[0])):
        with pytest.raises(KeyWithdrawn):
            await refused
    ring.forget("*")
    with pytest.raises(KeyWithdrawn):
        await ring.check("acme")
