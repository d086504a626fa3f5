"""Archive: everything that is known about somebody, as files that come one after the other; in constant memory.

The same data give the same bytes: an order that does not change, no moment but the one it is told as of. What should be
there and is not is an error in the manifest, and the archive does not call itself complete.
"""

import hashlib
import re
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from safelight.kernel.errors import NotAvailable, NotFound
from safelight.kernel.holdings import Item, Keeper, Searched, Sheet, Stored, Subject
from safelight.kernel.veiled import Veil, Veiled
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.privacy.archive_csv import Twin
from safelight.privacy.archive_pages import json_text, pages
from safelight.privacy.masked import Masking, Redactions
from safelight.privacy.reach import Reach

FORMAT, VERSION = "safelight-export", 1
CHUNK_CHARS = 64 * 1024
SPOOL_BYTES = 1024 * 1024
NAME_CHARS_MAX = 180
"""Longest part of a path in an archive: file systems take 255 bytes."""

ENDINGS = {"jpg": (".jpg", ".jpeg", ".jpe", ".jfif"), "tif": (".tif", ".tiff")}
"""Of formats that files call by several names."""
_TYPES = {"image": "ImageObject", "video": "VideoObject"}
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*]')


@dataclass(frozen=True)
class Part:
    """A file of the archive; its bytes are made when its turn comes. `is_packed`: it gets no smaller."""

    name: str
    chunks: AsyncGenerator[bytes]
    is_packed: bool = False
    size_bytes: int = 0
    """As far as it is known before."""
    is_joined: bool = False
    """It lies in the same volume as the file before it."""


@dataclass(frozen=True)
class Asked:
    """What the archive is about, for its manifest."""

    case: str
    commitment: str
    subject: Subject
    controller: str
    as_of: datetime


@dataclass
class Tally:
    """What went in so far. Lines of the manifest lie in a file of the moment, however many there are."""

    lines: IO[bytes]
    counts: dict[str, int] = field(default_factory=dict[str, int])
    errors: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    unsearched: list[Searched] = field(default_factory=list[Searched])
    redactions: Redactions = field(default_factory=Redactions)
    files: int = 0
    size_bytes: int = 0
    volume: int = 0
    """In which of the archives, where one would be too large, files lie that are noted now."""

    def note(self, path: str, digest: str, size: int, entity: str) -> None:
        said: dict[str, Any] = {"path": path, "sha256": digest, "bytes": size, "type": _mime(path), "entity": entity}
        said["volume"] = self.volume
        self.lines.write((",\n  " if self.files else "\n  ").encode() + json_text(said).encode())
        self.files, self.size_bytes = self.files + 1, self.size_bytes + size

    @property
    def is_complete(self) -> bool:
        return not self.errors and not self.unsearched


