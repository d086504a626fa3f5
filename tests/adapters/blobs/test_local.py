"""What only a store of local files does."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safelight.adapters.blobs.local import INCOMING, LocalBlobs
from safelight.kernel.errors import Conflict, Invalid, NotAvailable
from safelight.ports.blobs import HasFiles

# Another file system than that of the temporary folder, on every Linux.
SHARED_MEMORY = Path("/dev/shm")


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def content(store: LocalBlobs, key: str) -> bytes:
    return b"".join([chunk async for chunk in store.open(key)])


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


async def test_a_path_leads_to_the_file(tmp_path: Path):
    store = LocalBlobs(tmp_path / "deep" / "root")
    assert isinstance(store, HasFiles)
    await store.put("a/b", chunks(b"here"))
    assert store.path("a/b").read_bytes() == b"here"
    assert store.path("a/b").is_absolute()
    assert not store.path("not/there").exists()


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", ".incoming/x", "a\0b"])
def test_no_path_leads_out(tmp_path: Path, key: str):
    with pytest.raises(Invalid):
        LocalBlobs(tmp_path).path(key)


async def test_nothing_temporary_is_left(tmp_path: Path):
    async def torn() -> AsyncIterator[bytes]:
        yield b"x"
        raise ValueError

    store = LocalBlobs(tmp_path)
    await store.put("a", chunks(b"x"))
    with pytest.raises(ValueError):
        await store.put("b", torn())
    assert files_below(tmp_path) == {"a", INCOMING}


async def test_empty_folders_are_taken_away(tmp_path: Path):
    store = LocalBlobs(tmp_path)
    for key in ("a/b/c/1", "a/b/d/2", "e/f/3"):
        await store.put(key, chunks(b"x"))
    await store.delete("a/b/c/1")
    assert files_below(tmp_path) == {INCOMING, "a", "a/b", "a/b/d", "a/b/d/2", "e", "e/f", "e/f/3"}
    await store.delete_prefix("e/f/")
    await store.delete("a/b/d/2")
    assert files_below(tmp_path) == {INCOMING}


async def test_a_put_survives_the_deletes_around_it(tmp_path: Path):
    """A delete takes the empty folder away between the making of it and the rename into it."""
    store = LocalBlobs(tmp_path)

    async def come_and_go(number: int) -> None:
        for _ in range(40):
            await store.put(f"a/b/c/{number}", chunks(b"x"))
            await store.delete(f"a/b/c/{number}")
            await store.delete_prefix("a/b/d/")

    await asyncio.gather(*(come_and_go(number) for number in range(6)), _put_and_read(store))
    assert files_below(tmp_path) == {INCOMING}


async def _put_and_read(store: LocalBlobs) -> None:
    for number in range(60):
        await store.put(f"a/b/kept/{number}", chunks(b"here"))
        assert await content(store, f"a/b/kept/{number}") == b"here"
        await store.delete(f"a/b/kept/{number}")


@pytest.fixture
def file_of_another_disk(tmp_path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as folder:
        assert os.stat(folder).st_dev != os.stat(tmp_path).st_dev
        Path(folder, "staged").write_bytes(b"x" * 1_000_000)
        yield Path(folder, "staged")


async def test_a_file_of_another_disk_is_adopted(tmp_path: Path, file_of_another_disk: Path):
    store = LocalBlobs(tmp_path)
    await store.adopt("a/b", file_of_another_disk)
    assert files_below(file_of_another_disk.parent) == set()
    assert await content(store, "a/b") == b"x" * 1_000_000
    assert files_below(tmp_path) == {INCOMING, "a", "a/b"}


@pytest.mark.parametrize("key", ["a", "a/b/c"])
async def test_a_file_and_a_folder_cannot_share_a_name(tmp_path: Path, key: str):
    store = LocalBlobs(tmp_path)
    await store.put("a/b", chunks(b"x"))
    with pytest.raises(Conflict):
        await store.put(key, chunks(b"y"))
    assert await content(store, "a/b") == b"x"
    assert files_below(tmp_path) == {INCOMING, "a", "a/b"}


async def test_a_root_that_is_a_file_is_not_available(tmp_path: Path):
    (tmp_path / "root").write_text("a file")
    with pytest.raises((NotAvailable, Conflict)):
        await LocalBlobs(tmp_path / "root").put("a", chunks(b"x"))


async def test_what_crashed_puts_left_is_swept(tmp_path: Path):
    store = LocalBlobs(tmp_path)
    await store.put("kept", chunks(b"x"))
    long_ago, now = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    for name, at in (("old", long_ago), ("new", now)):
        leftover = tmp_path / INCOMING / name
        leftover.write_text("half")
        os.utime(leftover, (at.timestamp(), at.timestamp()))
    os.utime(store.path("kept"), (long_ago.timestamp(), long_ago.timestamp()))
    assert await store.sweep(now - timedelta(days=1)) == 1
    assert files_below(tmp_path) == {INCOMING, f"{INCOMING}/new", "kept"}
    assert await LocalBlobs(tmp_path / "never" / "used").sweep(now) == 0


async def test_a_reader_keeps_the_file_that_it_opened(tmp_path: Path):
    store = LocalBlobs(tmp_path)
    await store.put("a", chunks(b"x" * 2_000_000))
    reader = store.open("a")
    first = await anext(reader)
    await store.put("a", chunks(b"y"))
    await store.delete("a")
    assert first + b"".join([chunk async for chunk in reader]) == b"x" * 2_000_000
