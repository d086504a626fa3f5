"""A stream becomes a file while it comes in: written and hashed beside, whole or not at all."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from safelight.kernel.errors import TooMuch
from safelight.uploads.staging import BATCH_BYTES, Staging


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


@pytest.mark.parametrize(
    "sizes",
    [(), (1,), (BATCH_BYTES - 1,), (BATCH_BYTES, 1), (300_000,) * 11, (BATCH_BYTES * 3 + 7, 5, BATCH_BYTES)],
)
async def test_what_came_in_is_there_with_its_hash(tmp_path: Path, sizes: tuple[int, ...]):
    chunks = [bytes([number + 1]) * size for number, size in enumerate(sizes)]
    whole = b"".join(chunks)
    staged = await Staging(tmp_path).stage(stream(*chunks), size_bytes_max=10**9)
    assert staged.path.read_bytes() == whole
    assert (staged.size_bytes, staged.md5) == (len(whole), hashlib.md5(whole).hexdigest())
    assert whole.startswith(staged.head)


async def test_a_stream_that_is_too_long_leaves_nothing(tmp_path: Path):
    with pytest.raises(TooMuch):
        await Staging(tmp_path).stage(stream(*[b"x" * BATCH_BYTES] * 4), size_bytes_max=3 * BATCH_BYTES)
    assert not os.listdir(tmp_path)


async def test_who_goes_away_in_the_middle_leaves_nothing(tmp_path: Path):
    came = asyncio.Event()

    async def half() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b"x" * BATCH_BYTES
        came.set()
        await asyncio.Event().wait()

    staging = asyncio.create_task(Staging(tmp_path).stage(half(), size_bytes_max=10**9))
    await came.wait()
    assert os.listdir(tmp_path)
    staging.cancel()
    await asyncio.gather(staging, return_exceptions=True)
    assert not os.listdir(tmp_path)
