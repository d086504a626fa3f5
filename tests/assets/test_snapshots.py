"""Snapshots: a result that is held, read at any place whatever becomes of its assets."""

from datetime import timedelta

import pytest

from safelight.assets import catalogue, snapshots, versions
from safelight.assets.model import AssetRef, Order
from safelight.assets.query import QueryError
from safelight.assets.search import Search, Sort
from safelight.assets.snapshots import Bounds
from safelight.kernel.errors import NotFound, TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind

CLOUD = "cloud-one"
BOUNDS = Bounds(assets_max=5000, snapshots_max=3, lasts=timedelta(minutes=15))
BY_NAME = Search(sorts=(Sort("public_id", Order.ASCENDING),))


async def filled(session, new, now, count, **words):
    return [
        (await catalogue.add(session, new(f"n{number:05}", **words), may_overwrite=True, now=now)).asset
        for number in range(count)
    ]


async def names(session, snapshot, position, limit):
    held = await snapshots.read(session, CLOUD, snapshot.id, position, limit)
    return [(one.position, one.asset and one.asset.name) for one in held]


@pytest.mark.parametrize(
    ("position", "limit", "expected"),
    [
        (0, 2, [(0, "n00000"), (1, "n00001")]),
        (5, 2, [(5, "n00005"), (6, "n00006")]),
        (8, 5, [(8, "n00008"), (9, "n00009")]),
        (10, 5, []),
        (10_000, 5, []),
    ],
)
async def test_any_place_can_be_read(session, new, now, position, limit, expected):
    await filled(session, new, now, 10)
    snapshot = await snapshots.take(session, CLOUD, BY_NAME, now, BOUNDS)
    assert snapshot.total == 10
    assert await names(session, snapshot, position, limit) == expected


async def test_a_page_across_two_rows_of_ids_is_whole(session, new, now):
    ids = [new_id() for _ in range(2500)]
    (asset,) = await filled(session, new, now, 1)
    ids[1000] = asset.id
    snapshot = await snapshots.take_ids(session, CLOUD, ids, now, BOUNDS)
    assert snapshot.total == 2500
    held = await snapshots.read(session, CLOUD, snapshot.id, 995, 10)
    assert [one.position for one in held] == list(range(995, 1005))
    assert [one.asset_id for one in held] == ids[995:1005]
    assert [one.asset is not None for one in held] == [number == 1000 for number in range(995, 1005)]
    assert await snapshots.ids_at(session, CLOUD, snapshot.id, 1990, 1000) == ids[1990:]


async def test_what_comes_goes_or_moves_shifts_nothing(session, new, now):
    found = await filled(session, new, now, 6)
    snapshot = await snapshots.take(session, CLOUD, BY_NAME, now, BOUNDS)
    await catalogue.delete(session, found[1], now)
    await catalogue.rename(session, found[2], "zzz", now=now)
    await catalogue.add(session, new("n00000a"), may_overwrite=True, now=now)
    assert await names(session, snapshot, 0, 10) == [
        (0, "n00000"), (1, None), (2, "zzz"), (3, "n00003"), (4, "n00004"), (5, "n00005"),
    ]  # fmt: skip


async def test_part_of_a_snapshot_is_one_again(session, new, now):
    found = await filled(session, new, now, 10)
    whole = await snapshots.take(session, CLOUD, BY_NAME, now, BOUNDS)
    part = await snapshots.take_part(
        session, CLOUD, whole.id, now, BOUNDS, spans=[(0, 2), (7, 99)], without=[found[1].id, found[5].id]
    )
    assert [name for _, name in await names(session, part, 0, 99)] == ["n00000", "n00002", "n00007", "n00008", "n00009"]
    rest = await snapshots.take_part(session, CLOUD, whole.id, now, BOUNDS, without=[found[0].id])
    assert rest.total == 9


async def test_a_search_for_what_was_erased_is_held_too(session, new, now):
    (asset,) = await filled(session, new, now, 1)
    await versions.keep(session, asset, now)
    await catalogue.delete(session, asset, now)
    snapshot = await snapshots.take(session, CLOUD, Search("status:deleted"), now, BOUNDS)
    assert await names(session, snapshot, 0, 9) == [(0, None)]


async def test_what_is_over_is_not_there(session, new, now):
    await filled(session, new, now, 1)
    snapshot = await snapshots.take(session, CLOUD, BY_NAME, now, BOUNDS)
    assert snapshot.expires_at == now + timedelta(minutes=15)
    assert await snapshots.get(session, CLOUD, snapshot.id, now + timedelta(minutes=14)) == snapshot
    for cloud, moment in ((CLOUD, now + timedelta(minutes=15)), ("cloud-two", now)):
        with pytest.raises(NotFound, match="it is over"):
            await snapshots.get(session, cloud, snapshot.id, moment)
    assert await snapshots.drop_over(session, now, 10) == 0
    assert await snapshots.drop_over(session, now + timedelta(hours=1), 10) == 1
    assert await snapshots.ids_at(session, CLOUD, snapshot.id, 0, 10) == []


async def test_the_oldest_makes_room_and_those_of_others_stay(session, new, now):
    await filled(session, new, now, 1)
    forever = await snapshots.take(session, CLOUD, BY_NAME, now, Bounds(assets_max=10))
    other = await snapshots.take(session, "cloud-two", BY_NAME, now, BOUNDS)
    made = [
        await snapshots.take(session, CLOUD, BY_NAME, now + timedelta(seconds=number), BOUNDS) for number in range(4)
    ]
    with pytest.raises(NotFound):
        await snapshots.get(session, CLOUD, made[0].id, now)
    for cloud, snapshot in [(CLOUD, forever), ("cloud-two", other), *((CLOUD, one) for one in made[1:])]:
        assert await snapshots.get(session, cloud, snapshot.id, now) == snapshot


async def test_too_many_are_refused(session, new, now):
    await filled(session, new, now, 4)
    with pytest.raises(TooMuch, match="More than 3 assets"):
        await snapshots.take(session, CLOUD, BY_NAME, now, Bounds(assets_max=3))


async def test_an_expression_at_fault_is_told(session, now):
    with pytest.raises(QueryError):
        await snapshots.take(session, CLOUD, Search("(("), now, BOUNDS)


async def test_nothing_found_is_a_snapshot_of_nothing(session, now):
    snapshot = await snapshots.take(session, CLOUD, Search("tags=nothing"), now, BOUNDS)
    assert snapshot.total == 0
    assert await snapshots.read(session, CLOUD, snapshot.id, 0, 10) == []


async def test_assets_of_other_clouds_are_not_shown(session, new, now):
    asset = (await catalogue.add(session, new("theirs", cloud_id="cloud-two"), may_overwrite=True, now=now)).asset
    assert await catalogue.find(session, "cloud-two", AssetRef(Kind.IMAGE, Access.UPLOAD, "theirs")) == asset
    snapshot = await snapshots.take_ids(session, CLOUD, [asset.id], now, BOUNDS)
    assert [one.asset for one in await snapshots.read(session, CLOUD, snapshot.id, 0, 1)] == [None]
