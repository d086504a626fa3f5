"""Random sizes end somewhere; what is there already, and what the owner signed, does not count."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.delivery.flood import Flood
from safelight.delivery.model import DeliveryRequest, Media
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Flooding, NotFound, SafelightError, Unauthorized
from safelight.kernel.media import Access
from safelight.kernel.pace import Pace
from safelight.transform.auto import Hints
from tests.conftest import NOW
from tests.delivering import Delivery, delivery

WAIT_SECONDS = 55 * 60 + 55
"""From NOW to the full hour."""


@pytest.fixture
async def here(database, tmp_path: Path) -> Delivery:
    pages = {f"http://pages.example/{name}.jpg": Page(body=b"\xff\xd8\xff\xe0 a picture") for name in "abc"}
    return await delivery(database, tmp_path, MemoryFetcher(pages))


def bound(here: Delivery, *, cloud: int = 0, address: int = 0) -> StillClock:
    clock = StillClock(NOW)
    flood = Flood(here.database, clock, cloud, Pace(address, seconds=3600))
    here.deliver = replace(here.deliver, flood=flood)
    return clock


async def ask(here: Delivery, path: str, address: str | None = "203.0.113.9") -> Media:
    return await here.deliver(DeliveryRequest(f"/demo/image/{path}", "", Hints(accept="*/*"), address=address))


async def flooded(here: Delivery, path: str, address: str | None = "203.0.113.9") -> Flooding:
    with pytest.raises(Flooding) as refused:
        await ask(here, path, address)
    return refused.value


async def test_a_cloud_gets_so_many_new_files_in_an_hour(here: Delivery):
    clock = bound(here, cloud=2)
    await here.asset("tom")
    for width in (1, 2):
        await ask(here, f"upload/w_{width}/tom.jpg")
    refused = await flooded(here, "upload/w_3/tom.jpg")
    assert (refused.status, refused.retry_after_seconds) == (429, WAIT_SECONDS)
    assert "Limit of 2 new files an hour reached" in refused.message
    assert len(here.render.renders) == 2
    assert not (await ask(here, "upload/w_1/tom.jpg")).is_made_now
    assert await ask(here, "upload/tom.jpg")
    assert await ask(here, f"upload/{here.sign('w_4/tom.jpg')}/w_4/tom.jpg")
    clock.advance(timedelta(seconds=WAIT_SECONDS))
    assert (await ask(here, "upload/w_3/tom.jpg")).is_made_now


async def test_one_address_gets_its_share_and_no_more(here: Delivery):
    bound(here, address=2)
    await here.asset("tom")
    for width, address in ((1, "2001:db8::1"), (2, "2001:db8::2")):
        await ask(here, f"upload/w_{width}/tom.jpg", address)
    await flooded(here, "upload/w_3/tom.jpg", "2001:db8::3")
    assert await ask(here, "upload/w_3/tom.jpg", "2001:db8:0:1::1")
    assert await ask(here, "upload/w_3/tom.jpg", "2001:db8::3")
    assert await ask(here, "upload/w_4/tom.jpg", None)


async def test_remote_files_count_too(here: Delivery):
    bound(here, cloud=2)
    for name in "ab":
        await ask(here, f"fetch/http://pages.example/{name}.jpg")
    await ask(here, "fetch/http://pages.example/a.jpg")
    await flooded(here, "fetch/http://pages.example/c.jpg")
    await here.asset("tom")
    await flooded(here, "upload/l_fetch:aHR0cDovL3BhZ2VzLmV4YW1wbGUvYy5qcGc=/fl_layer_apply/tom.jpg")


async def test_what_cannot_be_made_counts_too(here: Delivery):
    bound(here, cloud=1)
    await here.asset("tom")
    here.render.fault = NotFound("gone")
    with pytest.raises(SafelightError):
        await ask(here, "upload/w_1/tom.jpg")
    await flooded(here, "upload/w_2/tom.jpg")


@pytest.mark.parametrize(
    ("path", "is_strict", "error", "words"),
    [
        ("private/{name}.jpg", False, Unauthorized, "deny or ACL failure"),
        ("private/{name}", False, Unauthorized, "deny or ACL failure"),
        ("private/w_9/{name}.jpg", True, Unauthorized, "Transformation w_9/ is not allowed"),
        ("authenticated/{name}.jpg", False, Unauthorized, "deny or ACL failure"),
        ("authenticated/w_9/{name}.jpg", True, Unauthorized, "deny or ACL failure"),
    ],
)
async def test_names_of_private_files_cannot_be_tried_out(
    here: Delivery, path: str, is_strict: bool, error: type[SafelightError], words: str
):
    for access in (Access.PRIVATE, Access.AUTHENTICATED):
        await here.asset("there", access=access)
    await here.change_cloud(is_strict=is_strict)
    answers: list[tuple[int, str]] = []
    for name in ("there", "nowhere"):
        with pytest.raises(error) as refused:
            await ask(here, path.format(name=name))
        answers.append((refused.value.status, refused.value.message))
    assert answers == [(401, words)] * 2
