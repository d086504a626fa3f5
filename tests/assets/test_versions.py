"""Versions that are kept, and what is left of assets that were erased."""

from datetime import timedelta

import pytest

from safelight.assets import catalogue, folders, kept_rows, placeholders, versions
from safelight.assets.access import Rule
from safelight.assets.model import AssetRef, Facts, Listing, Order, Review, Status
from safelight.assets.versions_sweep import SweepVersions
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"


def ref(name="cat"):
    return AssetRef(Kind.IMAGE, Access.UPLOAD, name)


@pytest.fixture
def add(session, new, now):
    async def added(name="cat", *, keeps=True, at=now, **words):
        asset = (await catalogue.add(session, new(name, **words), may_overwrite=True, now=at)).asset
        if keeps:
            await versions.keep(session, asset, at)
        return asset

    return added


async def kept(session, asset):
    return [(one.id, one.ended_at) for one in await versions.list(session, CLOUD, asset.id, 10)]


async def test_versions_are_kept_as_they_come_and_end(session, now, add):
    first = await add(facts=Facts(7, "1" * 32, "jpg", 4, 3))
    second = await add(facts=Facts(9, "2" * 32, "png", 8, 6, 1, has_alpha=True))
    third = await add(keeps=False)
    assert await kept(session, first) == [(first.version_id, now), (second.version_id, now)]
    assert (await versions.find(session, CLOUD, first.id)).facts == second.facts
    assert (await versions.find(session, CLOUD, first.id, first.version_id)).facts == first.facts
    assert await versions.find(session, CLOUD, first.id, third.version_id) is None
    assert await catalogue.known_versions(session, [first.version_id, second.version_id, third.version_id, "none"]) == {
        first.version_id,
        second.version_id,
        third.version_id,
    }


async def test_only_the_present_version_can_be_kept(session, now, add):
    old = await add(keeps=False)
    await add(keeps=False)
    await versions.keep(session, old, now)
    assert await kept(session, old) == []


async def test_the_newest_are_told_oldest_first(session, add):
    made = [await add() for _ in range(3)]
    told = await versions.list(session, CLOUD, made[0].id, 2)
    assert [one.id for one in told] == [asset.version_id for asset in made[1:]]


async def test_an_erased_asset_leaves_all_that_was_known_of_it(session, now, add):
    words = {"tags": ("a", "b"), "context": {"k": "ü"}, "folder": "in/here", "original_filename": "IMG"}
    review = Review("manual", Status.APPROVED, now)
    asset = await add("x/y", access_control=(Rule(needs_token=True, end=now),), moderation=(review,), **words)
    later = now + timedelta(hours=1)
    await catalogue.delete(session, asset, later)
    assert await catalogue.find(session, CLOUD, ref("x/y")) is None
    left = await placeholders.find(session, CLOUD, ref("x/y"))
    assert left is not None
    assert (left.is_placeholder, left.facts.size_bytes) == (True, 0)
    assert (left.id, left.tags, left.context, left.access_control) == (
        asset.id,
        asset.tags,
        asset.context,
        asset.access_control,
    )
    assert (left.moderation, left.created_at, left.folder) == (asset.moderation, asset.created_at, "in/here")
    assert await placeholders.find_by_id(session, CLOUD, asset.id) == left
    assert await placeholders.find_by_id(session, "another", asset.id) is None
    assert await kept(session, asset) == [(asset.version_id, later)]


async def test_of_what_was_not_kept_nothing_is_left(session, now, add):
    asset = await add(keeps=False)
    await catalogue.delete(session, asset, now)
    assert await placeholders.find(session, CLOUD, ref()) is None


async def test_a_new_asset_of_the_name_takes_up_the_old_versions(session, now, add):
    first = await add()
    await catalogue.delete(session, first, now)
    second = await add()
    assert (second.id, second.version_id == first.version_id) == (first.id, False)
    # Another file never has the address of the old one, not even within one second.
    assert second.version == first.version + 1
    assert await placeholders.find(session, CLOUD, ref()) is None
    assert await kept(session, second) == [(first.version_id, now), (second.version_id, None)]


async def test_the_name_of_another_is_not_taken_up(session, now, add):
    first = await add()
    await catalogue.delete(session, first, now)
    other = await add("dog")
    moved = await catalogue.rename(session, other, "cat", now=now)
    assert (await add(keeps=False)).id == moved.id
    assert (await placeholders.find_by_id(session, CLOUD, first.id)) is not None


