"""What of a cloud is public, by which rule and since when: as strangers find it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.assets import catalogue, exposure
from safelight.assets.access import Rule as Opens
from safelight.assets.exposure import Rule
from safelight.assets.model import Facts, NewAsset, Review, Status
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from tests.conftest import NOW

HOUR = timedelta(hours=1)
TOKEN, OPEN = Opens(needs_token=True), Opens(needs_token=False)
LATER = Opens(needs_token=False, start=NOW + HOUR, end=NOW + 2 * HOUR)
OVER = Opens(needs_token=False, end=NOW - HOUR)


def new(cloud, name: str, **words: object) -> NewAsset:
    words = {"kind": Kind.IMAGE, "access": Access.UPLOAD, "folder": "", **words}
    return NewAsset(
        cloud.id, name=name, version_id=new_id(), facts=Facts(1, "0" * 32, "jpg"), display_name=name, **words
    )


@pytest.fixture
async def cloud(database, now):
    async with database.transaction() as session:
        return await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=now)


async def added(database, now, *wanted: NewAsset):
    async with database.transaction() as session:
        return [(await catalogue.add(session, each, may_overwrite=True, now=now)).asset for each in wanted]


async def listed(database, cloud, now, **words: object):
    async with database.transaction() as session:
        page = await exposure.list_all(session, cloud, now, **{"max_results": 100, **words})
        counts = await exposure.counts(session, cloud)
    return {each.asset.name: each for each in page.items}, counts


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({}, Rule.TYPE),
        ({"access": Access.PRIVATE}, Rule.DERIVED),
        ({"access": Access.AUTHENTICATED}, None),
        ({"access_control": (TOKEN,)}, None),
        ({"access_control": (TOKEN, OPEN)}, Rule.ACCESS_CONTROL),
        ({"access_control": (LATER,)}, Rule.TIMED),
        ({"access_control": (replace(OPEN, path="/demo/*"),)}, Rule.TIMED),
        ({"access_control": (OVER,)}, None),
        ({"moderation": (Review("manual", Status.REJECTED, NOW),)}, None),
        ({"moderation": (Review("manual", Status.PENDING, NOW),)}, Rule.TYPE),
    ],
)
async def test_each_rule(database, cloud, now, words, rule):
    await added(database, now, new(cloud, "one", **words))
    found, counts = await listed(database, cloud, now)
    assert (found["one"].rule if found else None) is rule
    assert counts.all == 1
    assert counts.public >= len(found)


async def test_what_the_cloud_closes_is_closed(database, cloud, now):
    await added(database, now, new(cloud, "one"), new(cloud, "two", access=Access.PRIVATE))
    for change, left in (
        (replace(cloud, restricted_types=("upload",)), {"two"}),
        (replace(cloud, is_strict=True), {"one"}),
        (replace(cloud, restricted_types=("upload", "private")), set()),
    ):
        found, counts = await listed(database, change, now)
        assert set(found) == left
        assert (counts.public, counts.all) == (len(left), 2)


async def test_since_when_is_the_last_change_that_could_have_opened_it(database, cloud, now):
    [asset] = await added(database, now, new(cloud, "one", access_control=(TOKEN,)))
    async with database.transaction() as session:
        await catalogue.update(session, asset, access_control=(), now=now + HOUR)
    found, _ = await listed(database, cloud, now + 2 * HOUR)
    assert found["one"].since == now + HOUR


async def test_what_ends_by_itself_says_when(database, cloud, now):
    await added(database, now, new(cloud, "one", access_control=(LATER,)))
    found, _ = await listed(database, cloud, now)
    assert (found["one"].since, found["one"].until) == (now + HOUR, now + 2 * HOUR)
    assert (await listed(database, cloud, now + 3 * HOUR))[0] == {}


async def test_a_walk_finds_each_once_and_only_below_the_folders_that_one_may_see(database, cloud, now):
    await added(database, now, *(new(cloud, f"n{number}", folder=f"f{number % 2}") for number in range(9)))
    seen, cursor = [], None
    while True:
        async with database.transaction() as session:
            page = await exposure.list_all(session, cloud, now, within=["f1"], max_results=2, cursor=cursor)
        seen += [each.asset.name for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == ["n1", "n3", "n5", "n7"]


async def test_what_is_closed_is_the_rest(database, cloud, now):
    await added(database, now, new(cloud, "one"), new(cloud, "two", access=Access.AUTHENTICATED))
    async with database.transaction() as session:
        assert [each.name for each in await exposure.closed(session, cloud, now, 10)] == ["two"]
