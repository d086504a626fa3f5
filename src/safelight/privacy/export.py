"""Export: everything about somebody in one archive: streamed to who runs a command, or kept for some days as a file."""

import builtins
import hashlib
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
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

JOB = "export_subject"
CLAUSE = "PP-45"
SPOOL_BYTES = 1024 * 1024
OPEN_MAX = 3
"""Most archives that one person has at the same time."""
LISTED_MAX = 20
SWEPT_MAX = 100

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

    async def stream(self, subject: Subject, case: str, lines: IO[bytes]) -> AsyncGenerator[bytes]:
        """The archive as it is made. `lines`: a file of the moment."""
        async for chunk in self._stream(subject, case, Tally(lines)):
            yield chunk

    async def write(self, subject: Subject, file: IO[bytes]) -> Tally:
        """The same into a file; what went in."""
        with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as lines:
            tally = Tally(lines)
            async for chunk in self._stream(subject, new_id(), tally):
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
        hidden = {"sealed": sealed(subject, self.keys), "blob_key": f"x/{id}.zip"}
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
            tally, digest = Tally(lines), hashlib.sha256()
            stat = await self.blobs.put(
                row["blob_key"], _hashed(self._stream(subject, row["id"], tally), digest.update)
            )
        async with self.database.transaction() as session:
            now = self.clock.now()
            there = await store_subjects.export(session, row["id"], is_locked=True)
            if there is None:
                # Who asked was erased meanwhile.
                await self.blobs.delete(row["blob_key"])
                return
            await store_subjects.change_export(
                session,
                row["id"],
                state=State.READY.value,
                sealed=None,
                size_bytes=stat.size_bytes,
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
        self, session: Session, account_id: str, user_id: str, id: str
    ) -> tuple[Kept, AsyncIterator[bytes]]:
        """The bytes for who asked for them; counted. Raises NotFound, or Gone when its days or downloads are over."""
        row = await store_subjects.export(session, id, is_locked=True)
        if row is None or (row["account_id"], row["user_id"]) != (account_id, user_id):
            raise NotFound("There is no such archive.")
        now = self.clock.now()
        if row["state"] == State.GONE or row["expires_at"] <= now or row["downloads"] >= self.downloads_max:
            raise Gone("This archive is gone; ask for another.")
        if row["state"] != State.READY:
            raise NotFound("This archive is not ready yet.")
        await store_subjects.change_export(session, id, downloads=row["downloads"] + 1)
        subject = user_id or account_id
        counts = {"downloads": row["downloads"] + 1}
        await ledger.append(session, Entry(EntryType.EXPORT_FETCHED, now, CLAUSE, subject=subject, counts=counts))
        return _kept(row), self.blobs.open(row["blob_key"])

    async def sweep_exports(self, _payload: dict[str, Any]) -> None:
        """By the clock: archives go when their days are over; first the bytes."""
        async with self.database.transaction() as session:
            due = await store_subjects.exports_due(session, self.clock.now(), State.GONE, SWEPT_MAX)
        for row in due:
            await self.blobs.delete(row["blob_key"])
            async with self.database.transaction() as session:
                gone = {"state": State.GONE.value, "sealed": None, "sha256": None}
                await store_subjects.change_export(session, row["id"], **gone)
                await ledger.append(session, Entry(EntryType.EXPORT_DELETED, self.clock.now(), CLAUSE))

    async def _stream(self, subject: Subject, case: str, tally: Tally) -> AsyncGenerator[bytes]:
        async with self.database.transaction() as session:
            commitment = await ledger.commitment(session, key_of(subject))
        asked = Asked(case, commitment, subject, self.controller, self.clock.now())
        async for chunk in self.pack(self._parts(asked, tally)):
            yield chunk

    async def _parts(self, asked: Asked, tally: Tally) -> AsyncGenerator[Part]:
        async for part in self.archive.parts(asked, tally):
            yield part
        digest = hashlib.sha256()
        yield Part("manifest.json", _hashed(self.archive.last(asked, tally), digest.update))
        yield Part("receipt.json", self._receipt(asked, tally, digest.digest()))

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


def _kept(row: RowMapping) -> Kept:
    names = ("size_bytes", "is_complete", "downloads", "created_at", "expires_at")
    return Kept(row["id"], State(row["state"]), *(row[name] for name in names))
