"""While as many files are made as may be, who asks for something new hears no before anything was looked up."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from safelight.delivery.model import DeliveryRequest, Media
from safelight.delivery.threshold import Known, Threshold
from safelight.kernel.errors import Busy, NotFound
from safelight.transform.auto import Hints
from tests.delivering import Delivery, delivery


@dataclass
class Makers:
    """So many are under way; `places` are all that there are."""

    places: int
    under_way: int = 0

    def is_full(self, cloud_id: str, coming: int) -> bool:
        return self.under_way + coming >= self.places


def threshold(makers: Makers, *, looking: int = 3, full: int = 1, known: int = 1000) -> Threshold:
    return Threshold(makers.is_full, looking_max_each=looking, full_max_each=full, known_max=known)


@pytest.mark.parametrize("count", [1, 100, 5000])
def test_what_was_said_is_known_again_and_hardly_anything_else(count: int):
    known = Known(2 * count)
    for number in range(count):
        known.add(f"word {number}")
    assert all(f"word {number}" in known for number in range(count))
    mistaken = sum(f"other {number}" in known for number in range(5000))
    assert mistaken <= 250


def test_the_oldest_half_is_forgotten_and_no_more_memory_is_taken():
    known = Known(200)
    for number in range(1000):
        known.add(f"word {number}")
        known.add(f"word {number}")
    assert all(f"word {number}" in known for number in range(900, 1000))
    assert sum(f"word {number}" in known for number in range(700)) < 70


async def crossed(there: Threshold, words: str, until: asyncio.Event, cloud: str = "demo") -> None:
    async with there.cross(cloud, words) as place:
        place.belongs_to(cloud)
        await until.wait()


async def test_only_so_many_look_at_a_time_and_the_others_wait():
    there, until = threshold(Makers(100)), asyncio.Event()
    asked = [asyncio.create_task(crossed(there, f"{number}", until)) for number in range(8)]
    other = asyncio.create_task(crossed(there, "x", until, "another"))
    await asyncio.sleep(0)
    assert there._crowds["demo"].strangers == 3
    assert there._crowds["another"].strangers == 1
    until.set()
    await asyncio.gather(*asked, other)
    assert there._crowds == {}


async def test_when_all_places_are_taken_new_words_are_refused_at_once_and_known_ones_are_not():
    makers, until = Makers(10), asyncio.Event()
    there = threshold(makers)
    until.set()
    await crossed(there, "known", until)
    makers.under_way = 10
    until.clear()
    looked = asyncio.create_task(crossed(there, "new 0", until))
    await asyncio.sleep(0)
    for number in range(1, 4):
        with pytest.raises(Busy) as refused:
            await crossed(there, f"new {number}", until)
        assert refused.value.retry_after_seconds == 5
    known = asyncio.create_task(crossed(there, "known", until))
    await asyncio.sleep(0)
    until.set()
    await asyncio.gather(looked, known)
    makers.under_way = 0
    await crossed(there, "new 1", until)


async def test_who_waited_while_it_became_full_is_refused_without_a_look():
    makers, until = Makers(10), asyncio.Event()
    there = threshold(makers, full=0)
    asked = [asyncio.create_task(crossed(there, f"{number}", until)) for number in range(9)]
    await asyncio.sleep(0)
    makers.under_way = 10
    until.set()
    ends = await asyncio.gather(*asked, return_exceptions=True)
    assert [isinstance(end, Busy) for end in ends] == [False] * 3 + [True] * 6
    assert there._crowds == {}


async def test_an_answer_that_was_an_error_makes_no_address_known():
    there = threshold(Makers(100))
    with pytest.raises(NotFound):
        async with there.cross("demo", "nothing"):
            raise NotFound("nothing here")
    assert "nothing" not in there._known
    assert there._crowds == {}


@pytest.fixture
async def here(database, tmp_path: Path) -> Delivery:
    return await delivery(database, tmp_path)


async def ask(here: Delivery, path: str) -> Media:
    return await here.deliver(DeliveryRequest(f"/demo/image/upload/{path}", "", Hints(accept="*/*")))


async def test_a_flood_of_sizes_costs_no_question_to_the_database_and_what_is_there_is_answered(here: Delivery):
    makers = Makers(10)
    here.deliver = replace(here.deliver, threshold=threshold(makers, full=0))
    await here.asset("tom")
    assert (await ask(here, "w_10/tom.jpg")).is_made_now
    makers.under_way = 10
    renders = len(here.render.renders)

    class NoDatabase:
        """Whoever asks it has done work for nothing."""

    flooded = replace(here.deliver, database=NoDatabase())
    for width in range(20, 40):
        with pytest.raises(Busy):
            await flooded(DeliveryRequest(f"/demo/image/upload/w_{width}/tom.jpg", "", Hints(accept="*/*")))
    assert not (await ask(here, "w_10/tom.jpg")).is_made_now
    makers.under_way = 0
    assert (await ask(here, "w_20/tom.jpg")).is_made_now
    assert len(here.render.renders) == renders + 1


async def test_who_waits_for_a_picture_takes_no_place(here: Delivery):
    there = threshold(Makers(100), looking=1)
    here.deliver = replace(here.deliver, threshold=there)
    await here.asset("tom")
    begun, may_end = asyncio.Event(), asyncio.Event()
    render = here.deliver.ensure.render

    class Slow:
        async def render(self, *words, **more):
            begun.set()
            await may_end.wait()
            return await render.render(*words, **more)

    slow = replace(here.deliver, ensure=replace(here.deliver.ensure, render=Slow()))
    path = "/demo/image/upload/w_20/tom.jpg"
    making = asyncio.create_task(slow(DeliveryRequest(path, "", Hints(accept="*/*"))))
    await asyncio.wait_for(begun.wait(), 30)
    assert there._crowds["demo"].inside == 1
    assert await asyncio.wait_for(ask(here, "tom.jpg"), 30)
    may_end.set()
    assert (await making).is_made_now
