"""SealedBlobs: what lies below it means nothing, old plain files are read on, and a lost secret is a lost file."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from safelight.adapters.blobs import frames, lent
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.sealed import SUFFIX, SealedBlobs
from safelight.adapters.blobs.sealed_file import BATCH_BYTES
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.adapters.keys.memory_files import MemoryFileKeys
from safelight.kernel.errors import Internal, Invalid, KeyWithdrawn, NotFound
from safelight.ports.blobs import BlobStore
from safelight.vault.places import owner_of

CANARY = b"canary 7c41f0, in the clear"
ORIGINAL = "c/cloud1/ab/version1ab/original"
DERIVED = "c/cloud1/ab/version1ab/d/key.jpg"
F = frames.FRAME_BYTES


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def content(store: BlobStore, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([chunk async for chunk in store.open(key, start, end)])


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Below:
    """A sealed store, and what is below it."""

    def __init__(self, folder: Path, store: BlobStore) -> None:
        self.keys = MemoryFileKeys()
        self.store = store
        self.sealed = SealedBlobs(store, self.keys, folder / "staging", owner_of)
        self.off = SealedBlobs(store, self.keys, folder / "staging", owner_of, is_on=False)

    async def everything(self) -> bytes:
        return b"".join([await content(self.store, stat.key) async for stat in self.store.list("")])


@pytest.fixture(params=["local", "memory", "tiered"])
def below(request: pytest.FixtureRequest, tmp_path: Path) -> Below:
    stores = {
        "local": lambda: LocalBlobs(tmp_path / "blobs"),
        "memory": MemoryBlobs,
        "tiered": lambda: TieredBlobs(MemoryBlobs(), tmp_path / "cache", 1 << 30),
    }
    return Below(tmp_path, stores[request.param]())


@pytest.mark.parametrize(
    ("key", "is_sealed"),
    [
        (ORIGINAL, True),
        ("u/cloud1/session/1", True),
        ("w/cloud1/1", True),
        ("x/export/000", True),
        (DERIVED, False),
        ("c/cloud1/ab/version1ab/i/2048.jpg", False),
        ("probe/1", False),
    ],
)
async def test_originals_and_what_becomes_one_are_sealed_and_derived_files_are_not(below: Below, key, is_sealed):
    await below.sealed.put(key, chunks(CANARY))
    assert await content(below.sealed, key) == CANARY
    assert (CANARY in await below.everything()) is not is_sealed


async def test_an_adopted_file_is_sealed_and_the_plain_one_is_gone(below: Below, tmp_path: Path):
    staged = tmp_path / "staged"
    staged.write_bytes(CANARY * 100_000)
    assert (await below.sealed.adopt(ORIGINAL, staged)).size_bytes == len(CANARY) * 100_000
    assert not staged.exists()
    assert CANARY not in await below.everything()
    assert not [path for path in files(tmp_path) if CANARY in path.read_bytes()]
    assert await content(below.sealed, ORIGINAL) == CANARY * 100_000


RANGES = [
    (0, None),
    (0, 1),
    (F - 1, F + 1),
    (F, 2 * F),
    (5, BATCH_BYTES + 5),
    (BATCH_BYTES, None),
    (BATCH_BYTES + F + 1, 10**9),
    (3 * BATCH_BYTES, None),
]


@pytest.mark.parametrize("size_bytes", [0, 1, F, 2 * F, BATCH_BYTES, BATCH_BYTES + 1, 2 * BATCH_BYTES + 3 * F])
async def test_every_range_is_as_in_the_plain_file(below: Below, size_bytes: int):
    plain = os.urandom(size_bytes)
    await below.sealed.put(ORIGINAL, chunks(plain[: size_bytes // 3], plain[size_bytes // 3 :]))
    for start, end in RANGES:
        assert await content(below.sealed, ORIGINAL, start, end) == plain[start:end], (start, end)


async def test_a_file_without_its_secret_is_not_there(below: Below):
    await below.sealed.put(ORIGINAL, chunks(CANARY))
    await below.keys.destroy("cloud1", ORIGINAL)
    with pytest.raises(NotFound):
        await content(below.sealed, ORIGINAL)


@pytest.mark.parametrize("prefix", ["c/cloud1/", "c/cloud1/ab/version1ab/"])
async def test_to_delete_what_lies_below_a_prefix_destroys_its_secrets(below: Below, prefix: str):
    await below.sealed.put(ORIGINAL, chunks(CANARY))
    copy = await content(below.store, ORIGINAL + SUFFIX)
    await below.sealed.delete_prefix(prefix)
    assert await below.keys.find("cloud1", ORIGINAL) is None
    # What was copied before, and is brought back, is worth nothing.
    await below.store.put(ORIGINAL + SUFFIX, chunks(copy))
    with pytest.raises(NotFound):
        await content(below.sealed, ORIGINAL)


async def test_nothing_opens_while_the_key_is_withdrawn_and_everything_afterwards(below: Below):
    await below.sealed.put(ORIGINAL, chunks(CANARY))
    below.keys.withdrawn.add("cloud1")
    with pytest.raises(KeyWithdrawn, match="withdrawn its key"):
        await content(below.sealed, ORIGINAL)
    with pytest.raises(KeyWithdrawn):
        await below.sealed.put("c/cloud1/cd/version2cd/original", chunks(b"new"))
    below.keys.withdrawn.clear()
    assert await content(below.sealed, ORIGINAL) == CANARY


async def test_old_plain_files_are_read_and_sealed_one_by_one(below: Below):
    await below.off.put(ORIGINAL, chunks(CANARY))
    await below.off.put(DERIVED, chunks(b"made of it"))
    assert CANARY in await below.everything()
    assert await content(below.sealed, ORIGINAL, 7, 13) == CANARY[7:13]
    assert [stat.key async for stat in below.sealed.plain("c/")] == [ORIGINAL]
    assert await below.sealed.seal(ORIGINAL)
    assert not await below.sealed.seal(ORIGINAL)
    assert CANARY not in await below.everything()
    assert await content(below.sealed, ORIGINAL) == CANARY
    assert (await below.sealed.stat(ORIGINAL)).size_bytes == len(CANARY)
    assert not [stat async for stat in below.sealed.plain("c/")]


async def test_a_sealing_that_was_stopped_goes_on(below: Below):
    """The sealed file was there, and the plain one not gone yet."""
    await below.off.put(ORIGINAL, chunks(CANARY))
    await below.sealed.put(ORIGINAL, chunks(CANARY))
    assert await below.sealed.seal(ORIGINAL)
    assert CANARY not in await below.everything()
    assert await content(below.sealed, ORIGINAL) == CANARY


async def test_where_it_is_off_sealed_files_are_opened_and_new_ones_are_plain(below: Below):
    await below.sealed.put(ORIGINAL, chunks(CANARY))
    assert await content(below.off, ORIGINAL) == CANARY
    await below.off.put(ORIGINAL, chunks(b"new"))
    assert await content(below.sealed, ORIGINAL) == b"new"
    assert [stat.key async for stat in below.store.list("")] == [ORIGINAL]


async def test_sealing_loses_nothing_where_new_files_are_plain(below: Below):
    await below.off.put(ORIGINAL, chunks(CANARY))
    assert await below.off.seal(ORIGINAL)
    assert not await below.off.seal(ORIGINAL)
    assert CANARY not in await below.everything()
    assert await content(below.off, ORIGINAL) == CANARY
    await below.off.put(DERIVED, chunks(b"made of it"))
    assert not await below.off.seal(DERIVED)
    assert await content(below.off, DERIVED) == b"made of it"


async def test_a_file_that_is_sealed_while_it_is_deleted_does_not_stay(tmp_path: Path):
    class Slow(MemoryBlobs):
        """Before the plain file goes, somebody has sealed it, and seen that it was still there."""

        async def delete(self, key: str) -> None:
            if key == ORIGINAL:
                await below.sealed.put(ORIGINAL, chunks(CANARY))
            await super().delete(key)

    below = Below(tmp_path, Slow())
    await below.off.put(ORIGINAL, chunks(CANARY))
    await below.sealed.delete(ORIGINAL)
    assert not [stat async for stat in below.store.list("")]
    with pytest.raises(NotFound):
        await content(below.sealed, ORIGINAL)


async def test_a_plain_file_that_cannot_be_stored_leaves_the_sealed_one(below: Below):
    async def broken() -> AsyncIterator[bytes]:
        yield b"new"
        raise Invalid("It stopped.")

    await below.sealed.put(ORIGINAL, chunks(CANARY))
    with pytest.raises(Invalid):
        await below.off.put(ORIGINAL, broken())
    assert await content(below.off, ORIGINAL) == CANARY


@pytest.mark.parametrize("size_bytes", [10, 3 * BATCH_BYTES + 1, lent.MEMORY_EACH_BYTES_MAX + 1])
async def test_plain_bytes_are_lent_in_a_file_that_has_no_name(below: Below, tmp_path: Path, size_bytes: int):
    plain = os.urandom(size_bytes)
    await below.sealed.put(ORIGINAL, chunks(plain))
    async with below.sealed.local(ORIGINAL) as path:
        assert path.read_bytes() == plain
        assert path.read_bytes() == plain
        assert not [each for each in files(tmp_path) if each.stat().st_size == size_bytes]
    with pytest.raises(FileNotFoundError):
        path.read_bytes()


async def test_a_head_is_as_long_as_the_whole_and_its_beginning_alone_is_opened(below: Below):
    plain = os.urandom(3 * BATCH_BYTES + 1)
    await below.sealed.put(ORIGINAL, chunks(plain))
    async with below.sealed.head(ORIGINAL, BATCH_BYTES) as path:
        assert path is not None
        assert path.read_bytes() == plain[:BATCH_BYTES] + bytes(len(plain) - BATCH_BYTES)
    with pytest.raises(FileNotFoundError):
        path.read_bytes()


@pytest.mark.parametrize(("key", "size_bytes"), [(ORIGINAL, BATCH_BYTES), (DERIVED, 2 * BATCH_BYTES)])
async def test_of_what_is_small_or_plain_no_head_is_lent(below: Below, key: str, size_bytes: int):
    await below.sealed.put(key, chunks(bytes(size_bytes)))
    async with below.sealed.head(key, BATCH_BYTES) as path:
        assert path is None


async def test_what_is_plain_is_lent_as_before(below: Below):
    await below.sealed.put(DERIVED, chunks(b"made"))
    async with below.sealed.local(DERIVED) as path:
        assert path.read_bytes() == b"made"
    with pytest.raises(NotFound):
        async with below.sealed.local("c/cloud1/ab/version1ab/d/none.jpg"):
            pytest.fail("there was none")


@pytest.mark.parametrize("key", [ORIGINAL, DERIVED])
async def test_who_leaves_while_a_file_is_opened_leaves_it_closed(tmp_path: Path, key: str):
    below = Below(tmp_path, LocalBlobs(tmp_path / "blobs"))
    await below.sealed.put(key, chunks(bytes(3 * BATCH_BYTES)))
    before = len(os.listdir("/dev/fd"))
    for _ in range(20):
        reading = asyncio.create_task(content(below.sealed, key))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait([reading])
    assert len(os.listdir("/dev/fd")) == before


async def test_who_leaves_while_room_is_made_on_disk_leaves_nothing_open(tmp_path: Path):
    lender = lent.Lender(tmp_path)

    async def lends() -> None:
        async with lender.lent(lent.MEMORY_EACH_BYTES_MAX + 1):
            await asyncio.sleep(0)

    before = len(os.listdir("/dev/fd"))
    for _ in range(20):
        lending = asyncio.create_task(lends())
        await asyncio.sleep(0)
        lending.cancel()
        await asyncio.wait([lending])
    assert len(os.listdir("/dev/fd")) == before


async def test_a_path_is_told_of_plain_files_alone(tmp_path: Path):
    below = Below(tmp_path, LocalBlobs(tmp_path / "blobs"))
    assert below.sealed.path(DERIVED) == tmp_path / "blobs" / DERIVED
    assert below.sealed.path(ORIGINAL) is None


@pytest.mark.parametrize("cut", [-1, -F, frames.HEADER_BYTES, frames.HEADER_BYTES - 1, 0])
async def test_a_file_that_was_cut_is_no_shorter_file(below: Below, cut: int):
    await below.sealed.put(ORIGINAL, chunks(os.urandom(3 * F)))
    whole = await content(below.store, ORIGINAL + SUFFIX)
    await below.store.put(ORIGINAL + SUFFIX, chunks(whole[:cut]))
    with pytest.raises(Internal, match="cannot be opened"):
        await content(below.sealed, ORIGINAL)


async def test_two_files_cannot_take_each_others_places(below: Below):
    other = "c/cloud1/cd/version2cd/original"
    await below.sealed.put(ORIGINAL, chunks(b"mine"))
    await below.sealed.put(other, chunks(b"another's"))
    await below.store.put(ORIGINAL + SUFFIX, chunks(await content(below.store, other + SUFFIX)))
    with pytest.raises(Internal, match="cannot be opened"):
        await content(below.sealed, ORIGINAL)
