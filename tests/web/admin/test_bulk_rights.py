"""Who may work in some folders only: holds, reads and changes what is in them, and nothing else."""

import pytest

from safelight.accounts.model import Manner, Principal
from safelight.assets import bulk as bulks
from safelight.assets import snapshots
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