@dataclass(frozen=True)
class Archive:
    database: Database
    keepers: Sequence[Keeper[Session]]
    blobs: BlobStore
    reach: Reach = field(default_factory=Reach)
    masking: Masking | None = None
    """What takes out of free words what they say of others."""
    veil: Veil | None = None
    """What covers others in pictures."""

    async def parts(self, asked: Asked, tally: Tally) -> AsyncGenerator[Part]:
        """All but the manifest, which is `last`."""
        tally.unsearched += await self.reach.unreached()
        sheets = [(keeper, sheet) for keeper in self.keepers for sheet in keeper.sheets]
        for keeper, sheet in sheets:
            if not sheet.why_not_given:
                name, table = f"data/{keeper.context}/{sheet.name}.jsonl", f"csv/{keeper.context}/{sheet.name}.csv"
                with tempfile.SpooledTemporaryFile(SPOOL_BYTES) as rows:
                    twin = Twin(sheet.fields, rows)
                    lines = self._lines(keeper, sheet, asked.subject, tally, twin, name)
                    yield Part(name, self._noted(name, sheet.name, lines, tally))
                    yield Part(table, self._noted(table, sheet.name, twin.chunks(), tally))
        for keeper, sheet in sheets:
            if not sheet.why_not_given:
                async for part in self._media(keeper, sheet, asked.subject, tally):
                    yield part
        held = await self._held(asked.subject)
        tally.counts.update({f"~{sheet.name}": held.get(sheet.name, 0) for _, sheet in sheets if sheet.why_not_given})
        shown = [(keeper.context, sheet) for keeper, sheet in sheets]
        holdings = [each for keeper in self.keepers for each in keeper.holdings]
        for name, text in pages(asked.controller, asked.as_of, shown, holdings, tally.counts):
            yield Part(name, self._noted(name, "", _once(text), tally))

    async def last(self, asked: Asked, tally: Tally) -> AsyncGenerator[bytes]:
        """The manifest: what is in the archive, what is not and why, and what should be and is missing."""
        told = {name: count for name, count in tally.counts.items() if not name.startswith("~")}
        head = {
            "format": FORMAT,
            "version": VERSION,
            "case": asked.case,
            "subject_commit": asked.commitment,
            "controller": asked.controller,
            "as_of": asked.as_of.isoformat(),
            "complete": tally.is_complete,
            "entities": [
                {"name": sheet.name, "count": told.get(sheet.name, 0), "complete": not _fails(sheet, tally)}
                for keeper in self.keepers
                for sheet in keeper.sheets
                if not sheet.why_not_given
            ],
            "omitted": [
                {"what": sheet.name, "ground": sheet.why_not_given, "count": tally.counts.get(f"~{sheet.name}", 0)}
                for keeper in self.keepers
                for sheet in keeper.sheets
                if sheet.why_not_given
            ],
            "searched": [
                {"store": each.store, "why_not": each.why_not}
                for each in (*(each for keeper in self.keepers for each in keeper.coverage()), *tally.unsearched)
            ],
            "redactions": tally.redactions.told(),
            "errors": tally.errors,
        }
        yield json_text(head, indent=1).removesuffix("\n}").encode() + b',\n "files": ['
        tally.lines.seek(0)
        while chunk := tally.lines.read(CHUNK_CHARS):
            yield chunk
        yield b"\n ]\n}\n"

    async def _lines(
        self, keeper: Keeper[Session], sheet: Sheet, subject: Subject, tally: Tally, twin: Twin, path: str
    ) -> AsyncGenerator[bytes]:
        tally.counts.setdefault(sheet.name, 0)
        lines, records = list[str](), list[Mapping[str, Any]]()
        size = 0
        async for facts in self._records(keeper, sheet, subject, tally, path):
            lines.append(json_text(facts) + "\n")
            records.append(facts)
            size += len(lines[-1])
            tally.counts[sheet.name] += 1
            if size >= CHUNK_CHARS:
                twin.add(records)
                yield "".join(lines).encode()
                lines, records, size = [], [], 0
        if lines:
            twin.add(records)
            yield "".join(lines).encode()

    async def _records(
        self, keeper: Keeper[Session], sheet: Sheet, subject: Subject, tally: Tally, path: str
    ) -> AsyncIterator[Mapping[str, Any]]:
        async with self.database.transaction() as session:
            async for item in keeper.give(session, subject, sheet.name):
                if self.masking is None or not sheet.free_texts:
                    yield item.facts
                else:
                    yield await self.masking(session, subject, sheet, item.facts, path, tally.redactions)

    async def _items(self, keeper: Keeper[Session], sheet: Sheet, subject: Subject) -> AsyncIterator[Item]:
        async with self.database.transaction() as session:
            async for item in keeper.give(session, subject, sheet.name):
                yield item

    async def _media(
        self, keeper: Keeper[Session], sheet: Sheet, subject: Subject, tally: Tally
    ) -> AsyncIterator[Part]:
        """Each file, and beside it what is known of it in words that other programs read (schema.org)."""
        async for item in self._items(keeper, sheet, subject):
            if item.file is None:
                continue
            name = f"media/{safe_name(item.file.name, str(item.facts.get('id', '')))}"
            try:
                await self.blobs.stat(item.file.key)
            except NotFound:
                tally.errors.append({"path": name, "entity": sheet.name, "error": "The file is missing."})
                continue
            except NotAvailable as error:
                # The rest of them is there neither; that it is not in here, the manifest says.
                tally.errors.append({"path": name, "entity": sheet.name, "error": "The store could not be reached."})
                tally.unsearched.append(Searched(f"files of {sheet.name}", error.message, is_unreached=True))
                return
            veiled = await self.veil(item) if self.veil else None
            if veiled is not None:
                async for part in self._covered(name, item, veiled, tally, sheet.name):
                    yield part
                continue
            digest = hashlib.sha256()
            chunks = self._bytes(name, item.file, digest, tally, sheet.name)
            yield Part(name, chunks, is_packed=True, size_bytes=item.file.size_bytes)
            about = json_text(_sidecar(name, item, digest.hexdigest()), indent=1) + "\n"
            yield Part(f"{name}.json", self._noted(f"{name}.json", sheet.name, _once(about), tally))

    async def _covered(self, name: str, item: Item, veiled: Veiled, tally: Tally, entity: str) -> AsyncIterator[Part]:
        """A copy in which others cannot be seen, or only the words why there is none."""
        path = name
        if veiled.format and PurePosixPath(name).suffix.lower() not in ENDINGS.get(
            veiled.format, (f".{veiled.format}",)
        ):
            path = f"{name}.{veiled.format}"
        tally.redactions.note(path, veiled)
        if veiled.why_not:
            return
        yield Part(path, self._noted(path, entity, _cut(veiled.data), tally), is_packed=True,
                   size_bytes=len(veiled.data))  # fmt: skip
        about = _sidecar(path, item, hashlib.sha256(veiled.data).hexdigest()) | {"contentSize": len(veiled.data)}
        text = json_text(about, indent=1) + "\n"
        yield Part(f"{path}.json", self._noted(f"{path}.json", entity, _once(text), tally))

    async def _bytes(self, name: str, file: Stored, digest: Any, tally: Tally, entity: str) -> AsyncGenerator[bytes]:
        size = 0
        async for chunk in self.blobs.open(file.key):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        if size != file.size_bytes:
            words = f"The file has {size} bytes and should have {file.size_bytes}."
            tally.errors.append({"path": name, "entity": entity, "error": words})
        tally.note(name, digest.hexdigest(), size, entity)

    async def _noted(
        self, name: str, entity: str, chunks: AsyncGenerator[bytes], tally: Tally
    ) -> AsyncGenerator[bytes]:
        digest, size = hashlib.sha256(), 0
        async for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        tally.note(name, digest.hexdigest(), size, entity)

    async def _held(self, subject: Subject) -> dict[str, int]:
        """How much there is of what is not handed out."""
        async with self.database.transaction() as session:
            return {
                found.sheet: found.count for keeper in self.keepers for found in await keeper.look(session, subject)
            }


