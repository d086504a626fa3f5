"""Preserve: what a hold names is copied, sealed, and lies apart; when the hold ends, the copies go.

It is done when a hold is set, each hour before anything goes by its age, and before an erasure takes its first step. To
do it twice does no harm: a record that did not change is there once.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound
from safelight.kernel.holdings import Item, Keeper, Sheet, Stored, Subject
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.ports.keys import KeyStore
from safelight.privacy import hold, holds, ledger, store_holds
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.hold import Columns, Held, Hold, Scope, Sort
from safelight.privacy.holds import CLAUSE

SEAL, SEAL_FILE = "held record", "held file"
PREFIX = "h/"
BATCH = 200
"""So many records are copied in one transaction."""
DROPPED_MAX = 1000
FILE_CHUNK_BYTES = 1024 * 1024
ENDED_MAX = 100
_LENGTH_BYTES = 4

SubjectOf = Callable[[Session, Scope], Awaitable[Subject]]


@dataclass(frozen=True)
class Kept:
    """One copy, opened again."""

    sheet: str
    facts: Mapping[str, Any]
    blob_key: str
    size_bytes: int | None


@dataclass(frozen=True)
class Preserve:
    """`subject_of`: of what a hold is, as everybody who is meant now."""

    database: Database
    keepers: Sequence[Keeper[Session]]
    keys: KeyStore
    blobs: BlobStore
    clock: Clock
    subject_of: SubjectOf
    columns: Columns

    @property
    def sheets(self) -> list[Sheet]:
        return [sheet for keeper in self.keepers for sheet in keeper.sheets]

    async def held(self, session: Session, subject: Subject) -> list[Held]:
        """What of somebody is held, with how many records there are of each."""
        live = await holds.list_all(session)
        found = hold.held(live, self.sheets, subject, self.columns, self.clock.now())
        by_id = {each.id: each for each in live}
        counts: list[Held] = []
        for each in found:
            scopes = [by_id[id].scope for id in each.hold_ids]
            counts += hold.counted([each], {each.sheet: await self._count(session, subject, each.sheet, scopes)})
        return counts

    async def keep_held(self, payload: dict[str, Any]) -> None:
        """The job: of one hold, or of all that live. First those that are over end, so that none keeps too much."""
        async with self.database.transaction() as session:
            await holds.tend(session, self.clock.now())
            live = await holds.list_all(session)
        wanted = payload.get("id")
        for each in live:
            if wanted in (None, each.id):
                await self.keep(each)

    async def keep_of(self, subject: Subject) -> None:
        """Before somebody is forgotten: everything that is held of them."""
        now = self.clock.now()
        async with self.database.transaction() as session:
            live = await holds.list_all(session)
        for each in live:
            if each.is_live(now) and each.scope.covers(subject):
                await self.keep(each)

    async def keep(self, one: Hold) -> int:
        """How many records were not there yet."""
        async with self.database.transaction() as session:
            try:
                subject = await self.subject_of(session, one.scope)
            except NotFound:
                # Whom it is about is not there any more: what was to be kept of them has been.
                return 0
        taken = 0
        for keeper in self.keepers:
            for sheet in keeper.sheets:
                fields = hold.kept_fields(one.fields, sheet, self.columns)
                if fields:
                    taken += await self._keep_sheet(one, keeper, sheet, fields, subject)
        return taken

    async def drop_held(self, payload: dict[str, Any]) -> None:
        """The job: of a hold that is over nothing is kept. Bytes first, so that no file is left without its row."""
        id, now = payload["id"], self.clock.now()
        async with self.database.transaction() as session:
            found = await store_holds.hold(session, id)
        if found is None or found["ended_at"] is None or found["dropped_at"] is not None:
            return
        files = await self.blobs.delete_prefix(f"{PREFIX}{id}/")
        records = 0
        while True:
            async with self.database.transaction() as session:
                gone = await store_holds.drop_records(session, id, DROPPED_MAX)
            records += gone
            if gone < DROPPED_MAX:
                break
        async with self.database.transaction() as session:
            row = await store_holds.hold(session, id, is_locked=True)
            if row is None or row["dropped_at"] is not None:
                return
            await store_holds.change_hold(session, id, dropped_at=now)
            counts = {"records": records, "files": files}
            await ledger.append(session, Entry(EntryType.HOLD_DROPPED, now, CLAUSE, counts=counts))

    async def sweep_held(self, _payload: dict[str, Any]) -> None:
        """By the clock: holds that ended and still keep something, and lines about those of long ago."""
        async with self.database.transaction() as session:
            await holds.sweep(session, self.clock.now())
            ended = await store_holds.undropped(session, ENDED_MAX)
        for id in ended:
            await self.drop_held({"id": id})

    async def records(self, hold_id: str) -> AsyncIterator[Kept]:
        """Everything that a hold keeps, opened. Who reads it says for what (enforcement.py)."""
        after = ("", b"")
        while True:
            async with self.database.transaction() as session:
                page = await store_holds.records(session, hold_id, after, BATCH)
            for row in page:
                facts = json.loads(self.keys.open(row["sealed"], SEAL))
                yield Kept(row["sheet"], facts, row["blob_key"], row["size_bytes"])
            if len(page) < BATCH:
                return
            after = (page[-1]["sheet"], bytes(page[-1]["digest"]))

    async def file(self, kept: Kept) -> AsyncIterator[bytes]:
        """The bytes of a file that is kept."""
        rest = b""
        async for chunk in self.blobs.open(kept.blob_key):
            rest += chunk
            while len(rest) >= _LENGTH_BYTES:
                end = _LENGTH_BYTES + int.from_bytes(rest[:_LENGTH_BYTES])
                if len(rest) < end:
                    break
                yield self.keys.open(rest[_LENGTH_BYTES:end], SEAL_FILE)
                rest = rest[end:]

    async def _count(self, session: Session, subject: Subject, sheet: str, scopes: Sequence[Scope]) -> int:
        """How many records of somebody all these keep, each once."""
        keeper = next(each for each in self.keepers if any(one.name == sheet for one in each.sheets))
        each_of = [(scope, await self._whom(session, scope, subject)) for scope in dict.fromkeys(scopes)]
        if len(each_of) == 1 and each_of[0][0].sort is not Sort.ASSET:
            found = await keeper.look(session, each_of[0][1])
            return next((each.count for each in found if each.sheet == sheet), 0)
        records: set[bytes] = set()
        for scope, whom in each_of:
            async for item in keeper.give(session, whom, sheet):
                if hold.is_about(scope, sheet, item.facts):
                    records.add(hashlib.sha256(json.dumps(item.facts, sort_keys=True).encode()).digest())
        return len(records)

    async def _whom(self, session: Session, scope: Scope, subject: Subject) -> Subject:
        """Who is both held and meant: of an account that is held, who goes; else what is held, which goes with them."""
        return subject if scope.sort is Sort.ACCOUNT else await self.subject_of(session, scope)

    async def _keep_sheet(
        self, one: Hold, keeper: Keeper[Session], sheet: Sheet, fields: Sequence[str], subject: Subject
    ) -> int:
        taken, batch = 0, list[Item]()
        async with self.database.transaction() as session:
            async for item in keeper.give(session, subject, sheet.name):
                if hold.is_about(one.scope, sheet.name, item.facts):
                    batch.append(item)
                if len(batch) >= BATCH:
                    taken += await self._take(one, sheet, fields, batch)
                    batch = []
        return taken + (await self._take(one, sheet, fields, batch) if batch else 0)

    async def _take(self, one: Hold, sheet: Sheet, fields: Sequence[str], items: Sequence[Item]) -> int:
        """Bytes of files first, then the rows that tell of them."""
        texts = [
            json.dumps({name: item.facts.get(name) for name in fields}, sort_keys=True, ensure_ascii=False).encode()
            for item in items
        ]
        digests = [hashlib.sha256(f"{sheet.name}\n".encode() + text).digest() for text in texts]
        async with self.database.transaction() as session:
            known = await store_holds.known(session, one.id, digests)
        rows: dict[bytes, dict[str, Any]] = {}
        for item, text, print_of in zip(items, texts, digests, strict=True):
            if print_of in known or print_of in rows:
                continue
            stored = item.file if item.file and hold.keeps_files(one.fields, sheet) else None
            blob_key = await self._copied(one, print_of, stored) if stored else ""
            rows[print_of] = {
                "hold_id": one.id,
                "digest": print_of,
                "sheet": sheet.name,
                "kind": hold.kind_of(one.fields, sheet),
                "sealed": self.keys.seal(text, SEAL),
                "blob_key": blob_key,
                "size_bytes": stored.size_bytes if stored and blob_key else None,
                "taken_at": self.clock.now(),
            }
        if not rows:
            return 0
        async with self.database.transaction() as session:
            # One that ended meanwhile takes nothing more in.
            found = await store_holds.hold(session, one.id, is_locked=True)
            is_live = found is not None and found["ended_at"] is None
            taken = await store_holds.add_records(session, list(rows.values())) if is_live else 0
        if not is_live:
            await self.blobs.delete_prefix(f"{PREFIX}{one.id}/")
        return taken

    async def _copied(self, one: Hold, digest: bytes, stored: Stored) -> str:
        """Where the copy lies; nowhere if there was no file."""
        key = f"{PREFIX}{one.id}/{digest.hex()}"
        try:
            await self.blobs.put(key, self._sealed(self.blobs.open(stored.key)))
        except NotFound:
            return ""
        return key

    async def _sealed(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        rest = b""
        async for chunk in chunks:
            rest += chunk
            while len(rest) >= FILE_CHUNK_BYTES:
                yield self._framed(rest[:FILE_CHUNK_BYTES])
                rest = rest[FILE_CHUNK_BYTES:]
        if rest:
            yield self._framed(rest)

    def _framed(self, piece: bytes) -> bytes:
        sealed = self.keys.seal(piece, SEAL_FILE)
        return len(sealed).to_bytes(_LENGTH_BYTES) + sealed
