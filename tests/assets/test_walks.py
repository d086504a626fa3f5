"""A walk by cursor while others write: each asset that lived throughout comes once, and no asset twice."""

import asyncio
import random
from collections import Counter
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from safelight.assets import catalogue, placeholders, snapshots
from safelight.assets.model import Facts, Listing, Order
from safelight.assets.search import Search, Sort, search
from safelight.assets.search_fields import SORTED
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"
WRITERS = 8
LIVING = 48
PAGE = 7
ROUNDS_MIN = 8
"""What the writers have done at least while one walked."""

NAMED = frozenset({"public_id", "filename"})
TOUCHED = frozenset({"updated_at"})
"""Orders in which an asset that is given another name stands elsewhere then."""


class Writers:
    """Eight who add, rename and delete without pause. What lives is never deleted."""

    def __init__(self, database, new, now, living, *, renames_living):
        self.database, self.new, self.now = database, new, now
        self.living, self.renames_living = living, renames_living
        self.rounds, self.went_on = 0, asyncio.Condition()

    @asynccontextmanager
    async def at_work(self):
        tasks = [asyncio.create_task(self._write(number)) for number in range(WRITERS)]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                assert isinstance(result, asyncio.CancelledError), result

    @asynccontextmanager
    async def meanwhile(self):
        """What is walked inside is walked while they write."""
        until = self.rounds + ROUNDS_MIN
        yield
        async with self.went_on:
            await self.went_on.wait_for(lambda: self.rounds >= until)

    async def _write(self, number):
        chance = random.Random(number)
        while True:
            await self._round(chance, f"{chance.random():.9f}-{number}-{new_id()}")
            async with self.went_on:
                self.rounds += 1
                self.went_on.notify_all()

    async def _round(self, chance, name):
        at = self.now - timedelta(minutes=chance.randrange(LIVING * 2))
        facts = Facts(chance.randrange(LIVING), "0" * 32, "png", chance.randrange(1, 9), 3)
        async with self.database.transaction() as session:
            new = self.new(name, folder=f"f{chance.randrange(5)}", facts=facts)
            mine = (await catalogue.add(session, new, may_overwrite=False, now=at)).asset
        async with self.database.transaction() as session:
            await catalogue.rename(session, mine, f"{chance.random():.9f}-moved-{new_id()}", now=self.now)
        if self.renames_living:
            async with self.database.transaction() as session:
                one = await catalogue.find_by_id(session, CLOUD, chance.choice(self.living).id)
                await catalogue.rename(session, one, f"{chance.random():.9f}-living-{new_id()}", now=self.now)
        async with self.database.transaction() as session:
            await catalogue.delete(session, mine, self.now)


async def alive(database, new, now):
    """Assets that live throughout, spread over every order that there is."""
    made = []
    async with database.transaction() as session:
        for number in range(LIVING):
            facts = Facts(number * 7 % 31, "0" * 32, ("jpg", "png", None)[number % 3], 1 + number % 9, 1 + number % 4)
            words = {
                "kind": (Kind.IMAGE, Kind.RAW, Kind.VIDEO)[number % 3],
                "access": (Access.UPLOAD, Access.PRIVATE)[number % 2],
                "folder": f"f{number % 5}",
                "facts": facts,
            }
            new_one = new(f"{number * 37 % LIVING / LIVING:.9f}-still", **words)
            at = now - timedelta(minutes=2 * (number * 11 % LIVING))
            made.append((await catalogue.add(session, new_one, may_overwrite=False, now=at)).asset)
    return made


async def walked(pages):
    """The ids in the order in which they came."""
    found = []
    async for items in pages:
        found += [asset.id for asset in items]
    return found


def check(found, living):
    seen = Counter(found)
    mine = {asset.id for asset in living}
    assert {one: seen[one] for one in mine if seen[one] != 1} == {}
    return seen


async def pages_of(database, cut):
    """All pages from the first to the last; `cut` takes a cursor."""
    cursor, is_more = None, True
    while is_more:
        async with database.transaction() as session:
            page = await cut(session, cursor)
        yield page.items
        cursor, is_more = page.next_cursor, page.next_cursor is not None


@pytest.mark.parametrize("order", list(Order))
async def test_a_search_in_every_order_that_a_new_name_does_not_change(database, new, now, order):
    living = await alive(database, new, now)
    async with Writers(database, new, now, living, renames_living=True).at_work() as writers:
        for field in sorted(SORTED.keys() - NAMED - TOUCHED):

            async def cut(session, cursor, field=field):
                asked = Search(sorts=(Sort(field, order),), max_results=PAGE, cursor=cursor)
                return (await search(session, CLOUD, asked, now)).page

            async with writers.meanwhile():
                found = await walked(pages_of(database, cut))
            assert max(check(found, living).values()) == 1, field


@pytest.mark.parametrize("order", list(Order))
async def test_a_search_in_the_other_orders_by_those_that_keep_their_names(database, new, now, order):
    living = await alive(database, new, now)
    async with Writers(database, new, now, living, renames_living=False).at_work() as writers:
        for field in sorted(NAMED | TOUCHED):

            async def cut(session, cursor, field=field):
                asked = Search(sorts=(Sort(field, order),), max_results=PAGE, cursor=cursor)
                return (await search(session, CLOUD, asked, now)).page

            async with writers.meanwhile():
                check(await walked(pages_of(database, cut)), living)


@pytest.mark.parametrize("prefix", [None, "0"])
async def test_a_listing_in_every_order(database, new, now, prefix):
    living = await alive(database, new, now)
    async with Writers(database, new, now, living, renames_living=prefix is None).at_work() as writers:
        for order in Order:

            async def cut(session, cursor, order=order):
                listing = Listing(prefix=prefix, direction=order, max_results=PAGE, cursor=cursor)
                return await placeholders.cut(session, CLOUD, listing)

            async with writers.meanwhile():
                found = await walked(pages_of(database, cut))
            seen = check(found, living)
            if prefix is None:
                assert max(seen.values()) == 1


async def test_a_snapshot_in_every_order_while_all_names_change(database, new, now):
    """Where the order itself changes below a walk, the result is held first: then nothing moves."""
    living = await alive(database, new, now)
    bounds = snapshots.Bounds(100_000, 50, timedelta(minutes=15))
    async with Writers(database, new, now, living, renames_living=True).at_work() as writers:
        for field in sorted(SORTED):
            async with database.transaction() as session:
                asked = Search(sorts=(Sort(field, Order.ASCENDING),))
                snapshot = await snapshots.take(session, CLOUD, asked, now, bounds)

            async def pages(snapshot=snapshot):
                for position in range(0, snapshot.total, PAGE):
                    async with database.transaction() as session:
                        held = await snapshots.read(session, CLOUD, snapshot.id, position, PAGE)
                    yield [one.asset for one in held if one.asset is not None]

            async with writers.meanwhile():
                found = await walked(pages())
            assert max(check(found, living).values()) == 1, field
