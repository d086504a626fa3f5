"""After a change of access the addresses are asked from outside, and what does not obey is found."""

from typing import Any

import pytest

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.adapters.edge.memory import MemoryEdge
from safelight.assets import analyses, catalogue
from safelight.assets.access import Rule
from safelight.assets.events import AccessChanged, AssetRenamed
from safelight.derived import files
from safelight.kernel.media import Access
from safelight.worker.verifying import ADDRESSES_MAX, KIND, Verifying
from tests.api import derived_of
from tests.assets.test_exposure import new

CLOSED = (Rule(needs_token=True),)


class World:
    """What strangers get, and what was asked."""

    def __init__(self, database, clock) -> None:
        self.database, self.edge, self.statuses, self.asked = database, MemoryEdge(), {}, []
        self.otherwise = 401
        self.verifying = Verifying(database, self.edge, clock, "http://media.test:8000", self.ask, seconds=0.3)

    async def ask(self, path: str) -> int:
        self.asked.append(path)
        status = self.statuses.get(path, self.otherwise)
        if isinstance(status, list):
            return status.pop(0) if len(status) > 1 else status[0]
        if isinstance(status, Exception):
            raise status
        return status

    async def found(self, asset) -> Any:
        async with self.database.transaction() as session:
            return (await analyses.kept(session, asset, (KIND,))).get(KIND)


@pytest.fixture
def world(database, clock) -> World:
    return World(database, clock)


async def changed(world, now, *, rules=CLOSED, **words):
    """An asset with one derived file whose rules were changed, and the fact of it."""
    async with world.database.transaction() as session:
        cloud = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=now)
        asset = (await catalogue.add(session, new(cloud, "one", **words), may_overwrite=False, now=now)).asset
        await files.add(session, derived_of(asset, 1, "w_10"))
        return await catalogue.update(session, asset, access_control=rules, now=now)


def fact(asset, **more: Any) -> dict[str, Any]:
    return {"cloud_id": asset.cloud_id, "asset_id": asset.id, "kind": "image", "access": asset.access.value,
            "previous_access_control": [], **more}  # fmt: skip


async def test_what_was_closed_is_asked_for_with_all_that_was_made_of_it(world, now):
    asset = await changed(world, now)
    await world.verifying.verify_access(fact(asset))
    found = await world.found(asset)
    assert (found["was_public"], found["is_public"], found["is_obeyed"], found["wrong"]) == (True, False, True, [])
    assert {path.rpartition("/v")[0] for path in world.asked} == {"/demo/image/upload", "/demo/image/upload/w_10"}
    assert world.edge.purged == [asset.id]


async def test_what_still_answers_when_the_time_is_over_is_named(world, now, caplog):
    asset = await changed(world, now)
    world.otherwise = 200
    await world.verifying.verify_access(fact(asset))
    found = await world.found(asset)
    assert found["is_obeyed"] is False
    assert len(found["wrong"]) == 2
    assert "do not obey" in caplog.text


async def test_a_moment_s_delay_is_none(world, now):
    asset = await changed(world, now)
    await world.verifying.verify_access(fact(asset))
    first = world.asked[0]
    world.statuses[first] = [200, 401]
    await world.verifying.verify_access(fact(asset))
    assert (await world.found(asset))["is_obeyed"] is True


async def test_what_was_opened_must_be_handed_out(world, now):
    asset = await changed(world, now, rules=())
    before = [{"token": True, "start": None, "end": None, "path": None, "key_id": None}]
    await world.verifying.verify_access(fact(asset, previous_access_control=before))
    found = await world.found(asset)
    assert (found["was_public"], found["is_public"], found["is_obeyed"]) == (False, True, False)
    world.otherwise = 200
    await world.verifying.verify_access(fact(asset))
    assert (await world.found(asset))["is_obeyed"] is True


async def test_where_it_was_before_it_is_no_more(world, now):
    asset = await changed(world, now, rules=(), access=Access.AUTHENTICATED)
    world.otherwise = 404
    world.statuses["/demo/image/upload/one"] = 200
    del (payload := fact(asset))["previous_access_control"]
    await world.verifying.verify_access({**payload, "from_name": "one", "from_access": "upload"})
    assert (await world.found(asset))["wrong"] == ["/demo/image/upload/one"]


async def test_where_it_was_is_asked_for_as_an_address_writes_it(world, now):
    """A space in the line of a request is a fault of the request, which looks like a refusal."""
    asset = await changed(world, now, rules=(), access=Access.AUTHENTICATED)
    del (payload := fact(asset))["previous_access_control"]
    await world.verifying.verify_access({**payload, "from_name": "a b?ü", "from_access": "upload"})
    assert "/demo/image/upload/a%20b%3F%C3%BC" in world.asked


async def test_a_new_name_alone_opens_and_closes_nothing(world, now):
    asset = await changed(world, now)
    await world.verifying.verify_access(fact(asset, from_name="zero", from_access="upload"))
    assert world.asked == []


async def test_where_nobody_can_be_asked_nothing_is_claimed(world, now):
    asset = await changed(world, now)
    await world.verifying.verify_access(fact(asset))
    world.statuses = dict.fromkeys(world.asked, OSError("nobody"))
    world.asked.clear()
    async with world.database.transaction() as session:
        await analyses.forget(session, asset.cloud_id, asset.version_id)
    await world.verifying.verify_access(fact(asset))
    assert await world.found(asset) is None


async def test_what_is_gone_meanwhile_is_nobody_s(world, now):
    asset = await changed(world, now)
    async with world.database.transaction() as session:
        await catalogue.delete(session, asset, now)
    await world.verifying.verify_access(fact(asset))
    assert world.asked == []


def test_the_facts_that_call_for_it_are_these():
    from safelight.worker.subscriptions import REACTIONS

    assert {event for event, names in REACTIONS.items() if "verify_access" in names} == {AccessChanged, AssetRenamed}
    assert ADDRESSES_MAX >= 2
