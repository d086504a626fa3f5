"""The original bytes: kept under one prefix a version, read as a stream or as a path."""

from datetime import UTC, datetime

import pytest

from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.assets.model import Asset, Facts
from safelight.assets.originals import Originals, version_prefix
from safelight.kernel.errors import NotFound, StoreFull
from safelight.kernel.media import Access, Kind
from tests.disk import files_up_to

NOW = datetime(2026, 1, 2, tzinfo=UTC)
VERSION = "0198c0ffee00700080000000000000ab"


@pytest.fixture
def asset():
    return Asset("id", "cloud", Kind.RAW, Access.UPLOAD, "a.txt", 1, VERSION, Facts(5, "", None), "", "a", NOW, NOW)


class FarBlobs(MemoryBlobs):
    """A store far away, which notes what is downloaded."""

    def __init__(self):
        super().__init__()
        self.read = []

    async def open(self, key, start=0, end=None):
        self.read.append(key)
        async for chunk in super().open(key, start, end):
            yield chunk


@pytest.fixture(params=["memory", "local", "cached"])
async def originals(request, tmp_path):
    stores = {
        "memory": MemoryBlobs,
        "local": lambda: LocalBlobs(tmp_path / "blobs"),
        "cached": lambda: TieredBlobs(MemoryBlobs(), tmp_path / "cache", 1024 * 1024),
    }
    blobs = stores[request.param]()
    yield Originals(blobs, tmp_path / "copies")
    await blobs.close()


async def read(chunks):
    return b"".join([chunk async for chunk in chunks])


async def kept(originals, tmp_path, data=b"bytes"):
    path = tmp_path / "staged"
    path.write_bytes(data)
    await originals.adopt("cloud", VERSION, path)
    assert not path.exists()


def test_all_of_one_version_lies_together():
    originals = Originals(MemoryBlobs(), None)
    assert originals.key("cloud", VERSION) == f"c/cloud/ab/{VERSION}/original"
    assert originals.key("cloud", VERSION).startswith(version_prefix("cloud", VERSION))


async def test_what_was_kept_is_read_whole_and_in_part(originals, asset, tmp_path):
    await kept(originals, tmp_path)
    assert await read(originals.open(asset)) == b"bytes"
    assert await read(originals.open(asset, 1, 3)) == b"yt"


async def test_a_path_to_read_leaves_nothing_behind(originals, asset, tmp_path):
    await kept(originals, tmp_path)
    async with originals.local(asset) as path:
        assert path.read_bytes() == b"bytes"
    assert not list((tmp_path / "copies").glob("*"))
    assert await read(originals.open(asset)) == b"bytes"


async def test_a_remote_original_is_downloaded_once_for_all_its_sizes(asset, tmp_path):
    far = FarBlobs()
    (tmp_path / "staged").write_bytes(b"bytes")
    await Originals(far, tmp_path / "copies").adopt("cloud", VERSION, tmp_path / "staged")
    here = TieredBlobs(far, tmp_path / "cache", 1024 * 1024)
    originals = Originals(here, tmp_path / "copies")
    for _ in range(3):
        async with originals.local(asset) as path:
            assert path.read_bytes() == b"bytes"
    await here.close()
    assert far.read == [originals.key("cloud", VERSION)]
    assert not (tmp_path / "copies").exists()


async def test_a_copy_that_finds_no_room_leaves_nothing(asset, tmp_path):
    originals = Originals(MemoryBlobs(), tmp_path / "copies")
    await kept(originals, tmp_path, bytes(5000))
    with files_up_to(1000), pytest.raises(StoreFull):
        async with originals.local(asset):
            pass
    assert not list((tmp_path / "copies").glob("*"))


async def test_what_is_not_there_is_not_found(originals, asset, tmp_path):
    with pytest.raises(NotFound):
        async with originals.local(asset):
            pass
    assert not list((tmp_path / "copies").glob("*"))
    await originals.drop("cloud", VERSION)


async def test_dropping_a_version_drops_all_below_it(originals, asset, tmp_path):
    await kept(originals, tmp_path)
    (tmp_path / "derived").write_bytes(b"d")
    await originals.blobs.adopt(version_prefix("cloud", VERSION) + "d/key.png", tmp_path / "derived")
    await originals.drop("cloud", VERSION)
    with pytest.raises(NotFound):
        await read(originals.open(asset))
    assert [stat async for stat in originals.blobs.list("c/")] == []
