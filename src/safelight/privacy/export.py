"""Export: everything about somebody in one archive: streamed to who runs a command, or kept for some days as a file."""

import builtins
import hashlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import IO, Any

from sqlalchemy import RowMapping

from safelight.kernel.clock import Clock
from safelight.kernel.errors import Gone, NotFound, TooMuch
from safelight.kernel.holdings import Subject
from safelight.kernel.ids import new_id
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.ports.queue import Job
from safelight.privacy import ledger, store_subjects
from safelight.privacy.archive import Archive, Asked, Part, Tally
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.erasure import key_of, opened, sealed
from safelight.privacy.events import ExportReady
from safelight.privacy.receipts import Claims, Receipts
from safelight.privacy.volumes import Volumes

JOB = "export_subject"
CLAUSE = "PP-45"
SPOOL_BYTES = 1024 * 1024
OPEN_MAX = 3
"""Most archives that one person has at the same time."""
LISTED_MAX = 20
SWEPT_MAX = 100
BYTES_MAX = 2 * 1024**3
PREFIX = "x/"
SIGNED = "safelight-export manifest"
"""The first line of what is signed."""

Pack = Callable[[AsyncGenerator[Part]], AsyncGenerator[bytes]]
"""Files that come one after the other -> the bytes of one archive."""


