"""Tags and context of many assets at once."""

from datetime import timedelta

import pytest

from safelight.assets import catalogue, context, tags
from safelight.assets.model import AssetRef
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"
HERE = (CLOUD, Kind.IMAGE, Access.UPLOAD)


@pytest.fixture
async def two(session, new, now):
    for name, words in (("a", {"tags": ("x", "y"), "context": {"k": "1"}}), ("b", {"tags": ("y",)})):
        await catalogue.add(session, new(name, **words), may_overwrite=False, now=now)
    await catalogue.add(session, new("a", kind=Kind.RAW, tags=("raw",)), may_overwrite=False, now=now)


async def found(session, name):
    return await catalogue.get(session, CLOUD, AssetRef(Kind.IMAGE, Access.UPLOAD, name))


@pytest.mark.parametrize(
    ("verb", "words", "a", "b"),
    [
        (tags.add, ("z", "x"), ("x", "y", "z"), ("x", "y", "z")),
        (tags.remove, ("y", "none"), ("x",), ()),
        (tags.replace, ("z",), ("z",), ("z",)),
        (tags.remove_all, None, (), ()),
    ],
)
async def test_tags_change_on_those_that_are_there(session, two, now, verb, words, a, b):
    args = (["b", "a", "nobody"],) if words is None else (["b", "a", "nobody"], words)
    later = now + timedelta(minutes=1)
    assert await verb(session, *HERE, *args, later) == ["a", "b"]
    assert ((await found(session, "a")).tags, (await found(session, "b")).tags) == (a, b)
    assert (await found(session, "a")).tags_updated_at == later


async def test_an_exclusive_tag_leaves_all_others(session, two, now):
    assert await tags.set_exclusive(session, *HERE, ["b"], ["x"], now) == ["b"]
    assert ((await found(session, "a")).tags, (await found(session, "b")).tags) == (("y",), ("x", "y"))


async def test_only_what_changed_is_told(session, two, now, jobs):
    await tags.add(session, *HERE, ["a", "b"], ["x"], now, notification_url="http://n")
    (fact,) = [fact for topic, fact in await jobs(session) if topic == "AssetsChanged"]
    assert [(change["name"], change["tags_added"]) for change in fact["changes"]] == [("b", ["x"])]
    assert fact["notification_url"] == "http://n"
    assert (await found(session, "a")).tags_updated_at is None


async def test_context_is_added_and_removed(session, two, now):
    assert await context.add(session, *HERE, ["a", "b", "nobody"], {"k": "2", "é": "ü"}, now) == ["a", "b"]
    assert (await found(session, "a")).context == {"k": "2", "é": "ü"}
    assert await context.remove_all(session, *HERE, ["a"], now) == ["a"]
    assert (await found(session, "a")).context == {}
    assert (await found(session, "b")).context == {"k": "2", "é": "ü"}


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [(None, ["x", "y"]), ("x", ["x"]), ("none", []), ("", ["x", "y"])],
)
async def test_tags_are_listed_each_once(session, two, prefix, expected):
    page = await tags.list(session, CLOUD, Kind.IMAGE, prefix, 10, None)
    assert (list(page.items), page.next_cursor) == (expected, None)


async def test_the_list_of_tags_is_walked(session, two, now):
    await tags.add(session, *HERE, ["a"], [f"t{number}" for number in range(5)], now)
    seen, cursor = [], None
    for _ in range(10):
        page = await tags.list(session, CLOUD, Kind.IMAGE, None, 2, cursor)
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["t0", "t1", "t2", "t3", "t4", "x", "y"]
    with pytest.raises(Invalid):
        await tags.list(session, CLOUD, Kind.IMAGE, None, 2, "x")


async def test_many_assets_are_tagged_in_one_call(session, new, now):
    names = [f"n{number:04}" for number in range(200)]
    for name in names:
        await catalogue.add(session, new(name), may_overwrite=False, now=now)
    assert await tags.add(session, *HERE, names, ["x"], now) == names
