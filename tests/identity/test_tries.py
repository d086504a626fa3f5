"""One address tries only so often in a minute, whichever process it asks; and only a keyed hash of it is kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from safelight.adapters.keys.memory import MemoryKeys
from safelight.identity.failures import Failures
from safelight.identity.tries import Tries
from safelight.kernel.errors import Flooding
from tests.identity.conftest import QUICK

ADDRESS = "203.0.113.7"


@pytest.fixture
def store():
    return MemoryKeys()


@pytest.fixture
def processes(database, clock, store):
    """Three that serve one installation."""
    return [Tries(database, store, clock, per_minute=4) for _ in range(3)]


async def tried(tries, times, address=ADDRESS) -> list[bool]:
    found = []
    for number in range(times):
        try:
            await tries[number % len(tries)].spend(address)
            found.append(True)
        except Flooding:
            found.append(False)
    return found


async def test_processes_count_together(processes):
    assert await tried(processes, 6) == [True] * 4 + [False] * 2


async def test_the_words_say_when_to_come_back(processes, clock):
    await tried(processes, 4)
    with pytest.raises(Flooding, match=r"Limit of 4 tries a minute reached\. Try again on ") as told:
        await processes[0].spend(ADDRESS)
    assert told.value.retry_after_seconds == 60 - clock.now().second


async def test_the_next_minute_begins_anew_and_so_does_a_clock_that_was_set_back(processes, clock):
    assert not all(await tried(processes, 5))
    clock.advance(timedelta(minutes=1))
    assert all(await tried(processes, 4))
    clock.advance(-timedelta(hours=1))
    assert all(await tried(processes, 4))


async def test_another_address_is_another_one_and_a_network_of_ipv6_is_one(processes):
    assert not all(await tried(processes, 5))
    assert all(await tried(processes, 4, "203.0.113.8"))
    assert all(await tried(processes, 2, "2001:db8:1:2::1"))
    assert await tried(processes, 4, "2001:db8:1:2:aa::2") == [True, True, False, False]


@pytest.mark.parametrize(("per_minute", "address"), [(0, ADDRESS), (1, None)])
async def test_without_a_bound_or_an_address_nothing_is_counted(database, clock, store, per_minute, address):
    assert all(await tried([Tries(database, store, clock, per_minute=per_minute)], 9, address))


async def test_no_address_is_kept_and_nothing_after_the_sweep(processes, database, clock, store):
    await tried(processes, 5)
    async with database.transaction() as session:
        (row,) = await session.fetch(text("SELECT each::text AS row FROM sign_in_failures each"))
        assert ADDRESS not in row["row"]
        assert ADDRESS.encode().hex() not in row["row"]
    clock.advance(timedelta(minutes=16))
    async with database.transaction() as session:
        assert await Failures(store, replace(QUICK, lock_minutes=15)).sweep(session, clock.now()) == 1
