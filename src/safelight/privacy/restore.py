"""Restore: an archive of another installation is taken in, where nothing of it is yet: same account, same files.

What proves who somebody is never left the other installation: keys are issued anew, and people set new passwords.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Keeper, Stored
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.privacy.archive import safe_name
from safelight.privacy.opened import Opened

BATCH_ROWS = 500
MEDIA = "media/"
CHUNK_BYTES = 1024 * 1024
LINE_BYTES_MAX = 64 * 1024 * 1024
"""Longest record that is read."""


@runtime_checkable
class Portable(Protocol):
    """What a context can take in (ports/rows.py)."""

    context: str

    @property
    def portable(self) -> Sequence[str]: ...

    async def take(self, transaction: Session, sheet: str, facts: Sequence[Mapping[str, Any]]) -> Sequence[Stored]: ...


@dataclass(frozen=True)
class Taken:
    """How many records of each sheet, how many files, and which records stayed in the archive."""

    records: Mapping[str, int]
    files: int
    left: Sequence[str]


@dataclass(frozen=True)
class Restore:
    database: Database
    keepers: Sequence[Keeper[Session]]
    blobs: BlobStore

    async def __call__(self, path: Path) -> Taken:
        """All records or none; the bytes first. Raises Invalid for no archive of ours, Conflict for what is there."""
        with await asyncio.to_thread(Opened, path) as archive:
            manifest = archive.manifest()
            if not manifest.get("complete"):
                raise Invalid("This archive is not complete: its manifest says what is missing.")
            if masked := {each["path"] for each in manifest.get("redactions", []) if each["path"].startswith(MEDIA)}:
                raise Invalid(
                    f"In this archive others are masked in {len(masked)} files, which are not those of their records; "
                    "take one that was made by `safelight privacy export --mask none`."
                )
            portable = [each for each in self.keepers if isinstance(each, Portable)]
            wanted = [(keeper, sheet) for keeper in portable for sheet in keeper.portable]
            records, files = dict[str, int](), 0
            async with self.database.transaction() as session:
                for keeper, sheet in wanted:
                    name = f"data/{keeper.context}/{sheet}.jsonl"
                    for batch in _batches(archive, name):
                        stored = await keeper.take(session, sheet, batch)
                        records[sheet] = records.get(sheet, 0) + len(batch)
                        files += await self._files(archive, stored, batch)
            counted = {each["name"]: each["count"] for each in manifest["entities"]}
            left = sorted(name for name, count in counted.items() if count and name not in records)
            return Taken(records, files, left)

    async def _files(self, archive: Opened, stored: Sequence[Stored], facts: Sequence[Mapping[str, Any]]) -> int:
        for file, record in zip(stored, facts, strict=False):
            name = f"media/{safe_name(file.name, str(record.get('id', '')))}"
            await self.blobs.put(file.key, _chunks(archive, name))
        return len(stored)


def _batches(archive: Opened, name: str) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for line in archive.lines(name, LINE_BYTES_MAX):
        batch.append(json.loads(line))
        if len(batch) >= BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


async def _chunks(archive: Opened, name: str) -> AsyncIterator[bytes]:
    with archive.open(name) as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
            yield chunk