class State(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    GONE = "gone"


@dataclass(frozen=True)
class Kept:
    """An archive that somebody asked for."""

    id: str
    state: State
    size_bytes: int | None
    is_complete: bool | None
    downloads: int
    created_at: datetime
    expires_at: datetime
    volumes: Sequence[int]
    """Bytes of each of the archives that it is."""


@dataclass(frozen=True)
class Export:
    """Start, make, hand out and forget."""

    database: Database
    archive: Archive
    blobs: BlobStore
    keys: KeyStore
    clock: Clock
    pack: Pack
    receipts: Receipts
    controller: str
    days: int
    downloads_max: int
    bytes_max: int = BYTES_MAX

    async def write(self, subject: Subject, opened: Callable[[int], AbstractContextManager[IO[bytes]]]) -> Tally:
        """Into files, one for each volume by its number; what went in."""
        with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as lines:
            tally = Tally(lines)
            async with aclosing(self._volumes(subject, new_id(), tally)) as volumes:
                async for volume in volumes:
                    with opened(tally.volume) as file:
                        async for chunk in volume:
                            file.write(chunk)
            return tally

    async def start(self, session: Session, subject: Subject, account_id: str, user_id: str) -> str:
        """It will be made, and kept for some days for who asked. Raises TooMuch while others are there."""
        mine = await store_subjects.exports_of(session, account_id, user_id, LISTED_MAX)
        if len([row for row in mine if row["state"] != State.GONE]) >= OPEN_MAX:
            raise TooMuch(f"There are {OPEN_MAX} archives already; fetch one of them, or ask again when one is gone.")
        id, now = new_id(), self.clock.now()
        values = {"id": id, "account_id": account_id, "user_id": user_id, "state": State.WAITING.value}
        moments = {"created_at": now, "expires_at": now + timedelta(days=self.days)}
        hidden = {"sealed": sealed(subject, self.keys), "blob_key": f"{PREFIX}{id}/"}
        await store_subjects.add_export(session, {**values, **moments, **hidden})
        await session.defer(Job(JOB, {"id": id}, lock=f"export/{id}"))
        await ledger.append(session, Entry(EntryType.EXPORT_STARTED, now, CLAUSE, subject=key_of(subject)))
        return id

    async def export_subject(self, payload: dict[str, Any]) -> None:
        """The job: bytes first, then the row. Run twice, the second archive takes the place of the first."""
        async with self.database.transaction() as session:
            row = await store_subjects.export(session, payload["id"])
        if row is None or row["state"] != State.WAITING or row["sealed"] is None:
            return
        subject = opened(row, self.keys)
        with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as lines:
            tally, digest, sizes = Tally(lines), hashlib.sha256(), list[int]()
            # What a try before this one left may have been more volumes.
            await drop(self.blobs, row["blob_key"])
            async with aclosing(self._volumes(subject, row["id"], tally)) as volumes:
                async for volume in volumes:
                    key = key_of_volume(row["blob_key"], tally.volume)
                    stat = await self.blobs.put(key, _hashed(volume, digest.update))
                    sizes.append(stat.size_bytes)
        async with self.database.transaction() as session:
            now = self.clock.now()
            there = await store_subjects.export(session, row["id"], is_locked=True)
            if there is None:
                # Who asked was erased meanwhile.
                await drop(self.blobs, row["blob_key"])
                return
            await store_subjects.change_export(
                session,
                row["id"],
                state=State.READY.value,
                sealed=None,
                size_bytes=sum(sizes),
                volumes=sizes,
                sha256=digest.hexdigest(),
                is_complete=tally.is_complete,
                ended_at=now,
                expires_at=now + timedelta(days=self.days),
            )
            await session.emit(ExportReady("", row["account_id"], row["user_id"], row["id"], now.isoformat()))

    async def list(self, session: Session, account_id: str, user_id: str) -> builtins.list[Kept]:
        """Those of one person, the newest first."""
        rows = await store_subjects.exports_of(session, account_id, user_id, LISTED_MAX)
        return [_kept(row) for row in rows if row["state"] != State.GONE]

    async def fetch(
        self, session: Session, account_id: str, user_id: str, id: str, volume: int = 1
    ) -> tuple[Kept, AsyncIterator[bytes]]:
        """The bytes for who asked for them; of several volumes the last is counted, without which none can be checked.

        Raises NotFound, or Gone when its days or downloads are over.
        """
        row = await store_subjects.export(session, id, is_locked=True)
        if row is None or (row["account_id"], row["user_id"]) != (account_id, user_id):
            raise NotFound("There is no such archive.")
        now = self.clock.now()
        if row["state"] == State.GONE or row["expires_at"] <= now or row["downloads"] >= self.downloads_max:
            raise Gone("This archive is gone; ask for another.")
        if row["state"] != State.READY:
            raise NotFound("This archive is not ready yet.")
        if not 1 <= volume <= len(row["volumes"]):
            raise NotFound("This archive has no such volume.")
        if volume == len(row["volumes"]):
            counts = {"downloads": row["downloads"] + 1}
            await store_subjects.change_export(session, id, **counts)
            subject = user_id or account_id
            await ledger.append(session, Entry(EntryType.EXPORT_FETCHED, now, CLAUSE, subject=subject, counts=counts))
        return _kept(row), self.blobs.open(key_of_volume(row["blob_key"], volume))

    async def sweep_exports(self, _payload: dict[str, Any]) -> None:
        """By the clock: archives go when their days are over; first the bytes."""
        async with self.database.transaction() as session:
            due = await store_subjects.exports_due(session, self.clock.now(), State.GONE, SWEPT_MAX)
        for row in due:
            await drop(self.blobs, row["blob_key"])
            async with self.database.transaction() as session:
                gone = {"state": State.GONE.value, "sealed": None, "sha256": None}
                await store_subjects.change_export(session, row["id"], **gone)
                await ledger.append(session, Entry(EntryType.EXPORT_DELETED, self.clock.now(), CLAUSE))

    async def _volumes(self, subject: Subject, case: str, tally: Tally) -> AsyncGenerator[AsyncGenerator[bytes]]:
        async with self.database.transaction() as session:
            commitment = await ledger.commitment(session, key_of(subject))
        asked = Asked(case, commitment, subject, self.controller, self.clock.now())
        async with aclosing(self._parts(asked, tally)) as parts:
            async for volume in Volumes(parts, self.bytes_max, tally).each():
                yield self.pack(volume)

    async def _parts(self, asked: Asked, tally: Tally) -> AsyncGenerator[Part]:
        async for part in self.archive.parts(asked, tally):
            yield part
        digest = hashlib.sha256()
        yield Part("manifest.json", _hashed(self.archive.last(asked, tally), digest.update))
        yield Part("manifest.sig", self._signature(asked, digest.hexdigest()), is_joined=True)
        yield Part("receipt.json", self._receipt(asked, tally, digest.digest()), is_joined=True)

    async def _signature(self, asked: Asked, digest: str) -> AsyncGenerator[bytes]:
        """Of the manifest, under the key of this installation."""
        text = f"{SIGNED}\nsha256 {digest}\ncase {asked.case}\nat {asked.as_of.isoformat()}\n"
        async with self.database.transaction() as session:
            note = await self.receipts.checkpoints.signer.sign(session, text, asked.as_of)
        yield note.encode()

    async def _receipt(self, asked: Asked, tally: Tally, digest: bytes) -> AsyncGenerator[bytes]:
        """Vouches for the manifest, which vouches for every file."""
        claims = Claims(
            "access",
            f"{asked.case} manifest sha256 {digest.hex()}",
            more={"files": tally.files, "bytes": tally.size_bytes},
        )
        async with self.database.transaction() as session:
            made = await self.receipts.issue(
                session, claims, subject=key_of(asked.subject), as_entry=EntryType.EXPORT_MADE, clause=CLAUSE
            )
        yield made


async def _hashed(chunks: AsyncGenerator[bytes], note: Callable[[bytes], None]) -> AsyncGenerator[bytes]:
    async for chunk in chunks:
        note(chunk)
        yield chunk


def key_of_volume(key: str, number: int) -> str:
    """A key that is no folder is of the one file that an archive was before there were volumes."""
    return f"{key}{number}.zip" if key.endswith("/") else key


async def drop(blobs: BlobStore, key: str) -> None:
    """All files of an archive."""
    if key.endswith("/"):
        await blobs.delete_prefix(key)
    else:
        await blobs.delete(key)


def _kept(row: RowMapping) -> Kept:
    names = ("size_bytes", "is_complete", "downloads", "created_at", "expires_at", "volumes")
    return Kept(row["id"], State(row["state"]), *(row[name] for name in names))
