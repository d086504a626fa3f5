"""Messages: fetched by one reader at a time, back again if nobody acknowledges, and gone after that."""

import asyncio
from datetime import timedelta

import pytest

from safelight.webhooks import messages
from safelight.webhooks.announce import announce
from safelight.webhooks.bell import Bell
from safelight.webhooks.fetch import Ask, FetchMessages

CLOUD = "cloud-one"


@pytest.fixture
def tell(database, clock):
    async def tell(url="poll://main", fact="one", batch_id=None, body=b"{}"):
        async with database.transaction() as session:
            now = clock.now()
            return await announce(session, CLOUD, [url], "upload", body, fact=fact, now=now, batch_id=batch_id)

    return tell


@pytest.fixture
def fetch(database, clock):
    return FetchMessages(database, clock, Bell(database), pollers_max=2)


def ask(channel="main", batch_id=None, cloud=CLOUD, most=10, wait_seconds=0):
    return Ask(cloud, channel, batch_id, most, wait_seconds, hidden_seconds=30)


def facts(found):
    return [message.body.decode() for message in found]


async def test_the_oldest_come_first_and_are_hidden_for_a_while(tell, fetch, clock):
    for fact in "abc":
        await tell(fact=fact, body=fact.encode())
        clock.advance(timedelta(seconds=1))
    assert facts(await fetch(ask(most=2))) == ["a", "b"]
    assert facts(await fetch(ask())) == ["c"]
    assert await fetch(ask()) == []
    clock.advance(timedelta(seconds=30))
    assert facts(await fetch(ask())) == ["a", "b", "c"]


@pytest.mark.parametrize("asked", [ask("other"), ask(cloud="another"), ask(None, "batch"), ask("*")])
async def test_who_asks_for_something_else_gets_nothing(tell, fetch, asked):
    await tell(batch_id="batch")
    assert await fetch(asked) == []


async def test_a_batch_is_fetched_by_its_id(tell, fetch):
    await tell("poll://*", fact="a", batch_id="b1", body=b"a")
    await tell("poll://*b2", fact="b", body=b"b")
    assert await tell("poll://*", fact="c") == 0, "what belongs to no batch, nobody could ask for"
    assert facts(await fetch(ask(None, "b1"))) == ["a"]
    assert facts(await fetch(ask(None, "b2"))) == ["b"]


async def test_only_the_newest_receipt_strikes_out(tell, fetch, database, clock):
    await tell()
    (first,) = await fetch(ask())
    clock.advance(timedelta(seconds=31))
    (second,) = await fetch(ask())
    receipts = (first.receipt, second.receipt, second.receipt, "nothing", f"{second.id}.9999999999", f"{second.id}.²")
    async with database.transaction() as session:
        done = [await messages.acknowledge(session, CLOUD, receipt) for receipt in receipts]
    assert done == [False, True, False, False, False, False]


async def test_what_is_told_twice_lies_there_once(tell):
    assert [await tell(), await tell()] == [1, 0]


async def test_two_readers_never_have_the_same_in_hand(tell, database, clock):
    for fact in range(20):
        await tell(fact=str(fact), body=str(fact).encode())
    readers = [FetchMessages(database, clock, Bell(database), 1)(ask(most=5)) for _ in range(4)]
    found = [fact for each in await asyncio.gather(*readers) for fact in facts(each)]
    assert sorted(found) == sorted(map(str, range(20)))


async def test_who_waits_is_told_as_soon_as_something_comes(tell, fetch):
    waiting = asyncio.create_task(fetch(ask(wait_seconds=60)))
    other = asyncio.create_task(fetch(ask("other", wait_seconds=60)))
    await asyncio.sleep(0.1)
    assert fetch.bell.waiting_count == 2
    assert await fetch(ask("more", wait_seconds=60)) == [], "too many wait already"
    await tell()
    async with asyncio.timeout(10):
        assert len(await waiting) == 1
    fetch.bell.close()
    async with asyncio.timeout(10):
        assert await other == []
    assert fetch.bell.waiting_count == 0


async def test_for_who_has_hung_up_nothing_is_taken_in_hand(tell, fetch):
    async def is_gone():
        return True

    await fetch(ask(wait_seconds=60), is_gone)
    await tell()
    assert len(await fetch(ask())) == 1


async def test_messages_are_forgotten_after_their_days(tell, fetch, database, clock):
    await tell()
    clock.advance(timedelta(days=4))
    async with database.transaction() as session:
        assert await messages.forget(session, clock.now() - timedelta(days=messages.KEEP_DAYS)) == 1
    assert await fetch(ask()) == []
