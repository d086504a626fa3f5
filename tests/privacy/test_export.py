"""What an archive holds: everything, or the words why not; the same data are the same bytes; memory stays small."""

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import IO

import pytest
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets.originals import version_prefix
from safelight.boot.subjects import packed
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Gone, NotAvailable, NotFound, TooMuch
from safelight.kernel.holdings import Subject
from safelight.ports.database import Database
from safelight.privacy.archive import Archive, safe_name
from safelight.privacy.export import Export
from safelight.privacy.reach import Reach
from tests.privacy import filling
from tests.privacy.evidence import receipts_of
from tests.privacy.test_erase import KEYS, keepers_with

SECRET = ("password", "sealed", "digest", "hash")


@pytest.fixture
def blobs() -> MemoryBlobs:
    return MemoryBlobs()


def export_with(database: Database, clock: StillClock, blobs: MemoryBlobs) -> Export:
    archive = Archive(database, keepers_with(blobs), blobs)
    return Export(database, archive, blobs, KEYS, clock, packed, receipts_of(database, clock), "Example Ltd", 7, 5)


@pytest.fixture
def export(database: Database, clock: StillClock, blobs: MemoryBlobs) -> Export:
    return export_with(database, clock, blobs)


async def ann_of(database: Database, clock: StillClock, blobs: MemoryBlobs, data: bytes = b"x") -> tuple[str, Subject]:
    ann = filling.somebody("canaryann")
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
    await blobs.put(version_prefix(ann.cloud_id, ann.version_id) + "original", _once(data))
    return ann.user_id, subject


async def test_an_archive_tells_all_and_what_it_does_not(
    export: Export, database: Database, clock: StillClock, blobs: MemoryBlobs
):
    _, subject = await ann_of(database, clock, blobs)
    first, second = io.BytesIO(), io.BytesIO()
    tally = await export.write(subject, into(first))
    await export.write(subject, into(second))
    assert tally.is_complete
    opened, again = zipfile.ZipFile(first), zipfile.ZipFile(second)
    manifest = json.loads(opened.read("manifest.json"))
    sheets = {sheet.name for keeper in export.archive.keepers for sheet in keeper.sheets}
    told = {each["name"]: each["count"] for each in manifest["entities"]}
    omitted = {each["what"]: each["count"] for each in manifest["omitted"]}
    assert {*told, *omitted} == sheets
    # Every table of the database has a row of hers, and each is either handed out or counted.
    assert {name for name, count in {**told, **omitted}.items() if not count} <= {
        "jobs",
        "files_of_parts",
        "files_that_wait",
        "privacy_request_lines",
    }
    assert all(each["ground"] for each in manifest["omitted"])
    assert {entry["path"] for entry in manifest["files"]} == {*opened.namelist()} - {
        "manifest.json",
        "manifest.sig",
        "receipt.json",
    }
    # The same data are the same bytes; only what was written down about the export itself is newer.
    assert {name for name in opened.namelist() if opened.read(name) != again.read(name)} <= {
        "manifest.json",
        "manifest.sig",
        "receipt.json",
    }
    media = [name for name in opened.namelist() if name.startswith("media/")]
    assert len(media) == 4
    everything = b"".join(opened.read(name) for name in opened.namelist())
    assert ann_word(subject) in everything
    assert b"canaryann-passwords-hash" not in everything
    assert b"canaryann-api_keys-sealed_secret" not in everything
    assert b"canaryann-assets-tags" in opened.read("data/assets/assets.jsonl")
    rows = list(csv.DictReader(io.StringIO(opened.read("csv/assets/assets.csv").decode(), newline="")))
    records = [json.loads(line) for line in opened.read("data/assets/assets.jsonl").splitlines()]
    assert [(row["id"], json.loads(row["tags"])) for row in rows] == [(each["id"], each["tags"]) for each in records]
    assert b"<script" not in opened.read("index.html")


async def test_a_file_that_is_missing_is_told_and_nothing_is_called_complete(
    export: Export, database: Database, clock: StillClock, blobs: MemoryBlobs
):
    _, subject = await ann_of(database, clock, blobs, data=b"two bytes too long")
    async with database.transaction() as session:
        await session.execute(text("UPDATE backups SET version_id = 'gone'"))
    file = io.BytesIO()
    tally = await export.write(subject, into(file))
    manifest = json.loads(zipfile.ZipFile(file).read("manifest.json"))
    assert (tally.is_complete, manifest["complete"]) == (False, False)
    assert [each["entity"] for each in manifest["errors"]] == ["assets", "backups"]
    incomplete = {each["name"] for each in manifest["entities"] if not each["complete"]}
    assert incomplete == {"assets", "backups"}


