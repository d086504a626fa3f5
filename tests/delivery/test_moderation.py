"""What was rejected is shown to nobody, until somebody approves of it."""

from pathlib import Path

import pytest

from safelight.accounts import clouds
from safelight.assets import catalogue
from safelight.assets.model import Status
from safelight.assets.moderation import by_person
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.media import Access
from tests.conftest import NOW
from tests.delivering import Delivery, delivery


@pytest.fixture
async def here(database, tmp_path: Path) -> Delivery:
    return await delivery(database, tmp_path)


async def say(here, asset, status):
    async with here.database.transaction() as session:
        await catalogue.update(session, asset, reviews=lambda before: by_person(before, Status(status), NOW), now=NOW)


@pytest.mark.parametrize("path", ["/demo/image/upload/tom.jpg", "/demo/image/upload/w_10/tom.png", "/demo/tom"])
async def test_a_rejected_asset_is_as_good_as_gone(here, path):
    asset = await here.asset("tom")
    await say(here, asset, "pending")
    await here.get(path)
    await say(here, asset, "rejected")
    with pytest.raises(NotFound, match="Resource not found - tom"):
        await here.get(path)
    await say(here, asset, "approved")
    await here.get(path)


async def test_another_picture_stands_in_for_it(here):
    asset = await here.asset("tom")
    other = await here.asset("instead", format="png")
    await say(here, asset, "rejected")
    media = await here.get("/demo/image/upload/d_instead.png/tom.png")
    assert media.asset_id == other.id
    await say(here, other, "rejected")
    with pytest.raises(NotFound):
        await here.get("/demo/image/upload/d_instead.png/tom.png")


async def test_it_lies_on_no_other_picture(here):
    await here.asset("tom")
    logo = await here.asset("logo", format="png")
    await here.get("/demo/image/upload/l_logo/tom.jpg")
    await say(here, logo, "rejected")
    with pytest.raises(Invalid, match="logo"):
        await here.get("/demo/image/upload/l_logo/tom.jpg")


async def test_a_remote_file_that_was_rejected_is_not_fetched_anew(here):
    asset = await here.asset("https://a.example/a.jpg", access=Access.FETCH)
    await say(here, asset, "rejected")
    with pytest.raises(NotFound):
        await here.get("/demo/image/fetch/https://a.example/a.jpg")


async def test_a_cloud_may_show_only_what_was_approved(here):
    asset = await here.asset("tom")
    await say(here, asset, "pending")
    async with here.database.transaction() as session:
        await clouds.change(session, here.cloud.id, hides_pending=True)
    with pytest.raises(NotFound):
        await here.get("/demo/image/upload/tom.jpg")
    with pytest.raises(NotFound):
        await here.get("/demo/image/upload/w_10/tom.jpg")
    await say(here, asset, "approved")
    await here.get("/demo/image/upload/tom.jpg")
    await here.asset("unreviewed")
    await here.get("/demo/image/upload/unreviewed.jpg")
