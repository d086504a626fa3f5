"""The look at what lies in the store (PP-62) knows a store that does not seal, one that loses, and one that may not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.sealed import SealedBlobs
from safelight.adapters.keys.memory_files import MemoryFileKeys
from safelight.boot.sealing import are_sealed
from safelight.ports.blobs import Stat
from safelight.vault.places import owner_of


class Plain(SealedBlobs):
    """A store that says that it seals, and does not: the planted fault."""

    async def put(self, key: str, chunks: AsyncIterator[bytes]) -> Stat:
        return await self.below.put(key, chunks)


def store(kind: type[SealedBlobs] = SealedBlobs, *, is_on: bool = True) -> SealedBlobs:
    return kind(MemoryBlobs(), MemoryFileKeys(), Path("nowhere"), owner_of, is_on=is_on)


@pytest.mark.parametrize(
    ("blobs", "status", "words"),
    [
        (store(), "PASS", "sealed, opened, and forgotten"),
        (store(is_on=False), "PASS", "so the operator wants it"),
        (store(Plain), "FAIL", "lies in the store as it is"),
    ],
)
async def test_what_lies_in_the_store_is_looked_at(blobs: SealedBlobs, status: str, words: str):
    found = await are_sealed(blobs)
    assert found.status == status
    assert words in found.evidence
    assert not [stat async for stat in blobs.below.list("")]
