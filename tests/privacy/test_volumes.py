"""An archive of several volumes is one: each file in it once, signed, taken in and compared as a whole."""

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.assets.originals import version_prefix
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid
from safelight.ports.database import Database
from safelight.privacy import verify
from safelight.privacy.archive_csv import Twin, cell
from safelight.privacy.difference import differences
from safelight.privacy.opened import Opened
from safelight.privacy.volumes import volume_path, volumes_beside
from tests.privacy import filling
from tests.privacy.test_erase import KEYS, chunks_of
from tests.privacy.test_export import export_with


def opened_at(first: Path):
    return lambda number: _file(volume_path(first, number))


def _file(path: Path) -> IO[bytes]:
    return path.open("wb")


@pytest.fixture
async def ann(database: Database, clock: StillClock, tmp_path: Path):
    """Her archive in volumes of few bytes, and the same with one folder more."""
    who, blobs = filling.somebody("canaryann"), MemoryBlobs()
    async with database.transaction() as session:
        subject = await filling.fill(session, who, KEYS, clock.now())
        await session.execute(text("UPDATE backups SET version_id = 'older'"))
    for version in (who.version_id, "older"):
        await blobs.put(version_prefix(who.cloud_id, version) + "original", chunks_of(b"x"))
    export = export_with(database, clock, blobs)
    first, second = tmp_path / "ann.zip", tmp_path / "later.zip"
    tally = await replace(export, bytes_max=20_000).write(subject, opened_at(first))
    folder = "INSERT INTO folders (cloud_id, id, path, created_at, updated_at) VALUES (:cloud, 'new', 'new', :at, :at)"
    async with database.transaction() as session:
        await session.execute(text(folder), {"cloud": who.cloud_id, "at": clock.now()})
    await export.write(subject, opened_at(second))
    return tally, first, second


async def test_every_file_is_in_one_volume_and_all_are_checked_as_one(ann, tmp_path: Path, capsys):
    tally, first, _ = ann
    volumes = volumes_beside(first)
    assert len(volumes) == tally.volume > 2
    names = [name for path in volumes for name in zipfile.ZipFile(path).namelist()]
    assert len(names) == len(set(names)) == tally.files + 3
    with Opened(first) as archive:
        for each in archive.manifest()["files"]:
            assert each["path"] in zipfile.ZipFile(volumes[each["volume"] - 1]).namelist()
    assert verify.main([str(first)]) == 0
    assert f"files in {len(volumes)} volumes, each as it was" in capsys.readouterr().out


async def test_what_was_changed_is_found(ann, tmp_path: Path, capsys):
    _, _, archive = ann

    def changed(name: str, data: bytes | None) -> Path:
        path = tmp_path / "changed.zip"
        with zipfile.ZipFile(archive) as old, zipfile.ZipFile(path, "w") as new:
            for each in old.namelist():
                if each != name:
                    new.writestr(each, old.read(each))
            if data is not None:
                new.writestr(name, data)
        return path

    manifest = zipfile.ZipFile(archive).read("manifest.json")
    faults = {
        "data/assets/assets.jsonl": (b"{}\n", "data/assets/assets.jsonl is not as the manifest says"),
        "csv/assets/assets.csv": (None, "csv/assets/assets.csv is missing"),
        "data/more.jsonl": (b"{}\n", "data/more.jsonl is not in the manifest"),
        "manifest.json": (manifest.replace(b'"complete": true', b'"complete": false'), "of another manifest"),
        "manifest.sig": (b"no note\n", "NOT GOOD"),
        "receipt.json": (b"{}", "no archive"),
    }
    for name, (data, fault) in faults.items():
        assert verify.main([str(changed(name, data))]) == 1
        assert fault in capsys.readouterr().out
    assert verify.main([str(archive)]) == 0
    other = "media.example.com/ledger+00000000+AQAA"
    assert verify.main([str(archive), "--key", other]) == 1


async def test_a_volume_that_is_missing_is_told(ann):
    tally, first, _ = ann
    volume_path(first, tally.volume).unlink()
    with Opened(first) as archive, pytest.raises(Invalid, match="its last volume"):
        archive.manifest()
    assert verify.main([str(first)]) == 1


async def test_two_archives_differ_in_what_was_added(ann):
    _, first, second = ann
    assert differences(first, first) == []
    found = {each.what: (each.only_first, each.only_second) for each in differences(first, second)}
    assert found["assets/folders"] == (0, 1)
    assert "files" not in found
    assert {what for what in found if what.startswith(("people/", "accounts/"))} == set()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (3, 3),
        (True, "true"),
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
        ("@a", "'@a"),
        ("a=b", "a=b"),
        ({"b": 1, "a": ["é"]}, '{"a": ["é"], "b": 1}'),
    ],
)
def test_a_cell_is_never_a_formula(value: object, expected: object):
    assert cell(value) == expected


async def test_what_stands_in_cells_comes_back_out_of_them():
    file = io.BytesIO()
    twin = Twin(("a", "b"), file)
    twin.add([{"a": 'two\nlines, and "quotes"', "b": 1}, {"a": None}])
    told = b"".join([chunk async for chunk in twin.chunks()]).decode()
    assert list(csv.reader(io.StringIO(told, newline=""))) == [
        ["a", "b"],
        ['two\nlines, and "quotes"', "1"],
        ["", ""],
    ]
