"""The cache before a slow store."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.kernel.errors import NotAvailable, NotFound
from safelight.ports.blobs import HasCopies, HasFiles

KIB = 1024


class SlowBlobs(MemoryBlobs):
    """A store that notes what is read, and waits at a gate if one is set."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self.gate: asyncio.Event | None = None
        self.reached = asyncio.Event()
        self.cut_bytes: int | None = None

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        self.read.append(key)
        async for chunk in super().open(key, start, end):
            self.reached.set()
            if self.gate is not None:
                await self.gate.wait()
            yield chunk[: self.cut_bytes]


@pytest.fixture
def store() -> SlowBlobs:
    return SlowBlobs()


@pytest.fixture
async def tiered(store: SlowBlobs, tmp_path: Path) -> AsyncIterator[TieredBlobs]:
    made = TieredBlobs(store, tmp_path / "cache", 800 * KIB)
    yield made
    await made.close()


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def content(store: TieredBlobs, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, start, end)])


def files_below(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


async def test_a_second_read_does_not_ask_the_store(store: SlowBlobs, tiered: TieredBlobs):
    await store.put("a", chunks(b"here"))
    assert [await content(tiered, "a") for _ in range(3)] == [b"here"] * 3
    assert await content(tiered, "a", 1, 3) == b"er"
    assert store.read == ["a"]


async def test_what_was_written_is_there_to_read(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path):
    await tiered.put("a", chunks(b"one"))
    (tmp_path / "staged").write_bytes(b"two")
    await tiered.adopt("b", tmp_path / "staged")
    assert (await content(tiered, "a"), await content(tiered, "b")) == (b"one", b"two")
    assert store.read == []
    assert b"".join([chunk async for chunk in store.open("a")]) == b"one"


async def test_a_part_of_what_is_not_here_is_read_from_the_store(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path):
    await store.put("a", chunks(b"0123456789"))
    assert await content(tiered, "a", 2, 4) == b"23"
    assert files_below(tmp_path) == {}


async def test_who_asks_at_once_waits_for_one_download(store: SlowBlobs, tiered: TieredBlobs):
    await store.put("a", chunks(b"here"))
    assert await asyncio.gather(*(content(tiered, "a") for _ in range(10))) == [b"here"] * 10
    assert store.read == ["a"]


async def test_who_goes_away_does_not_stop_the_download_for_others(store: SlowBlobs, tiered: TieredBlobs):
    await store.put("a", chunks(b"here"))
    store.gate = asyncio.Event()
    first, second = (asyncio.create_task(content(tiered, "a")) for _ in range(2))
    await store.reached.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    store.gate.set()
    assert await second == b"here"
    assert store.read == ["a"]


async def test_the_cache_stays_below_its_size(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path):
    for number in range(60):
        await store.put(str(number), chunks(b"x" * 50 * KIB))
        assert len(await content(tiered, str(number))) == 50 * KIB
        assert sum(files_below(tmp_path).values()) <= 800 * KIB
    assert sum(files_below(tmp_path).values()) >= 400 * KIB


async def test_what_was_not_read_for_longest_goes_first(store: SlowBlobs, tiered: TieredBlobs):
    for number in range(40):
        await store.put(str(number), chunks(b"x" * 50 * KIB))
        await content(tiered, str(number))
        await content(tiered, "0")
    assert store.read.count("0") == 1
    await content(tiered, "1")
    assert store.read.count("1") == 2


async def test_a_large_file_passes_by(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path):
    await store.put("a", chunks(b"x" * 200 * KIB))
    assert len(await content(tiered, "a")) == 200 * KIB
    await tiered.put("b", chunks(b"x" * 200 * KIB))
    assert files_below(tmp_path) == {}


@pytest.mark.parametrize("size_bytes", [0, 4, 200 * KIB], ids=["empty", "small", "large"])
async def test_a_path_is_lent_and_gone_afterwards(
    store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path, size_bytes: int
):
    assert isinstance(tiered, HasCopies)
    assert not isinstance(tiered, HasFiles)
    await store.put("a/b", chunks(b"x" * size_bytes))
    async with tiered.local("a/b") as path:
        # Nothing that happens to the copy meanwhile takes it from the reader.
        await tiered.delete("a/b")
        assert path.read_bytes() == b"x" * size_bytes
    assert not path.exists()
    assert files_below(tmp_path) == {}


async def test_a_path_of_what_is_not_there_is_not_found(tiered: TieredBlobs, tmp_path: Path):
    with pytest.raises(NotFound):
        async with tiered.local("a"):
            pass
    assert files_below(tmp_path) == {}


async def test_a_file_that_is_deleted_while_it_comes_does_not_stay(
    store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path
):
    await store.put("a/b", chunks(b"here"))
    store.gate = asyncio.Event()
    reading = asyncio.create_task(content(tiered, "a/b"))
    await store.reached.wait()
    await tiered.delete_prefix("a/")
    store.gate.set()
    with pytest.raises(NotFound):
        await reading
    assert files_below(tmp_path) == {}


@pytest.mark.parametrize("verb", ["delete", "delete_prefix", "forget"])
async def test_no_copy_stays_of_what_is_deleted(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path, verb: str):
    await tiered.put("a/b", chunks(b"here"))
    assert files_below(tmp_path)
    await getattr(tiered, verb)("a/b" if verb == "delete" else "a/")
    assert files_below(tmp_path) == {}


async def test_a_replaced_file_is_read_anew(tiered: TieredBlobs):
    await tiered.put("a", chunks(b"one"))
    assert await content(tiered, "a") == b"one"
    await tiered.put("a", chunks(b"x" * 200 * KIB))
    assert len(await content(tiered, "a")) == 200 * KIB


async def test_a_download_that_is_cut_short_is_not_kept(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path):
    await store.put("a", chunks(b"here"))
    store.cut_bytes = 2
    with pytest.raises(NotAvailable):
        await content(tiered, "a")
    assert files_below(tmp_path) == {}
    store.cut_bytes = None
    assert await content(tiered, "a") == b"here"


async def test_what_nobody_reads_is_swept(store: SlowBlobs, tiered: TieredBlobs, tmp_path: Path):
    now = datetime(2030, 1, 1, tzinfo=UTC)
    for key in ("old", "new"):
        await tiered.put(f"a/{key}", chunks(b"x"))
    (tmp_path / "cache" / ".held" / "left").write_text("by a crash")
    for name, days in (("a/old", 2), ("a/new", 0), (".held/left", 2)):
        at = (now - timedelta(days=days)).timestamp()
        os.utime(tmp_path / "cache" / name, (at, at))
    assert await tiered.sweep(now - timedelta(days=1)) == 2
    assert files_below(tmp_path / "cache") == {"a/new": 1}
    assert await content(tiered, "a/old") == b"x"
