"""What nobody asks for goes, where derived files take more than they may."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from safelight.accounts import clouds
from safelight.accounts.model import FolderMode
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.edge.memory import MemoryEdge
from safelight.assets.originals import Originals
from safelight.derived import files, uses
from safelight.derived.counted import Cause
from safelight.derived.evict import Evict, Excess, excesses
from safelight.derived.files import derived_blob_key
from safelight.derived.forget import Forget
from safelight.derived.model import Derived
from safelight.derived.store import derived_files
from safelight.derived.uses import Uses
from safelight.kernel.clock import StillClock
from safelight.settings import DerivedSettings
from tests.conftest import NOW
from tests.twins import chunks_of

VERSION = "f" * 32
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("held", "settings", "kept", "expected"),
    [
        ({"a": 500}, DerivedSettings(), (), []),
        ({"a": 100, "b": 90}, DerivedSettings(cloud_bytes_max=100), (), []),
        ({"a": 101, "b": 90}, DerivedSettings(cloud_bytes_max=100), (), [Excess(6, ("a",))]),
        ({"a": 101, "b": 90}, DerivedSettings(bytes_max=100), (), [Excess(96, ("a", "b"))]),
        # What goes for the bound of a cloud need not go once more for that of all.
        (
            {"a": 150, "b": 60},
            DerivedSettings(bytes_max=150, cloud_bytes_max=100),
            (),
            [Excess(55, ("a",)), Excess(13, ("a", "b"))],
        ),
        ({"a": 150, "b": 60}, DerivedSettings(bytes_max=200, cloud_bytes_max=100), ("a",), [Excess(20, ("b",))]),
        ({"a": 150}, DerivedSettings(bytes_max=100), ("a",), []),
    ],
)
def test_what_has_to_go(held: dict[str, int], settings: DerivedSettings, kept: tuple[str, ...], expected: list[Excess]):
    assert excesses(held, settings, kept) == expected


@dataclass
class Shelf:
    database: PostgresDatabase
    blobs: LocalBlobs
    evict: Evict
    cloud_id: str

    async def put(
        self,
        key: str,
        *,
        days: float,
        used_days: float | None = None,
        size_bytes: int = 10,
        cause: Cause = Cause.DELIVERY,
    ) -> None:
        """A file that was made, and perhaps asked for again, so many days ago."""
        blob_key = derived_blob_key(self.cloud_id, VERSION, key, "jpg")
        await self.blobs.put(blob_key, chunks_of(b"x" * size_bytes))
        derived = Derived(
            id=key,
            cloud_id=self.cloud_id,
            asset_id="a",
            version_id=VERSION,
            key=key,
            transformation=key,
            format="jpg",
            width=1,
            height=1,
            size_bytes=size_bytes,
            md5="",
            blob_key=blob_key,
            created_at=NOW - days * DAY,
        )
        async with self.database.transaction() as session:
            await files.add(session, derived, cause=cause)
            if used_days is not None:
                used = update(derived_files).where(derived_files.c.id == key).values(last_used_at=NOW - used_days * DAY)
                await session.execute(used)

    async def left(self) -> set[str]:
        """What the rows know; and the store has exactly that."""
        async with self.database.transaction() as session:
            rows = await session.fetch(select(derived_files.c.key, derived_files.c.blob_key))
        stored = {stat.key async for stat in self.blobs.list("c/")}
        assert stored == {row["blob_key"] for row in rows}
        return {row["key"] for row in rows}

    async def counted(self) -> dict[str, int]:
        """What the usage of the cloud says of derived files."""
        async with self.database.transaction() as session:
            rows = await session.fetch(
                text("SELECT meter, sum(amount) AS amount FROM usage_changes WHERE cloud_id = :id GROUP BY meter"),
                {"id": self.cloud_id},
            )
        return {row["meter"]: int(row["amount"]) for row in rows}

    async def run(self, **settings: int | bool) -> set[str]:
        evict = replace(self.evict, settings=replace(self.evict.settings, **settings))
        await evict.evict_derived({})
        return await self.left()


@pytest.fixture
async def shelf(database: PostgresDatabase, tmp_path: Path) -> Shelf:
    blobs = LocalBlobs(tmp_path / "blobs")
    forget = Forget(database, blobs, Originals(blobs, tmp_path / "copies"), MemoryEdge())
    async with database.transaction() as session:
        cloud = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=NOW)
    return Shelf(database, blobs, Evict(database, forget, StillClock(NOW), DerivedSettings()), cloud.id)


async def test_without_a_bound_all_stays(shelf: Shelf):
    await shelf.put("old", days=900)
    assert await shelf.run() == {"old"}


async def test_what_was_not_asked_for_longest_goes_first(shelf: Shelf):
    for key, days in (("old", 30), ("older", 60), ("young", 3), ("younger", 2)):
        await shelf.put(key, days=days)
    assert await shelf.run(bytes_max=30) == {"young", "younger"}
    assert await shelf.run(bytes_max=30) == {"young", "younger"}


async def test_a_flood_of_sizes_does_not_push_out_what_is_used(shelf: Shelf):
    await shelf.put("logo", days=300, used_days=3)
    await shelf.put("forgotten", days=300, used_days=290)
    for number in range(10):
        await shelf.put(f"random{number}", days=0.5)
    left = await shelf.run(cloud_bytes_max=60)
    assert "logo" in left
    assert "forgotten" not in left
    assert len(left) == 5


async def test_what_was_made_just_now_and_all_of_a_strict_cloud_stay(shelf: Shelf):
    await shelf.put("fresh", days=0)
    await shelf.put("old", days=9)
    assert await shelf.run(bytes_max=1) == {"fresh"}
    await shelf.put("old", days=9)
    async with shelf.database.transaction() as session:
        await clouds.change(session, shelf.cloud_id, is_strict=True)
    assert await shelf.run(bytes_max=1) == {"fresh", "old"}


@pytest.mark.parametrize(
    ("cause", "stays"),
    [
        (Cause.EAGER, True),
        (Cause.EAGER_ASYNC, True),
        (Cause.EXPLICIT, True),
        (Cause.BREAKPOINTS, True),
        (Cause.EXPLODE, True),
        (Cause.DELIVERY, False),
        (Cause.ARCHIVE, False),
    ],
)
async def test_what_an_owner_asked_for_stays_unless_it_is_said(shelf: Shelf, cause: Cause, stays: bool):
    await shelf.put("theirs", days=900, cause=cause)
    await shelf.put("visited", days=1, used_days=0)
    assert await shelf.run(bytes_max=1) == ({"theirs"} if stays else set())
    assert await shelf.run(bytes_max=1, evicts_asked_for=True) == set()


async def test_what_was_made_for_a_visitor_stays_once_its_owner_asked_for_it(shelf: Shelf):
    await shelf.put("logo", days=900)
    async with shelf.database.transaction() as session:
        found = await files.find(session, shelf.cloud_id, VERSION, "logo")
        assert found is not None
        await files.ask_for(session, found)
    # Its bytes were lost, and it is made again for a visitor: that takes nothing back.
    await shelf.put("logo", days=900)
    assert await shelf.run(bytes_max=1) == {"logo"}


async def test_what_goes_is_counted_as_gone_and_what_was_made_stays_counted(shelf: Shelf):
    for number in range(5):
        await shelf.put(f"random{number}", days=10 - number, size_bytes=100 + number)
    assert await shelf.counted() == {"storage_bytes": 510, "objects": 5, "transformations": 5}
    left = await shelf.run(bytes_max=210)
    assert left == {"random4"}
    assert await shelf.counted() == {"storage_bytes": 104, "objects": 1, "transformations": 5}
    await shelf.put("random0", days=0, size_bytes=100)
    assert await shelf.counted() == {"storage_bytes": 204, "objects": 2, "transformations": 6}


async def test_one_round_has_an_end(shelf: Shelf):
    for number in range(6):
        await shelf.put(f"random{number}", days=10 - number)
    assert len(await shelf.run(bytes_max=1, evicted_max=4)) == 2
    assert len(await shelf.run(bytes_max=1, evicted_max=4)) == 0


async def test_the_last_use_is_written_now_and_then(shelf: Shelf):
    await shelf.put("logo", days=9)
    noted = Uses(noted_max=2)
    keys = [derived_blob_key(shelf.cloud_id, VERSION, "logo", "jpg"), f"c/{shelf.cloud_id}/v/{VERSION}/original", "c"]
    for _ in range(3):
        for key in keys:
            noted.note(key)
    taken = noted.take()
    assert taken == sorted(keys[:2])
    assert noted.take() == []
    assert await uses.write(shelf.database, taken, NOW) == 1
    assert await uses.write(shelf.database, taken, NOW + timedelta(hours=5)) == 0
    assert await uses.write(shelf.database, taken, NOW + timedelta(hours=7)) == 1
