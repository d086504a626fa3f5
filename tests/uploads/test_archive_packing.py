"""Packing: what goes in comes out, whatever the size and the name; who leaves early leaves nothing open."""

import io
import tarfile
import zipfile
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime

import pytest

from safelight.kernel.errors import NotFound
from safelight.uploads.archive_packing import ArchiveFormat, Entry, pack, with_first

MOMENT = datetime(2024, 5, 6, 7, 8, 10, tzinfo=UTC)
FILES = {"a.txt": b"", "b/ü 🙂.txt": b"word " * 100_000, "c.jpg": bytes(range(256)) * 1000, "x" * 180: b"1"}


class Source:
    """Entries that know whether they were closed."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.is_open = False
        self.open_files = 0

    async def entries(self) -> AsyncGenerator[Entry]:
        self.is_open = True
        try:
            for name, data in self.files.items():
                chunks = self.chunks(data)
                try:
                    yield Entry(name, len(data), MOMENT, chunks, is_packed=name.endswith("jpg"))
                finally:
                    await chunks.aclose()
        finally:
            self.is_open = False

    async def chunks(self, data: bytes) -> AsyncGenerator[bytes]:
        self.open_files += 1
        try:
            for start in range(0, len(data), 10_000):
                yield data[start : start + 10_000]
        finally:
            self.open_files -= 1


def unpacked(data: bytes, format: ArchiveFormat) -> dict[str, bytes]:
    if format is ArchiveFormat.ZIP:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name) for name in archive.namelist()}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        return {one.name: archive.extractfile(one).read() for one in archive.getmembers()}


async def whole(chunks: AsyncGenerator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize("format", ArchiveFormat)
@pytest.mark.parametrize("files", [FILES, {}], ids=["some", "none"])
async def test_what_goes_in_comes_out(format, files):
    source = Source(files)
    assert unpacked(await whole(pack(format, source.entries())), format) == files
    assert not source.is_open
    assert source.open_files == 0


@pytest.mark.parametrize("format", ArchiveFormat)
async def test_words_become_smaller_and_pictures_are_left_as_they_are(format):
    packed = await whole(pack(format, Source(FILES).entries()))
    assert len(packed) < 300_000


@pytest.mark.parametrize("format", ArchiveFormat)
async def test_who_leaves_early_leaves_nothing_open(format):
    source = Source({"a": bytes(200_000), "b": b"b"})
    packing = pack(format, source.entries())
    await anext(packing)
    await packing.aclose()
    assert (source.is_open, source.open_files) == (False, 0)


@pytest.mark.parametrize("format", ArchiveFormat)
async def test_a_fault_of_a_file_ends_the_archive(format):
    async def entries() -> AsyncGenerator[Entry]:
        yield Entry("a", 1, MOMENT, with_first(b"a", nothing()))
        raise NotFound("gone")

    with pytest.raises(NotFound):
        await whole(pack(format, entries()))


async def nothing(chunks: Sequence[bytes] = ()) -> AsyncGenerator[bytes]:
    for chunk in chunks:
        yield chunk