async def test_erased_versions_tell_so_and_the_last_takes_what_was_left(session, now, add, jobs):
    asset, other = await add(), await add("dog")
    await add()
    await catalogue.delete(session, asset, now)
    first, second = [one.id for one in await versions.list(session, CLOUD, asset.id, 10)]
    assert await versions.erase(session, CLOUD, asset.id, [first, "none"]) == [first]
    assert await placeholders.find_by_id(session, CLOUD, asset.id) is not None
    assert await versions.erase(session, CLOUD, asset.id) == [second]
    assert await placeholders.find_by_id(session, CLOUD, asset.id) is None
    assert [fact["version_id"] for topic, fact in await jobs(session) if topic == "VersionErased"] == [first, second]
    assert len(await kept(session, other)) == 1


@pytest.mark.parametrize(("days", "left"), [(0, 3), (31, 3), (30, 3), (29, 2), (9, 1)])
async def test_what_ended_long_ago_goes_by_the_clock(database, clock, new, days, left):
    began = clock.now()
    async with database.transaction() as session:
        for day in (0, 10, 20):
            at = began + timedelta(days=day)
            asset = (await catalogue.add(session, new("cat"), may_overwrite=True, now=at)).asset
            await versions.keep(session, asset, at)
    clock.advance(timedelta(days=40))
    sweep = SweepVersions(database, clock, days, batch=1)
    for _ in range(2):
        await sweep.sweep_backups({})
        async with database.transaction() as session:
            assert len(await kept(session, asset)) == left


async def names(session, **words):
    """All pages of a list, with what is left marked by a star."""
    found, cursor, pages = [], None, 0
    while True:
        page = await placeholders.cut(session, CLOUD, Listing(cursor=cursor, **words))
        found += [f"{one.name}{'*' * one.is_placeholder}" for one in page.items]
        pages, cursor = pages + 1, page.next_cursor
        assert len(page.items) <= words.get("max_results", 10)
        if cursor is None:
            return found
        assert pages < 20


@pytest.mark.parametrize("size", [1, 2, 3, 4, 10])
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({}, ["e", "d*", "c", "b*", "a*"]),
        ({"direction": Order.ASCENDING}, ["a*", "b*", "c", "d*", "e"]),
        ({"prefix": ""}, ["a*", "b*", "c", "d*", "e"]),
        ({"prefix": "", "direction": Order.DESCENDING}, ["e", "d*", "c", "b*", "a*"]),
        ({"kind": Kind.IMAGE, "access": Access.UPLOAD, "folder": "Odd"}, ["e", "c", "a*"]),
        ({"tag": "even"}, ["d*", "b*"]),
        ({"context": ("n", "a")}, ["a*"]),
        ({"context": ("n", None), "prefix": "d"}, ["d*"]),
        ({"kind": Kind.RAW}, []),
    ],
)
async def test_what_is_left_stands_among_the_assets_of_a_list(session, now, add, words, expected, size):
    for number, name in enumerate("abcde"):
        at = now + timedelta(minutes=number)
        even = number % 2
        asset = await add(name, at=at, tags=("even",) * even, folder="odd" if not even else "", context={"n": name})
        if name in "abd":
            await catalogue.delete(session, asset, at)
    assert await names(session, max_results=size, **words) == expected
    page = await placeholders.cut(session, CLOUD, Listing(wants_count=True, max_results=size, **words))
    assert page.total_count == len(expected)


async def test_a_folder_is_not_empty_while_something_in_it_can_be_restored(session, now, add):
    asset = await add("x", folder="one/two")
    await catalogue.delete(session, asset, now)
    with pytest.raises(Invalid, match=r"^Folder is not empty"):
        await folders.delete(session, CLOUD, "one", now)
    await folders.move(session, CLOUD, "one", "three", now)
    assert (await placeholders.find(session, CLOUD, ref("x"))).folder == "three/two"
    assert await folders.delete(session, CLOUD, "three", now, ignores_left=True) == ["three", "three/two"]


async def test_a_row_that_was_kept_by_an_older_release_is_whole(session, new, now):
    """Its newer columns have what the table gives them."""
    row = kept_rows.asset_row({"id": "1", "created_at": now.isoformat(), "gone": 1})
    assert (row["id"], row["created_at"], "gone" in row) == ("1", now, False)
    assert (row["tags"], row["context"], row["moderation"], row["coordinates"]) == ([], None, [], {})
