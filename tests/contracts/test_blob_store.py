"""What every store of bytes promises, asked of each of them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from safelight.adapters.blobs import from_url
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.sealed import SealedBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.adapters.keys.memory_files import MemoryFileKeys
from safelight.kernel.errors import Invalid, NotAvailable, NotFound
from safelight.kernel.ids import random_name
from safelight.ports.blobs import BlobStore, Stat
from tests.contracts import stores

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with stores.s3() as url:
        yield url


@pytest.fixture(scope="module")
def azure_url() -> Iterator[str]:
    with stores.azure() as url:
        yield url


SEALED_CHARS_MAX = 240
"""The name of a sealed file is a little longer than the plain one's."""


def owner_of(key: str) -> str | None:
    return "cloud" if len(key.rpartition("/")[2]) <= SEALED_CHARS_MAX else None


@pytest.fixture(params=["memory", "local", "s3", "azure", "tiered", "sealed local", "sealed memory", "sealed tiered"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[BlobStore]:
    if request.param.startswith("sealed"):
        below = {
            "local": lambda: LocalBlobs(tmp_path / "blobs"),
            "memory": MemoryBlobs,
            "tiered": lambda: TieredBlobs(MemoryBlobs(), tmp_path / "cache", 100 * MIB),
        }[request.param.removeprefix("sealed ")]()
        made = SealedBlobs(below, MemoryFileKeys(), tmp_path / "staging", owner_of)
    elif request.param == "memory":
        made = MemoryBlobs()
    elif request.param == "local":
        made = LocalBlobs(tmp_path / "blobs")
    elif request.param == "tiered":
        made = TieredBlobs(MemoryBlobs(), tmp_path / "cache", 100 * MIB)
    else:
        made = from_url(request.getfixturevalue(f"{request.param}_url").format(random_name()))
    yield made
    await made.close()


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def content(store: BlobStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, start, end)])


async def keys(store: BlobStore, prefix: str) -> set[str]:
    return {stat.key async for stat in store.list(prefix)}


@pytest.mark.parametrize(
    "parts",
    [(), (b"",), (b"one",), (b"one", b"", b"two"), (b"x" * 700_000, b"y" * 700_001, b"z")],
    ids=["nothing", "empty", "one", "several", "large"],
)
async def test_what_was_put_can_be_read(store: BlobStore, parts: tuple[bytes, ...]):
    whole = b"".join(parts)
    assert await store.put("c/1/file", chunks(*parts)) == Stat("c/1/file", len(whole))
    assert await content(store, "c/1/file") == whole
    assert await store.stat("c/1/file") == Stat("c/1/file", len(whole))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 5, b"34"),
        (0, 1, b"0"),
        (9, 10, b"9"),
        (8, 1000, b"89"),
        (4, 4, b""),
        (5, 4, b""),
        (10, None, b""),
        (10, 12, b""),
        (99, 100, b""),
    ],
)
async def test_a_range_ends_before_its_end(store: BlobStore, start: int, end: int | None, expected: bytes):
    await store.put("range", chunks(b"0123456789"))
    assert await content(store, "range", start, end) == expected


async def test_no_byte_of_an_empty_file(store: BlobStore):
    await store.put("empty", chunks())
    assert await content(store, "empty") == b""
    assert await content(store, "empty", 0, 5) == b""


@pytest.mark.parametrize(
    "key",
    [
        "plain",
        "a/b/c/d/e/f",
        "a.b/c.d",
        "with space/and+plus",
        "ä/é/漢字",
        "100%/%2F/%41",
        "a=b&c?d#e",
        "x" * 255,
        "~/-_!'()*",
    ],
)
async def test_keys_come_back_as_they_were(store: BlobStore, key: str):
    await store.put(f"keys/{key}", chunks(b"here"))
    assert await content(store, f"keys/{key}") == b"here"
    assert (await store.stat(f"keys/{key}")).key == f"keys/{key}"
    assert await keys(store, "keys/") == {f"keys/{key}"}


