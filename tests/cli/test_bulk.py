"""Actions on many assets from the shell."""

import io
import json
from types import SimpleNamespace

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.assets import bulk as bulks
from safelight.assets import bulk_acts, catalogue, snapshots
from safelight.assets.bulk_model import Outcome
from safelight.assets.model import AssetRef, Facts, NewAsset
from safelight.cli import bulk
from safelight.cli.main import build_parser
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.settings import SelectionSettings


@pytest.fixture
async def cloud(session, now):
    return await clouds.create(session, "acme", folder_mode=FolderMode.DYNAMIC, now=now)


@pytest.fixture
async def cats(session, cloud, now):
    async def add(name):
        facts = Facts(7, "0" * 32, "jpg", 4, 3)
        new = NewAsset(cloud.id, Kind.IMAGE, Access.UPLOAD, name, new_id(), facts, "", name)
        return (await catalogue.add(session, new, may_overwrite=True, now=now)).asset

    return [await add(f"cat{number}") for number in range(3)]


@pytest.fixture
def tell(session, clock, capsys):
    """Do a command with `--json`, and give what it said."""
    house = SimpleNamespace(settings=SimpleNamespace(selection=SelectionSettings()), clock=clock)

    async def tell(verb, *words):
        await verb(house, session, build_parser().parse_args(["bulk", *words, "--json"]))
        return json.loads(capsys.readouterr().out)

    return tell


async def done(session, cloud, told, now):
    """As the job does it, in one go."""
    one = await bulks.get(session, cloud.id, told["id"])
    ids = await snapshots.ids_at(session, cloud.id, one.snapshot_id, 0, one.total)
    outcome = await bulk_acts.act(session, cloud.id, one.asked, ids, now)
    await bulks.advance(session, one, dict(zip(ids, range(9), strict=False)), one.total, outcome, now)


async def test_an_action_is_asked_for_watched_and_taken_back(session, cloud, cats, tell, now):
    told = await tell(bulk.start_bulk, "start", "acme", "add_tags", "--expression", "filename:cat*", "--tags", "a,b")
    assert (told["action"], told["state"], told["total"]) == ("add_tags", "waiting", 3)
    await done(session, cloud, told, now)
    shown = await tell(bulk.show_bulk, "show", "acme", told["id"])
    assert (shown["state"], shown["ok"], shown["can_undo"]) == ("done", 3, True)
    found = await catalogue.find(session, cloud.id, AssetRef(Kind.IMAGE, Access.UPLOAD, "cat1"))
    assert found.tags == ("a", "b")
    back = await tell(bulk.undo_bulk, "undo", "acme", told["id"])
    assert (back["action"], back["undoes"], back["total"]) == ("undo", told["id"], 3)
    assert (await tell(bulk.cancel_bulk, "cancel", "acme", back["id"]))["state"] == "cancelled"
    listed = await tell(bulk.list_bulks, "list", "acme")
    assert {one["id"] for one in listed} == {told["id"], back["id"]}


@pytest.mark.parametrize("way", ["file", "stdin"])
async def test_ids_come_from_a_file_or_the_input(session, cats, tell, tmp_path, monkeypatch, way):
    lines = f"{cats[0].id}\n{cats[2].id}\n"
    (tmp_path / "ids").write_text(lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    where = str(tmp_path / "ids") if way == "file" else "-"
    told = await tell(bulk.start_bulk, "start", "acme", "move", "--ids", where, "--folder", "zoo")
    assert told["total"] == 2


async def test_what_it_could_not_do_is_listed(session, cloud, cats, tell, now):
    told = await tell(bulk.start_bulk, "start", "acme", "delete", "--all")
    one = await bulks.get(session, cloud.id, told["id"])
    refused = Outcome(failures=[(cats[1].id, "cat1", "It may not")])
    await bulks.advance(session, one, {cats[1].id: 1}, 3, refused, now)
    assert await tell(bulk.list_failures, "failures", "acme", told["id"]) == [
        {"position": 1, "asset_id": cats[1].id, "public_id": "cat1", "reason": "It may not"}
    ]


async def test_what_makes_no_sense_is_told(cats, tell):
    with pytest.raises(Invalid, match="Missing required parameter - tags"):
        await tell(bulk.start_bulk, "start", "acme", "add_tags", "--all")
    with pytest.raises(NotFound, match="There is no cloud `other`"):
        await tell(bulk.list_bulks, "list", "other")
    with pytest.raises(NotFound, match="Action not found"):
        await tell(bulk.show_bulk, "show", "acme", "nope")