async def test_a_store_that_could_not_be_searched_is_named_and_nothing_is_called_complete(
    export: Export, database: Database, clock: StillClock, blobs: MemoryBlobs
):
    async def store() -> None:
        raise NotAvailable("The store cannot be reached.")

    _, subject = await ann_of(database, clock, blobs)
    file = io.BytesIO()
    archive = replace(export.archive, reach=Reach({"store: files": store}))
    tally = await replace(export, archive=archive).write(subject, into(file))
    manifest = json.loads(zipfile.ZipFile(file).read("manifest.json"))
    assert (tally.is_complete, manifest["complete"], manifest["errors"]) == (False, False, [])
    assert {"store": "store: files", "why_not": "The store cannot be reached."} in manifest["searched"]


async def test_twenty_thousand_records_take_no_more_memory_than_a_hundred(
    export: Export, database: Database, clock: StillClock, blobs: MemoryBlobs
):
    _, subject = await ann_of(database, clock, blobs)
    peaks: list[int] = []
    copy = text(
        "INSERT INTO folders (cloud_id, id, path, created_at, updated_at) "
        "SELECT :cloud, 'f' || n, 'a folder of some length, number ' || n, :at, :at "
        "FROM generate_series(CAST(:a AS int), :b) n"
    )
    for first, last in ((1, 100), (101, 20_000)):
        async with database.transaction() as session:
            await session.execute(copy, {"cloud": subject.cloud_ids[0], "at": clock.now(), "a": first, "b": last})
        tracemalloc.start()
        await export.write(subject, into(_Nowhere()))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 4 * 1024 * 1024


async def test_an_archive_is_kept_for_some_days_and_some_downloads(
    export: Export, database: Database, clock: StillClock, blobs: MemoryBlobs
):
    user_id, subject = await ann_of(database, clock, blobs)
    account_id = subject.account_id or ""
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM exports"))
        id = await export.start(session, subject, account_id, user_id)
        with pytest.raises(NotFound, match="not ready"):
            await export.fetch(session, account_id, user_id, id)
    await export.export_subject({"id": id})
    await export.export_subject({"id": id})
    for _ in range(5):
        async with database.transaction() as session:
            kept, chunks = await export.fetch(session, account_id, user_id, id)
            data = b"".join([chunk async for chunk in chunks])
        assert len(data) == kept.size_bytes
    assert kept.is_complete
    async with database.transaction() as session:
        with pytest.raises(Gone):
            await export.fetch(session, account_id, user_id, id)
        with pytest.raises(NotFound):
            await export.fetch(session, account_id, "somebody-else", id)
        for _ in range(2):
            await export.start(session, subject, account_id, user_id)
        with pytest.raises(TooMuch):
            await export.start(session, subject, account_id, user_id)
    clock.advance(timedelta(days=8))
    await export.sweep_exports({})
    async with database.transaction() as session:
        assert await export.list(session, account_id, user_id) == []
    assert [stat.key async for stat in blobs.list("x/")] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("c/image/upload/cat.jpg", "c/image/upload/cat.jpg"),
        ("c/image/upload/a/b.jpg", "c/image/upload/a/b.jpg"),
        ("c/image/../../etc/passwd", "c/image/_/_/etc/passwd.id"),
        ("/c/x.jpg", "_/c/x.id.jpg"),
        ("c/na\x00me?.jpg", "c/na_me_.id.jpg"),
        ("c/" + "n" * 300 + ".jpg", "c/" + "n" * 140 + ".id"),
    ],
)
def test_a_name_stays_below_its_folder(name: str, expected: str):
    assert safe_name(name, "id") == expected


def ann_word(subject: Subject) -> bytes:
    return subject.emails[0].encode()


def into(file: IO[bytes]) -> Callable[[int], AbstractContextManager[IO[bytes]]]:
    """All of it into one file."""
    return lambda _number: nullcontext(file)


class _Nowhere(io.RawIOBase):
    def write(self, data: bytes) -> int:
        return len(data)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
