"""People see what of theirs is public, and decide it; and what to mind stands beside each way to upload."""

import pytest

from safelight.accounts import clouds
from safelight.assets import catalogue
from safelight.assets.access import Rule
from safelight.kernel.media import Access
from safelight.people.model import UserRole
from safelight.privacy import notices
from tests.assets.test_exposure import new
from tests.console.conftest import House

PATH = "/account/public"


async def add(house: House, name: str, **words: object) -> None:
    async with house.database.transaction() as session:
        await catalogue.add(session, new(house.cloud, name, **words), may_overwrite=False, now=house.clock.now())


async def test_what_is_public_stands_on_the_page_and_nothing_else(house: House):
    await add(house, "seen")
    await add(house, "secretly", access=Access.AUTHENTICATED)
    await add(house, "ruled", access_control=(Rule(needs_token=True),))
    await house.sign_in()
    page = (await house.client.get(PATH)).text
    assert "/demo/image/upload/v" in page
    assert all((name in page) is is_there for name, is_there in (("seen", True), ("secretly", False), ("ruled", False)))
    assert "1 of 3 files are public." in page


async def test_the_owner_s_choice_is_shown_and_can_be_changed(house: House):
    await add(house, "seen")
    await house.sign_in()
    for delivery, types in (("signed", ("list", "upload")), ("public", ("list",))):
        answer = await house.send(PATH, cloud="demo", delivery=delivery)
        assert answer.status_code == 303
        async with house.database.transaction() as session:
            cloud = await clouds.find(session, "demo")
        assert cloud is not None
        assert cloud.restricted_types == types
        page = (await house.client.get(PATH)).text
        assert ("Nothing here is public." in page) is (delivery == "signed")


async def test_who_may_not_change_settings_changes_none(house: House):
    await house.person("Rita", UserRole.REPORTS)
    await house.sign_in("rita@firm.example")
    await house.client.get(PATH)
    answer = await house.send(PATH, "/account", cloud="demo", delivery="signed")
    async with house.database.transaction() as session:
        cloud = await clouds.find(session, "demo")
    assert cloud is not None
    assert "upload" not in cloud.restricted_types
    assert answer.status_code in (303, 403)


@pytest.mark.parametrize(("accepted", "words"), [("en", "Files may tell more"), ("de", "Dateien verraten oft mehr")])
async def test_the_notice_is_for_everybody_in_their_language(house: House, accepted: str, words: str):
    page = await house.client.get(notices.PAGE, headers={"Accept-Language": accepted})
    assert page.status_code == 200
    assert words in page.text


async def test_it_stands_beside_the_code_and_is_asked_once(house: House):
    await house.sign_in()
    page = (await house.client.get("/console/demo")).text
    assert "Files may tell more" in page
    assert "I have read this" in page
    answer = await house.send("/account/upload-notice", "/console/demo", cloud="demo")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/demo?done=saved")
    page = (await house.client.get("/console/demo")).text
    assert "Files may tell more" in page
    assert "I have read this" not in page
    async with house.database.transaction() as session:
        at = await notices.acknowledged_at(session, house.owner.account_id, house.owner.id, notices.upload())
    assert at == house.clock.now()
