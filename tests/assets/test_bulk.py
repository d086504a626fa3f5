"""Bulk: one action on many assets; once for each whatever is killed, told to the last line, and taken back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets import bulk as bulks
from safelight.assets import bulk_run, catalogue, metadata_fields, snapshots, versions
from safelight.assets.access import LIKE_AUTHENTICATED, to_json
from safelight.assets.bulk_model import Action, Asked, Choice, State
from safelight.assets.bulk_run import RunBulk, SweepSelections
from safelight.assets.bulk_undo import reverted
from safelight.assets.metadata import Field, FieldType
from safelight.assets.model import Listing, Order
from safelight.assets.originals import Originals
from safelight.assets.restoring import Restore
from safelight.assets.search import Search, Sort
from safelight.kernel.errors import Busy, Invalid, NotFound, TooMuch

CLOUD = "cloud-one"
ALL = Choice(search=Search(sorts=(Sort("public_id", Order.ASCENDING),)))
LIMITS = {"assets_max": 1000, "bulks_max": 5}
NOTES = Asked(Action.ADD_TAGS, {"tags": ["new"]})


@pytest.fixture
def run(database, clock, blobs, tmp_path):
    restore = Restore(database, Originals(blobs, tmp_path), clock)
    return RunBulk(database, restore, clock, batch=3, batches=2)


@pytest.fixture
def blobs():
    return MemoryBlobs()


async def filled(database, new, now, count=7, **words):
    async with database.transaction() as session:
        made = [new(f"n{number}", tags=("old",), context={"k": str(number)}, **words) for number in range(count)]
        return [(await catalogue.add(session, one, may_overwrite=True, now=now)).asset for one in made]


async def begin(database, now, asked=NOTES, choice=ALL):
    async with database.transaction() as session:
        return await bulks.begin(session, CLOUD, choice, asked, now, **LIMITS)


async def finish(database, run, bulk):
    """As the queue would: until no job follows."""
    for _ in range(50):
        await run.run_bulk({"cloud_id": CLOUD, "bulk_id": bulk.id})
        async with database.transaction() as session:
            after = await bulks.get(session, CLOUD, bulk.id)
        if after.ended_at is not None:
            return after
    raise AssertionError("it never ends")


async def undone(database, run, bulk, now):
    async with database.transaction() as session:
        back = await bulks.undo(session, CLOUD, bulk.id, Asked(Action.UNDO), now)
    return await finish(database, run, back)


async def all_of(database):
    async with database.transaction() as session:
        page = await catalogue.list(session, CLOUD, Listing(prefix="", max_results=100))
    return {asset.name: asset for asset in page.items}


async def failures(database, bulk):
    async with database.transaction() as session:
        return await bulks.failures(session, CLOUD, bulk.id, 100)


def counts(bulk):
    return (bulk.state, bulk.total, bulk.ok, bulk.failed, bulk.skipped)


ACTIONS = [
    (Asked(Action.ADD_TAGS, {"tags": ["new"]}), "tags", ("new", "old")),
    (Asked(Action.REMOVE_TAGS, {"tags": ["old"]}), "tags", ()),
    (Asked(Action.REPLACE_TAGS, {"tags": ["b", "a"]}), "tags", ("a", "b")),
    (Asked(Action.ADD_CONTEXT, {"context": {"k": "v"}}), "context", {"k": "v"}),
    (Asked(Action.REMOVE_CONTEXT, {"keys": ["k"]}), "context", {}),
    (Asked(Action.REMOVE_CONTEXT), "context", {}),
    (Asked(Action.SET_METADATA, {"metadata": {"sku": "x"}}), "metadata", {"sku": "x"}),
    (Asked(Action.MOVE, {"folder": "shop/new"}), "folder", "shop/new"),
    (Asked(Action.SET_ACCESS, {"rules": to_json([LIKE_AUTHENTICATED])}), "access_control", (LIKE_AUTHENTICATED,)),
]


@pytest.mark.parametrize(("asked", "field", "expected"), ACTIONS, ids=[asked.action.value for asked, *_ in ACTIONS])
async def test_each_asset_is_changed_and_changed_back(database, run, new, now, asked, field, expected):
    await filled(database, new, now)
    async with database.transaction() as session:
        await metadata_fields.create(session, CLOUD, Field("sku", FieldType.STRING, "SKU"), now=now)
    before = await all_of(database)
    bulk = await begin(database, now, asked)
    assert (bulk.state, bulk.total) == (State.WAITING, 7)
    bulk = await finish(database, run, bulk)
    assert counts(bulk) == (State.DONE, 7, 7, 0, 0)
    after = await all_of(database)
    assert [getattr(asset, field) for asset in after.values()] == [expected] * 7
    back = await undone(database, run, bulk, now)
    assert counts(back) == (State.DONE, 7, 7, 0, 0)
    restored = await all_of(database)
    assert {name: getattr(asset, field) for name, asset in restored.items()} == {
        name: getattr(asset, field) for name, asset in before.items()
    }
    async with database.transaction() as session:
        assert (await bulks.get(session, CLOUD, bulk.id)).undone_by == back.id
        with pytest.raises(Invalid, match="taken back already"):
            await bulks.undo(session, CLOUD, bulk.id, Asked(Action.UNDO), now)


async def test_facts_are_told_as_by_single_calls(database, run, new, now, jobs):
    await filled(database, new, now)
    await finish(database, run, await begin(database, now))
    told = [payload for name, payload in await jobs() if name == "AssetsChanged"]
    assert sorted(change["name"] for one in told for change in one["changes"]) == [f"n{n}" for n in range(7)]
    (end,) = [payload for name, payload in await jobs() if name == "Reported"]
    assert (end["about"], end["fields"]["state"], end["fields"]["ok"]) == ("bulk", "done", 7)


async def test_a_review_is_said_and_cannot_be_taken_back(database, run, new, now):
    await filled(database, new, now, 2)
    bulk = await finish(database, run, await begin(database, now, Asked(Action.MODERATE, {"status": "rejected"})))
    assert counts(bulk) == (State.DONE, 2, 2, 0, 0)
    assert [asset.moderation[-1].status.value for asset in (await all_of(database)).values()] == ["rejected"] * 2
    with pytest.raises(Invalid, match="cannot be taken back"):
        await undone(database, run, bulk, now)


async def test_what_was_erased_comes_back_where_a_version_is_kept(database, run, new, now, blobs):
    made = await filled(database, new, now, 5)
    async with database.transaction() as session:
        for asset in made[:3]:
            await versions.keep(session, asset, now)
            await blobs.put(run.restore.originals.key(CLOUD, asset.version_id), _chunks(b"bytes"))
    bulk = await finish(database, run, await begin(database, now, Asked(Action.DELETE)))
    assert counts(bulk) == (State.DONE, 5, 5, 0, 0)
    assert await all_of(database) == {}
    back = await undone(database, run, bulk, now)
    assert counts(back) == (State.DONE, 5, 3, 2, 0)
    assert {one.reason for one in await failures(database, back)} == {bulk_run.NO_BACKUP}
    found = await all_of(database)
    assert [(name, asset.tags) for name, asset in found.items()] == [
        ("n0", ("old",)),
        ("n1", ("old",)),
        ("n2", ("old",)),
    ]


async def _chunks(data):
    yield data


async def test_what_one_asset_refuses_is_a_line_and_the_others_go_on(database, run, new, now):
    await filled(database, new, now)
    field = Field("size", FieldType.INTEGER, "Size")
    needed = Field("sku", FieldType.STRING, "SKU", is_mandatory=True)
    async with database.transaction() as session:
        await metadata_fields.create(session, CLOUD, field, now=now)
    bulk = await begin(database, now, Asked(Action.SET_METADATA, {"metadata": {"size": "3"}}))
    async with database.transaction() as session:
        await metadata_fields.delete(session, CLOUD, "size", now=now)
        await metadata_fields.create(session, CLOUD, needed, now=now)
    bulk = await finish(database, run, bulk)
    assert counts(bulk) == (State.DONE, 7, 0, 7, 0)
    lines = await failures(database, bulk)
    assert [(line.position, line.name) for line in lines] == [(n, f"n{n}") for n in range(7)]
    assert {line.reason for line in lines} == {"Metadata field size doesn't exist"}
    async with database.transaction() as session:
        assert [line.position for line in await bulks.failures(session, CLOUD, bulk.id, 2, behind=4)] == [5, 6]


async def test_what_is_gone_is_skipped_and_what_came_later_has_no_part(database, run, new, now):
    made = await filled(database, new, now)
    bulk = await begin(database, now)
    async with database.transaction() as session:
        await catalogue.delete(session, made[4], now)
        await catalogue.add(session, new("late"), may_overwrite=True, now=now)
    bulk = await finish(database, run, bulk)
    assert counts(bulk) == (State.DONE, 7, 6, 0, 1)
    assert (await all_of(database))["late"].tags == ()


async def test_only_folders_that_one_may_work_in_are_touched(database, run, new, now):
    await filled(database, new, now, 2, folder="mine/below")
    async with database.transaction() as session:
        await catalogue.add(session, new("theirs", folder="theirs"), may_overwrite=True, now=now)
    bulk = await finish(database, run, await begin(database, now, replace(NOTES, within=("mine",))))
    assert counts(bulk) == (State.DONE, 3, 2, 0, 1)
    assert (await all_of(database))["theirs"].tags == ()


class Killed(RunBulk):
    """Is killed in the middle of its second transaction: after it changed the assets, before it is committed."""

    async def _advanced(self, session, bulk, places, end, outcome):
        if bulk.position >= 3:
            raise Busy("killed")
        return await super()._advanced(session, bulk, places, end, outcome)


async def test_a_killed_one_goes_on_and_nobody_has_two_turns(database, run, new, now, jobs):
    await filled(database, new, now)
    bulk = await begin(database, now)
    killed = Killed(run.database, run.restore, run.clock, batch=3, batches=9)
    with pytest.raises(Busy):
        await killed.run_bulk({"cloud_id": CLOUD, "bulk_id": bulk.id})
    async with database.transaction() as session:
        half = await bulks.get(session, CLOUD, bulk.id)
    assert (half.state, half.position, half.ok) == (State.RUNNING, 3, 3)
    bulk = await finish(database, run, bulk)
    assert counts(bulk) == (State.DONE, 7, 7, 0, 0)
    told = [payload for name, payload in await jobs() if name == "AssetsChanged"]
    assert sorted(change["name"] for one in told for change in one["changes"]) == [f"n{n}" for n in range(7)]


async def test_of_two_that_run_it_one_waits_for_another_time(database, run, new, now):
    await filled(database, new, now)
    bulk = await begin(database, now)
    payload = {"cloud_id": CLOUD, "bulk_id": bulk.id}
    async with database.lock(f"{bulks.JOB}:{bulk.id}") as is_mine:
        assert is_mine
        with pytest.raises(Busy):
            await run.run_bulk(payload)
    results = await asyncio.gather(run.run_bulk(payload), run.run_bulk(payload), return_exceptions=True)
    assert None in results
    assert counts(await finish(database, run, bulk)) == (State.DONE, 7, 7, 0, 0)


async def test_one_that_is_cancelled_stops_and_can_be_taken_back(database, run, new, now):
    await filled(database, new, now)
    bulk = await begin(database, now)
    one_step = RunBulk(run.database, run.restore, run.clock, batch=3, batches=1)
    await one_step.run_bulk({"cloud_id": CLOUD, "bulk_id": bulk.id})
    async with database.transaction() as session:
        with pytest.raises(Invalid, match="cancel it first"):
            await bulks.undo(session, CLOUD, bulk.id, Asked(Action.UNDO), now)
        stopped = await bulks.cancel(session, CLOUD, bulk.id, now)
        assert await bulks.cancel(session, CLOUD, bulk.id, now + timedelta(days=1)) == stopped
    assert counts(stopped) == (State.CANCELLED, 7, 3, 0, 0)
    await run.run_bulk({"cloud_id": CLOUD, "bulk_id": bulk.id})
    assert sum("new" in asset.tags for asset in (await all_of(database)).values()) == 3
    assert counts(await undone(database, run, stopped, now)) == (State.DONE, 3, 3, 0, 0)
    assert sum("new" in asset.tags for asset in (await all_of(database)).values()) == 0


async def test_an_undo_leaves_what_others_did_since(database, run, new, now):
    made = await filled(database, new, now, 3)
    moved = await finish(database, run, await begin(database, now, Asked(Action.MOVE, {"folder": "new"})))
    async with database.transaction() as session:
        await catalogue.update(session, made[1], folder="elsewhere", now=now)
    back = await undone(database, run, moved, now)
    assert counts(back) == (State.DONE, 3, 2, 1, 0)
    assert [(line.position, line.name, line.reason) for line in await failures(database, back)] == [
        (1, "n1", "It was moved again since")
    ]
    assert [asset.folder for asset in (await all_of(database)).values()] == ["", "elsewhere", ""]


@pytest.mark.parametrize(
    ("column", "found", "was", "is_now", "expected"),
    [
        ("tags", ["a", "mine", "new"], ["a"], ["a", "new"], ["a", "mine"]),
        ("tags", [], ["a"], ["a", "new"], []),
        ("tags", ["new"], ["a"], ["new"], ["a"]),
        ("context", {"k": "v", "other": "1"}, {}, {"k": "v"}, {"other": "1"}),
        ("context", {"k": "since"}, {"k": "was"}, {"k": "v"}, {"k": "since"}),
        ("metadata", {"list": ["b"]}, {"list": ["a"]}, {"list": ["b"]}, {"list": ["a"]}),
        ("metadata", {}, {"gone": 3}, {}, {"gone": 3}),
        ("folder", "New", "old", "new", "old"),
        ("access_control", [1], [], [1], []),
    ],
)
def test_what_was_changed_is_taken_back_and_nothing_else(column, found, was, is_now, expected):
    assert reverted(column, found, was, is_now) == expected


@pytest.mark.parametrize("column", ["folder", "access_control"])
def test_what_is_otherwise_by_now_stays(column):
    with pytest.raises(Invalid, match="again since"):
        reverted(column, "c", "a", "b")


async def test_part_of_a_snapshot_and_a_list_of_ids_can_be_chosen(database, run, new, now):
    made = await filled(database, new, now)
    async with database.transaction() as session:
        held = await snapshots.take(session, CLOUD, ALL.search, now, snapshots.Bounds(100, 5, timedelta(minutes=15)))
    part = Choice(snapshot_id=held.id, spans=((1, 3),), without=frozenset({made[2].id}))
    assert counts(await finish(database, run, await begin(database, now, choice=part))) == (State.DONE, 2, 2, 0, 0)
    ids = Choice(asset_ids=[made[6].id, made[6].id, made[5].id])
    assert counts(await finish(database, run, await begin(database, now, choice=ids))) == (State.DONE, 2, 2, 0, 0)
    assert [name for name, asset in (await all_of(database)).items() if "new" in asset.tags] == ["n1", "n3", "n5", "n6"]


async def test_nothing_chosen_is_done_at_once(database, now, jobs):
    bulk = await begin(database, now)
    assert counts(bulk) == (State.DONE, 0, 0, 0, 0)
    assert "run_bulk" not in [name for name, _ in await jobs()]
    async with database.transaction() as session:
        with pytest.raises(Invalid, match="changed nothing"):
            await bulks.undo(session, CLOUD, bulk.id, Asked(Action.UNDO), now)


async def test_bounds_and_faults_are_told_before_anything_begins(database, new, now):
    await filled(database, new, now)
    for _ in range(5):
        await begin(database, now)
    with pytest.raises(TooMuch, match="5 actions wait or run already"):
        await begin(database, now)
    async with database.transaction() as session:
        with pytest.raises(NotFound, match="Action not found - nope"):
            await bulks.get(session, CLOUD, "nope")
        asked = Asked(Action.SET_METADATA, {"metadata": {"nope": "3"}})
        with pytest.raises(Invalid, match="doesn't exist"):
            await bulks.begin(session, CLOUD, ALL, asked, now, assets_max=10, bulks_max=9)
        with pytest.raises(TooMuch, match="More than 2 assets"):
            await bulks.begin(session, CLOUD, ALL, NOTES, now, assets_max=2, bulks_max=9)


async def test_the_newest_are_listed_first_in_pages(database, new, now):
    made = [await begin(database, now + timedelta(seconds=number)) for number in range(3)]
    async with database.transaction() as session:
        first = await bulks.list(session, CLOUD, 2)
        rest = await bulks.list(session, CLOUD, 2, first.next_cursor)
        assert [one.id for one in (*first.items, *rest.items)] == [one.id for one in reversed(made)]
        assert rest.next_cursor is None
        assert (await bulks.list(session, "cloud-two", 2)).items == []


async def test_old_ones_are_forgotten_with_all_that_they_kept(database, run, clock, new, now):
    await filled(database, new, now)
    old = await finish(database, run, await begin(database, now))
    still_open = await begin(database, now)
    clock.advance(timedelta(days=31))
    await SweepSelections(database, clock, bulk_days=30).sweep_selections({})
    async with database.transaction() as session:
        assert [one.id for one in (await bulks.list(session, CLOUD, 9)).items] == [still_open.id]
        assert await snapshots.ids_at(session, CLOUD, old.snapshot_id, 0, 10) == []
        assert len(await snapshots.ids_at(session, CLOUD, still_open.snapshot_id, 0, 10)) == 7
        assert await bulks.trace(session, CLOUD, old.id, 0) is None


async def test_one_that_is_being_taken_back_is_not_forgotten(database, run, clock, new, now):
    await filled(database, new, now)
    bulk = await finish(database, run, await begin(database, now))
    async with database.transaction() as session:
        back = await bulks.undo(session, CLOUD, bulk.id, Asked(Action.UNDO), now + timedelta(days=29))
    clock.advance(timedelta(days=31))
    await SweepSelections(database, clock, bulk_days=30).sweep_selections({})
    assert counts(await finish(database, run, back)) == (State.DONE, 7, 7, 0, 0)
