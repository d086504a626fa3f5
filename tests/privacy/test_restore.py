"""An archive that is taken in elsewhere makes the same archive again."""

import asyncio
import io
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets.originals import version_prefix
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Conflict, Invalid
from safelight.kernel.holdings import Subject
from safelight.ports.database import Database
from safelight.ports.rows import RowsKeeper
from safelight.privacy.export import Export
from safelight.privacy.restore import Restore
from tests.privacy import filling
from tests.privacy.test_erase import KEYS, chunks_of, keepers_with
from tests.privacy.test_export import export_with, into


async def test_export_import_export_is_no_difference(database: Database, clock: StillClock, tmp_path: Path):
    ann, here, there = filling.somebody("canaryann"), MemoryBlobs(), MemoryBlobs()
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
        # Of one version there is one file, which has as many bytes as its rows say.
        await session.execute(text("UPDATE backups SET version_id = 'older'"))
    for version in (ann.version_id, "older"):
        await here.put(version_prefix(ann.cloud_id, version) + "original", chunks_of(b"x"))
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    await written(export_with(database, clock, here), subject, first)

    restore = Restore(database, keepers_with(there), there)
    with pytest.raises(Conflict):
        await restore(first)
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role TO replica"))
        for table in reversed(filling.tables()):
            await session.execute(table.delete())
    taken = await restore(first)
    assert taken.files == 2
    await written(export_with(database, clock, there), subject, second)

    keepers = [each for each in keepers_with(there) if isinstance(each, RowsKeeper)]
    portable = {f"data/{each.context}/{sheet}.jsonl" for each in keepers for sheet in each.portable}
    one, other = zipfile.ZipFile(first), zipfile.ZipFile(second)
    same = portable | {name for name in one.namelist() if name.startswith("media/")}
    assert len(same) > 25
    assert {name for name in same if one.read(name) != other.read(name)} == set()
    assert set(taken.records) <= {Path(name).stem for name in portable}
    assert {"api_keys", "passkeys", "user_sessions"} <= set(taken.left)


async def test_what_is_no_archive_of_ours_is_refused(database: Database, tmp_path: Path):
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "nothing")
    restore = Restore(database, keepers_with(MemoryBlobs()), MemoryBlobs())
    with pytest.raises(Invalid, match="no manifest"):
        await restore(path)
    path.write_bytes(b"not a zip")
    with pytest.raises(Invalid, match="cannot be read"):
        await restore(path)


async def written(export: Export, subject: Subject, path: Path) -> None:
    file = io.BytesIO()
    tally = await export.write(subject, into(file))
    assert tally.errors == []
    await asyncio.to_thread(path.write_bytes, file.getvalue())