def safe_name(name: str, id: str) -> str:
    """A path that every file system takes, and that stays below its folder; two names never become one."""
    parts = [_UNSAFE.sub("_", part)[:NAME_CHARS_MAX].rstrip(" .") for part in name.split("/")]
    parts = [part if part not in ("", ".", "..") else "_" for part in parts]
    if "/".join(parts) == name:
        return name
    path = PurePosixPath(*parts)
    return str(path.with_name(f"{path.stem[: NAME_CHARS_MAX - 40]}.{id}{path.suffix}"))


def _sidecar(name: str, item: Item, digest: str) -> dict[str, Any]:
    facts = item.facts
    return {
        "@context": "https://schema.org",
        "@type": _TYPES.get(str(facts.get("kind")), "MediaObject"),
        "contentUrl": PurePosixPath(name).name,
        "identifier": facts.get("id") or facts.get("version_id"),
        "name": facts.get("name") or facts.get("asset_id"),
        "uploadDate": facts.get("created_at"),
        "contentSize": facts.get("size_bytes"),
        "encodingFormat": facts.get("format"),
        "width": facts.get("width"),
        "height": facts.get("height"),
        "keywords": facts.get("tags") or [],
        "sha256": digest,
        "additionalProperty": {key: facts[key] for key in ("context", "metadata") if facts.get(key)},
    }


def _fails(sheet: Sheet, tally: Tally) -> bool:
    return any(error["entity"] == sheet.name for error in tally.errors)


def _mime(path: str) -> str:
    known = {
        "jsonl": "application/jsonl",
        "csv": "text/csv",
        "json": "application/json",
        "html": "text/html",
        "txt": "text/plain",
    }
    return known.get(path.rpartition(".")[2], "application/octet-stream")


async def _once(text: str) -> AsyncGenerator[bytes]:
    yield text.encode()


async def _cut(data: bytes) -> AsyncGenerator[bytes]:
    for start in range(0, len(data), CHUNK_CHARS):
        yield data[start : start + CHUNK_CHARS]