@pytest.mark.parametrize(
    "key",
    [
        "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/./b", "a/..", ".hidden", "a/.hidden/b",
        "nul\0", "a\\b", "a\nb", "a/\x7f", "a\ud800", "x" * 256, "/".join(["part"] * 250),
    ],
)  # fmt: skip
async def test_odd_keys_are_refused_by_every_verb(store: BlobStore, key: str, tmp_path: Path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(Invalid):
        await store.put(key, chunks(b"x"))
    with pytest.raises(Invalid):
        await store.adopt(key, tmp_path / "file")
    with pytest.raises(Invalid):
        await content(store, key)
    with pytest.raises(Invalid):
        await store.stat(key)
    with pytest.raises(Invalid):
        await store.delete(key)
    assert (tmp_path / "file").exists()


@pytest.mark.parametrize("prefix", ["", "/", "a", "a/b", "../", "a/../", "a//"])
async def test_only_a_folder_can_be_deleted_as_a_prefix(store: BlobStore, prefix: str):
    with pytest.raises(Invalid):
        await store.delete_prefix(prefix)


async def test_a_put_replaces_what_was_there(store: BlobStore):
    await store.put("twice", chunks(b"a long first text"))
    await store.put("twice", chunks(b"second"))
    assert await content(store, "twice") == b"second"
    assert await keys(store, "twice") == {"twice"}


async def test_a_put_that_fails_leaves_nothing(store: BlobStore):
    async def torn() -> AsyncIterator[bytes]:
        yield b"x" * MIB
        raise ConnectionResetError("the client is gone")

    with pytest.raises(ConnectionResetError):
        await store.put("torn/file", torn())
    with pytest.raises(NotFound):
        await store.stat("torn/file")
    assert await keys(store, "torn/") == set()


async def test_a_put_that_fails_leaves_the_old_file(store: BlobStore):
    async def torn() -> AsyncIterator[bytes]:
        yield b"x" * MIB
        raise ValueError("a limit")

    await store.put("kept", chunks(b"old"))
    with pytest.raises(ValueError, match="a limit"):
        await store.put("kept", torn())
    assert await content(store, "kept") == b"old"


async def test_a_cancelled_put_leaves_nothing(store: BlobStore):
    begun = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"x" * MIB
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(store.put("slow/file", slow()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await keys(store, "slow/") == set()


@pytest.mark.parametrize("size_bytes", [0, 5, 3 * MIB], ids=["empty", "small", "large"])
async def test_an_adopted_file_is_stored_and_gone_from_its_place(store: BlobStore, tmp_path: Path, size_bytes: int):
    file = tmp_path / "staged"
    file.write_bytes(b"s" * size_bytes)
    assert await store.adopt("adopted/file", file) == Stat("adopted/file", size_bytes)
    assert not file.exists()
    assert await content(store, "adopted/file") == b"s" * size_bytes


async def test_a_file_that_is_not_there_cannot_be_adopted(store: BlobStore, tmp_path: Path):
    with pytest.raises(NotAvailable):
        await store.adopt("adopted/file", tmp_path / "missing")


@pytest.mark.parametrize("key", ["missing", "missing/deep/down", "there/below"])
async def test_what_is_not_there_is_not_found(store: BlobStore, key: str):
    await store.put("there", chunks(b"x"))
    with pytest.raises(NotFound):
        await store.stat(key)
    with pytest.raises(NotFound):
        await content(store, key)
    with pytest.raises(NotFound):
        await content(store, key, 2, 5)


async def test_a_folder_is_not_a_file(store: BlobStore):
    await store.put("folder/file", chunks(b"x"))
    with pytest.raises(NotFound):
        await store.stat("folder")
    with pytest.raises(NotFound):
        await content(store, "folder")
    await store.delete("folder")
    assert await content(store, "folder/file") == b"x"


async def test_deleting_twice_is_no_error(store: BlobStore):
    await store.put("gone/file", chunks(b"x"))
    await store.delete("gone/file")
    await store.delete("gone/file")
    await store.delete("never/was")
    with pytest.raises(NotFound):
        await store.stat("gone/file")


async def test_a_prefix_is_deleted_with_all_below_it_and_nothing_beside_it(store: BlobStore):
    for key in ("p/1/original", "p/1/d/a.jpg", "p/1/d/b.jpg", "p/10/original", "p/1.jpg", "q/1/original"):
        await store.put(key, chunks(b"x"))
    assert await store.delete_prefix("p/1/") == 3
    assert await keys(store, "p/") == {"p/10/original", "p/1.jpg"}
    assert await store.delete_prefix("p/1/") == 0
    assert await store.delete_prefix("never/was/") == 0
    assert await keys(store, "") == {"p/10/original", "p/1.jpg", "q/1/original"}


async def test_more_files_than_one_answer_of_a_store_holds(store: BlobStore):
    gate = asyncio.Semaphore(16)

    async def put(number: int) -> None:
        async with gate:
            await store.put(f"many/{number % 3}/{number}", chunks(b"x"))

    await asyncio.gather(*(put(number) for number in range(1100)))
    assert len(await keys(store, "many/")) == 1100
    assert await store.delete_prefix("many/") == 1100
    assert await keys(store, "many/") == set()


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("", {"a/b/1", "a/b/2", "a/bc", "ab/1"}),
        ("a", {"a/b/1", "a/b/2", "a/bc", "ab/1"}),
        ("a/", {"a/b/1", "a/b/2", "a/bc"}),
        ("a/b", {"a/b/1", "a/b/2", "a/bc"}),
        ("a/b/", {"a/b/1", "a/b/2"}),
        ("a/b/1", {"a/b/1"}),
        ("a/c", set()),
        ("z/", set()),
    ],
)
async def test_a_list_has_the_keys_that_begin_with_the_prefix(store: BlobStore, prefix: str, expected: set[str]):
    for key in ("a/b/1", "a/b/2", "a/bc", "ab/1"):
        await store.put(key, chunks(b"x"))
    assert await keys(store, prefix) == expected


async def test_a_list_tells_sizes(store: BlobStore):
    await store.put("sizes/one", chunks(b"x"))
    await store.put("sizes/three", chunks(b"xxx"))
    assert {stat async for stat in store.list("sizes/")} == {Stat("sizes/one", 1), Stat("sizes/three", 3)}


async def test_puts_of_one_key_at_once_leave_one_whole_file(store: BlobStore):
    texts = [bytes([65 + number]) * 300_000 for number in range(8)]
    await asyncio.gather(*(store.put("race", chunks(text[:100_000], text[100_000:])) for text in texts))
    assert await content(store, "race") in texts


async def test_a_reader_that_stops_early_is_no_trouble(store: BlobStore):
    await store.put("long", chunks(b"x" * (3 * MIB)))
    reader = store.open("long")
    assert await anext(reader)
    await reader.aclose()
    assert len(await content(store, "long")) == 3 * MIB


async def test_a_large_file_comes_back_in_pieces(store: BlobStore):
    name = random_name()

    async def many() -> AsyncIterator[bytes]:
        for number in range(24):
            yield bytes([number]) * MIB

    await store.put(name, many())
    pieces = [len(chunk) async for chunk in store.open(name)]
    assert sum(pieces) == 24 * MIB
    assert max(pieces) <= 8 * MIB
    assert await content(store, name, 5 * MIB - 1, 6 * MIB + 1) == b"\4" + b"\5" * MIB + b"\6"
