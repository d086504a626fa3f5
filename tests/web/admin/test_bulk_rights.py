"""Who may work in some folders only: holds, reads and changes what is in them, and nothing else."""

from dataclasses import replace

import pytest

from safelight.accounts.model import Manner, Principal
from safelight.assets import bulk as bulks
from safelight.assets import bulk_acts, catalogue, snapshots
from safelight.kernel.errors import Forbidden, NotFound
from safelight.kernel.rights import FOLDER_ACTS, Act, Right, Rights, Where
from safelight.settings import SelectionSettings
from safelight.web.admin.bulk import BulkCalls
from safelight.web.admin.door import Call
from safelight.web.admin.snapshots import Snapshots


@pytest.fixture
async def assets(api):
    return {
        folder: await api.add(f"in-{folder}", folder=folder, tags=("cat",))
        for folder in ("mine", "mine/deep", "theirs")
    }


@pytest.fixture
def asks(api):
    """A call as one with these rights in a folder would make it; as who may everything without."""

    def call(acts=None, folder="mine", **words):
        path = {"id": words.pop("id", "")}
        held = frozenset(Right(act, Where(api.cloud.id, folder)) for act in acts) if acts is not None else None
        principal = Principal(api.cloud, Manner.BASIC, api.key, Rights("key 1234", held))
        return Call(principal, words, path, api.clock.now())

    return call


@pytest.fixture
def doors(api):
    return Snapshots(api.door, SelectionSettings()), BulkCalls(api.door, SelectionSettings())


async def chosen(api, bulk):
    async with api.database.transaction() as session:
        held = await snapshots.read(
            session, api.cloud.id, (await bulks.get(session, api.cloud.id, bulk["id"])).snapshot_id, 0, 9
        )
    return sorted(one.asset.name for one in held)


async def test_a_search_is_held_within_the_folders(api, assets, asks, doors):
    held, _ = doors
    told = await held.take(asks(FOLDER_ACTS, expression="tags=cat"))
    assert told["total_count"] == 2
    whole = await held.take(asks(expression="tags=cat"))
    window = await held.read(asks(FOLDER_ACTS, id=whole["snapshot_id"]))
    assert sorted(line["status"] for line in window["resources"]) == ["active", "active", "gone"]


async def test_who_took_a_snapshot_lets_go_of_it_and_no_other_key_but_one_that_may_everything(api, assets, asks, doors):
    held, _ = doors
    other = await api.issue("5678", "other")

    def by(key, acts):
        call = asks(acts, id=taken["snapshot_id"])
        return replace(call, principal=replace(call.principal, key=key))

    taken = await held.take(asks(FOLDER_ACTS, expression="tags=cat"))
    with pytest.raises(Forbidden, match="did not take this snapshot"):
        await held.drop(by(other, FOLDER_ACTS))
    assert await held.drop(by(api.key, FOLDER_ACTS)) == {"message": "ok"}
    taken = await held.take(asks(FOLDER_ACTS, expression="tags=cat"))
    assert await held.drop(by(other, None)) == {"message": "ok"}


async def test_an_action_reaches_the_folders_only(api, assets, asks, doors):
    _, bulk = doors
    told = await bulk.begin(asks(FOLDER_ACTS, action="delete", expression="tags=cat"))
    assert await chosen(api, told) == ["in-mine", "in-mine/deep"]
    by_id = await bulk.begin(asks(FOLDER_ACTS, action="delete", asset_ids=[assets["theirs"].id]))
    async with api.database.transaction() as session:
        assert (await bulks.get(session, api.cloud.id, by_id["id"])).asked.within == ("mine",)


@pytest.mark.parametrize(
    ("acts", "words", "lacks"),
    [
        ({Act.READ}, {"action": "add_tags", "tags": "x"}, Act.CHANGE),
        ({Act.READ, Act.CHANGE}, {"action": "delete"}, Act.DELETE),
        (FOLDER_ACTS, {"action": "moderate", "moderation_status": "approved"}, Act.MODERATE),
        (FOLDER_ACTS, {"action": "move", "asset_folder": "theirs"}, Act.CHANGE),
    ],
)
async def test_what_is_not_allowed_is_refused_by_its_name(assets, asks, doors, acts, words, lacks):
    _, bulk = doors
    with pytest.raises(Forbidden, match=lacks.value):
        await bulk.begin(asks(acts, expression="tags=cat", **words))


