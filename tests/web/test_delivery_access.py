"""Rules, tokens and settings at the door of delivery: what is let through, what is remembered, what caches are told."""

from datetime import timedelta

import httpx
import pytest
from cloudinary.utils import generate_auth_token

from safelight.accounts import clouds
from safelight.accounts.token_keys import TokenKeys
from safelight.assets import catalogue
from safelight.assets.access import LIKE_AUTHENTICATED, Rule
from safelight.kernel.clock import StillClock
from safelight.kernel.media import Access
from tests.conftest import NOW
from tests.delivering import delivery, served

KEY = "00112233ff990011"
HOUR = timedelta(hours=1)
TOKEN = Rule(needs_token=True)
PATHS = ("/demo/image/upload/tom.jpg", "/demo/image/upload/w_1/tom.jpg")


@pytest.fixture
async def here(database, tmp_path):
    made = await delivery(database, tmp_path)
    async with made.deliver.database.transaction() as session:
        await TokenKeys(made.deliver.keys.store).add(session, made.cloud.id, now=NOW, key=KEY)
    made.hits.is_on = True
    return made


@pytest.fixture
async def web(here):
    async with served(here) as server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        yield client


async def ruled(here, *rules, access=Access.UPLOAD):
    asset = await here.asset("tom", access=access)
    async with here.deliver.database.transaction() as session:
        await catalogue.update(session, asset, access_control=rules, now=NOW)


def cookie(**words):
    at = int(NOW.timestamp())
    return {"cookie": generate_auth_token(key=KEY, start_time=at, **{"duration": 600, "acl": "/demo/*", **words})}


def at(here, moment):
    assert isinstance(here.deliver.clock, StillClock)
    here.deliver.clock.set(moment)


@pytest.mark.parametrize("path", PATHS)
async def test_a_window_opens_and_closes_by_the_clock_and_nothing_remembers_it(here, web, path):
    await ruled(here, Rule(needs_token=False, start=NOW + HOUR, end=NOW + 2 * HOUR))
    for moment, status, cached in (
        (NOW, 401, "no-store"),
        (NOW + HOUR, 200, "public, max-age=3600"),
        (NOW + HOUR, 200, "public, max-age=3600"),
        (NOW + 2 * HOUR - timedelta(seconds=1), 200, "public, max-age=1"),
        (NOW + 2 * HOUR, 401, "no-store"),
    ):
        at(here, moment)
        answer = await web.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (status, cached)
    assert here.hits.counts().hits == 0


@pytest.mark.parametrize("path", PATHS)
async def test_what_a_token_opened_is_for_its_holder_alone(here, web, path):
    await ruled(here, TOKEN)
    for headers, status in ((cookie(), 200), (cookie(), 200), ({}, 401), (cookie(acl="/other/*"), 401)):
        answer = await web.get(path, headers=headers)
        assert (answer.status_code, answer.headers["cache-control"].partition(",")[0]) == (
            status,
            "private" if status == 200 else "no-store",
        )
    assert here.hits.counts().hits == 0


async def test_a_token_that_is_not_good_harms_nobody_who_needs_none(here, web):
    await ruled(here)
    answers = [await web.get(PATHS[0], headers=cookie(duration=-1)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert here.hits.counts().hits == 1


async def test_a_signature_opens_what_is_closed_by_mode_only(here, web):
    signed = f"/demo/image/upload/{here.sign('tom.jpg')}/tom.jpg"
    await ruled(here, LIKE_AUTHENTICATED)
    assert [(await web.get(path)).status_code for path in (*PATHS, signed)] == [401, 401, 200]
    await ruled(here, TOKEN)
    assert (await web.get(signed)).status_code == 401


async def test_an_authenticated_asset_with_rules_needs_both(here, web):
    await ruled(here, Rule(needs_token=False, end=NOW + HOUR), access=Access.AUTHENTICATED)
    signed = f"/demo/image/authenticated/{here.sign('tom.jpg')}/tom.jpg"
    plain = "/demo/image/authenticated/tom.jpg"
    for path, headers, status in ((plain, {}, 401), (signed, {}, 200), (plain, cookie(), 200)):
        assert (await web.get(path, headers=headers)).status_code == status
    at(here, NOW + HOUR)
    assert (await web.get(signed)).status_code == 401


async def test_referrers_choose_between_answers_that_are_remembered(here, web):
    await ruled(here)
    assert (await web.get(PATHS[0])).headers.get("vary") is None
    async with here.deliver.database.transaction() as session:
        await clouds.change(session, here.cloud.id, referrers=("shop.example",))
    good, bad = {"referer": "https://shop.example/a"}, {"referer": "https://elsewhere.example/"}
    for headers, status in ((good, 200), (bad, 401), ({}, 401), (good, 200), (bad, 401), ({}, 401)):
        assert (await web.get(PATHS[0], headers=headers)).status_code == status
    assert (await web.get(PATHS[0], headers=good)).headers["vary"] == "Referer"
    assert here.hits.counts().hits == 2, "the second and the third of the good ones"
