"""Lists of assets: what they hold, their order, and that a walk misses nothing and repeats nothing."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safelight.assets import catalogue
from safelight.assets.listing import after_prefix
from safelight.assets.model import Listing, Order
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.kernel.page import cursor_of

CLOUD = "cloud-one"
IMAGES = Listing(kind=Kind.IMAGE, access=Access.UPLOAD)


@pytest.fixture
async def shelf(session, new, now):
    """Five assets, one a minute, and some that are none of theirs."""
    wanted = [
        new("b/2", tags=("x",), context={"k": "1"}),
        new("a", folder="In/Here"),
        new("b/1", tags=("x", "y"), folder="in/here"),
        new("b", kind=Kind.RAW, tags=("x",)),
        new("ä", access=Access.PRIVATE, context={"k": "2"}),
        new("b/2", cloud_id="cloud-two", tags=("x",)),
    ]
    return [
        (await catalogue.add(session, one, may_overwrite=False, now=now + timedelta(minutes=minute))).asset
        for minute, one in enumerate(wanted)
    ]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ({}, ["ä", "b", "b/1", "a", "b/2"]),
        ({"direction": Order.ASCENDING}, ["b/2", "a", "b/1", "b", "ä"]),
        ({"kind": Kind.IMAGE}, ["ä", "b/1", "a", "b/2"]),
        ({"kind": Kind.IMAGE, "access": Access.UPLOAD}, ["b/1", "a", "b/2"]),
        ({"prefix": "b"}, ["b", "b/1", "b/2"]),
        ({"prefix": "b/"}, ["b/1", "b/2"]),
        ({"prefix": "b", "direction": Order.DESCENDING}, ["b/2", "b/1", "b"]),
        ({"prefix": "%"}, []),
        ({"prefix": ""}, ["a", "b", "b/1", "b/2", "ä"]),
        ({"names": ("b/2", "a", "nobody")}, ["a", "b/2"]),
        ({"tag": "x"}, ["b", "b/1", "b/2"]),
        ({"tag": "X"}, []),
        ({"context": ("k", None)}, ["ä", "b/2"]),
        ({"context": ("k", "2")}, ["ä"]),
        ({"folder": "IN/here"}, ["b/1", "a"]),
        ({"folder": "in"}, []),
        ({"folder": ""}, ["ä", "b", "b/2"]),
    ],
)
async def test_a_list_holds_what_was_asked_in_order(session, shelf, words, names):
    page = await catalogue.list(session, CLOUD, Listing(**words, wants_count=True))
    assert [asset.name for asset in page.items] == names
    assert (page.next_cursor, page.total_count) == (None, len(names))


async def test_a_list_by_ids_has_them_all_and_none_of_others(session, shelf):
    ids = (*(asset.id for asset in shelf), "nobody")
    page = await catalogue.list(session, CLOUD, Listing(ids=ids, max_results=1))
    assert {asset.id for asset in page.items} == {asset.id for asset in shelf[:5]}


async def test_a_list_begins_where_it_is_told(session, shelf, now):
    page = await catalogue.list(session, CLOUD, Listing(start_at=now + timedelta(minutes=3)))
    assert [asset.name for asset in page.items] == ["ä", "b"]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "A" * 3000,
        cursor_of(["n", "a", "id"]),
        cursor_of(["t", "yesterday", "id"]),
        cursor_of(["t", "2026-01-01T00:00:00", "id"]),
        cursor_of(["t", 1, "id"]),
        cursor_of(["t", "2026-01-01T00:00:00+00:00", "\0"]),
        cursor_of(["t", "2026-01-01T00:00:00+00:00", "\ud800"]),
        cursor_of(["t", "2026-01-01T00:00:00+00:00"]),
        cursor_of([]),
    ],
)
async def test_a_cursor_that_we_did_not_make_is_refused(session, cursor):
    with pytest.raises(Invalid, match=r"^Invalid next_cursor$"):
        await catalogue.list(session, CLOUD, Listing(cursor=cursor))


@pytest.mark.parametrize(
    ("prefix", "end"),
    [("a", "b"), ("az", "a{"), ("\ud7ff", "\ue000"), ("a\U0010ffff", "b"), ("\U0010ffff", None), ("", None)],
)
def test_what_is_behind_a_prefix(prefix, end):
    assert after_prefix(prefix) == end


@given(st.text(min_size=1), st.text())
def test_all_with_a_prefix_are_before_what_is_behind_it(prefix, rest):
    end = after_prefix(prefix)
    assert end is None or prefix.encode() <= (prefix + rest).encode() < end.encode()


# Each step of a walk may be followed by an upload, a deletion, an overwrite or nothing.
DISTURBANCES = st.lists(st.sampled_from(["add", "delete", "overwrite", "nothing"]), max_size=8)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(0, 9),
    step=st.integers(1, 4),
    disturbances=DISTURBANCES,
    same_moment=st.booleans(),
    by_name=st.booleans(),
    direction=st.sampled_from([Order.ASCENDING, Order.DESCENDING]),
)
async def test_a_walk_sees_what_stays_exactly_once(
    database, new, now, size, step, disturbances, same_moment, by_name, direction
):
    async with database.rehearsal() as session:

        async def put(name, minute):
            at = now if same_moment else now + timedelta(minutes=minute)
            return (await catalogue.add(session, new(name), may_overwrite=True, now=at)).asset

        there = [await put(f"p{number:02}", number) for number in range(size)]
        gone, seen, cursor = set(), [], None
        for turn in range(50):
            listing = Listing(prefix="p" if by_name else None, direction=direction, max_results=step, cursor=cursor)
            page = await catalogue.list(session, CLOUD, listing)
            seen += [asset.id for asset in page.items]
            cursor = page.next_cursor
            if cursor is None:
                break
            match disturbances[turn] if turn < len(disturbances) else "nothing":
                case "add":
                    await put(f"p{turn:02}-more", 100 + turn)
                case "overwrite":
                    await put(there[turn % size].name, 200 + turn)
                case "delete":
                    doomed = there[turn % size]
                    gone.add(doomed.id)
                    await catalogue.delete(session, doomed, now)
        assert cursor is None
        assert len(seen) == len(set(seen))
        assert {asset.id for asset in there} - gone <= set(seen)