async def test_actions_of_others_are_not_seen(api, assets, asks, doors):
    _, bulk = doors
    async with api.database.transaction() as session:
        asked = bulks.Asked(bulks.Action.DELETE, asked_by="somebody")
        ids = bulks.Choice(asset_ids=[assets["theirs"].id])
        theirs = await bulks.begin(session, api.cloud.id, ids, asked, api.clock.now(), assets_max=9, bulks_max=9)
    mine = await bulk.begin(asks(FOLDER_ACTS, action="delete", expression="tags=cat"))
    assert [one["id"] for one in (await bulk.list(asks(FOLDER_ACTS)))["bulks"]] == [mine["id"]]
    assert len((await bulk.list(asks()))["bulks"]) == 2
    for verb in (bulk.show, bulk.failures, bulk.cancel, bulk.undo):
        with pytest.raises(NotFound):
            await verb(asks(FOLDER_ACTS, id=theirs.id))


async def test_what_is_deleted_comes_back_everywhere_and_so_only_for_who_may_everywhere(assets, asks, doors):
    _, bulk = doors
    told = await bulk.begin(asks(FOLDER_ACTS, action="delete", expression="tags=cat"))
    with pytest.raises(Forbidden, match=Act.CHANGE.value):
        await bulk.undo(asks(FOLDER_ACTS, id=told["id"]))


@pytest.fixture
async def theirs(api, assets):
    """What somebody who may everything has moved to the folder of another, and what they are about to do."""
    async with api.database.transaction() as session:
        move = bulks.Asked(bulks.Action.MOVE, {"folder": "mine"}, asked_by="somebody")
        ids = bulks.Choice(asset_ids=[assets["theirs"].id])
        moved = await bulks.begin(session, api.cloud.id, ids, move, api.clock.now(), assets_max=9, bulks_max=9)
        waits = await bulks.begin(session, api.cloud.id, ids, move, api.clock.now(), assets_max=9, bulks_max=9)
        held = await bulks.held(session, api.cloud.id, moved.id)
        outcome = await bulk_acts.act(session, api.cloud.id, move, [assets["theirs"].id], api.clock.now())
        await bulks.advance(session, held, {assets["theirs"].id: 0}, 1, outcome, api.clock.now())
    return {"cancel": waits.id, "undo": moved.id}


@pytest.mark.parametrize("verb", ["cancel", "undo"])
async def test_who_sees_everything_and_changes_one_folder_leaves_the_actions_of_others_alone(api, theirs, doors, verb):
    _, bulk = doors

    def call(*held):
        principal = Principal(api.cloud, Manner.BASIC, api.key, Rights("key 1234", frozenset(held)))
        return Call(principal, {}, {"id": theirs[verb]}, api.clock.now())

    reads, changes = Right(Act.READ, Where(api.cloud.id)), Right(Act.CHANGE, Where(api.cloud.id, "mine"))
    assert (await bulk.show(call(reads, changes)))["id"] == theirs[verb]
    with pytest.raises(Forbidden, match=Act.CHANGE.value):
        await getattr(bulk, verb)(call(reads, changes))
    await getattr(bulk, verb)(call(reads, Right(Act.CHANGE, Where(api.cloud.id))))


async def test_nothing_goes_back_to_a_folder_in_which_one_may_change_nothing(api, assets, theirs):
    async with api.database.transaction() as session:
        trace = await bulks.trace(session, api.cloud.id, theirs["undo"], 0)
        outcome = await bulk_acts.undo(session, api.cloud.id, "folder", trace.changes, ("mine",), api.clock.now())
        asset = await catalogue.find_by_id(session, api.cloud.id, assets["theirs"].id)
    assert [(asset_id, reason) for asset_id, _, reason in outcome.failures] == [(asset.id, bulk_acts.OUTSIDE)]
    assert asset.folder == "mine"
