"""Remote files that were fetched go where they take more than they may, the oldest first; nothing else goes."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from safelight.accounts import clouds
from safelight.adapters.fetcher.memory import Page
from safelight.assets import catalogue
from safelight.assets.listing import Listing
from safelight.delivery.evict import EvictFetched
from safelight.kernel.clock import StillClock
from safelight.kernel.media import Access
from safelight.settings import FetchSettings
from tests.conftest import NOW
from tests.delivering import Delivery, delivery
from tests.twins import add_asset


@dataclass
class Shelf:
    here: Delivery

    async def put(self, name: str, *, hours: float, access: Access = Access.FETCH, size_bytes: int = 10) -> None:
        now = NOW - timedelta(hours=hours)
        data = b"x" * size_bytes
        await add_asset(self.here.database, self.here.originals, self.here.cloud.id, name, data, now=now, access=access)

    async def left(self, bytes_max: int) -> set[str]:
        job = EvictFetched(self.here.database, StillClock(NOW), FetchSettings(kept_bytes_max=bytes_max))
        await job.evict_fetched({})
        async with self.here.database.transaction() as session:
            return {asset.name for asset in (await catalogue.list(session, self.here.cloud.id, Listing())).items}


@pytest.fixture
async def shelf(database, tmp_path) -> Shelf:
    return Shelf(await delivery(database, tmp_path))


async def test_the_oldest_go_until_it_is_enough_and_what_was_uploaded_stays(shelf):
    await shelf.put("uploaded", hours=900, access=Access.UPLOAD, size_bytes=500)
    for hours in (4, 3, 2, 1):
        await shelf.put(f"http://there/{hours}", hours=hours)
    everything = {"uploaded", *(f"http://there/{hours}" for hours in (4, 3, 2, 1))}
    assert await shelf.left(0) == everything, "no bound"
    assert await shelf.left(40) == everything, "just as much as may be"
    assert await shelf.left(30) == {"uploaded", "http://there/1", "http://there/2"}


async def test_what_came_just_now_and_what_bears_notes_stays(shelf):
    await shelf.put("http://there/new", hours=0)
    await shelf.put("http://there/tagged", hours=5)
    await shelf.put("http://there/old", hours=4)
    async with shelf.here.database.transaction() as session:
        page = await catalogue.list(session, shelf.here.cloud.id, Listing())
        tagged = next(asset for asset in page.items if asset.name.endswith("tagged"))
        await catalogue.update(session, tagged, tags=("ours",), now=NOW)
    assert await shelf.left(1) == {"http://there/new", "http://there/tagged"}


async def test_nothing_of_a_strict_cloud_goes(shelf):
    await shelf.put("http://there/old", hours=4)
    async with shelf.here.database.transaction() as session:
        await clouds.change(session, shelf.here.cloud.id, is_strict=True)
    assert await shelf.left(1) == {"http://there/old"}


async def test_what_went_is_fetched_again_when_it_is_asked_for(shelf):
    shelf.here.fetcher.pages["http://pages.example/cat.jpg"] = Page(b"\xff\xd8\xff\xe0 a cat")
    await shelf.put("http://pages.example/cat.jpg", hours=4)
    assert await shelf.left(1) == set()
    await shelf.here.get("/demo/image/fetch/http://pages.example/cat.jpg")
    assert shelf.here.fetcher.asked == ["http://pages.example/cat.jpg"]
