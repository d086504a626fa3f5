"""Chunks: a large file that comes in pieces, in any order, through any process, each as often as the client likes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

from safelight.accounts.model import Principal
from safelight.assets import catalogue
from safelight.assets.model import Asset
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, Processing, TooMuch
from safelight.kernel.ids import new_id
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.settings import UploadSettings
from safelight.uploads import checks, store
from safelight.uploads.model import Incoming, Part, Received, UploadSession
from safelight.uploads.ranges import Piece, session_id
from safelight.uploads.receive import Receive
from safelight.uploads.staging import Staged, Staging, too_large

Key = tuple[str, str]
"""Cloud and session."""

PARTS_MAX = 20_000
WAIT_SECONDS = 0.5
WAITS_MAX = 40
"""Past so many looks at a file that another request puts together, the client is told to come again."""


@dataclass(frozen=True)
class Waiting:
    """A file of which pieces are still missing."""

    received_bytes: int


PARTS = "u/"
"""What the keys of all pieces begin with."""


def parts_prefix(cloud_id: str) -> str:
    """What the keys of all pieces of a cloud begin with."""
    return f"{PARTS}{cloud_id}/"


def part_key(cloud_id: str, session_id: str) -> str:
    """A key that no other piece has: a repeat must not touch what another request reads."""
    return f"{parts_prefix(cloud_id)}{session_id}/{new_id()}"


def lock_name(cloud_id: str, session_id: str) -> str:
    """Who holds it puts the file together, or takes it apart."""
    return f"upload/{cloud_id}/{session_id}"


@dataclass(frozen=True)
class Chunks:
    """Pieces lie in the store, so that each may come through another machine; rows tell which are there."""

    database: Database
    blobs: BlobStore
    staging: Staging
    receive: Receive
    clock: Clock
    settings: UploadSettings

    async def __call__(
        self, principal: Principal, incoming: Incoming, piece: Piece, staged: Staged
    ) -> Received | Waiting:
        """Take a piece; the one that makes the file whole gets the asset. The staged file is gone afterwards."""
        try:
            key = _session_key(principal, incoming, piece)
            piece = await self._with_total(key, piece)
            self._check(piece, staged, incoming)
            finished = await self._look(key, piece, staged)
            if finished is not None:
                return Received(finished)
            if piece.is_whole:
                return await self._finish(principal, incoming, key, whole=(piece, staged))
            upload = await self._keep(key, piece, staged)
            if not upload.is_complete:
                return Waiting(upload.received_bytes)
            return await self._finish(principal, incoming, key)
        finally:
            await self.staging.drop(staged)

    async def _with_total(self, key: Key, piece: Piece) -> Piece:
        """PHP never tells the total of a stream. It cuts all pieces alike, so a smaller one is the last."""
        if not piece.may_be_last:
            return piece
        async with self.database.transaction() as session:
            parts = (await self._open(session, key)).parts
        longest = max(self.settings.chunk_bytes_min, *(part.end - part.start for part in parts), 0)
        return replace(piece, total_bytes=piece.end) if piece.end - piece.start < longest else piece

    def _check(self, piece: Piece, staged: Staged, incoming: Incoming) -> None:
        if staged.size_bytes == 0:
            raise Invalid(checks.EMPTY)
        if staged.size_bytes != piece.end - piece.start:
            raise Invalid(f"Content-Range tells of {piece.end - piece.start} bytes, but {staged.size_bytes} came")
        if not piece.is_last and staged.size_bytes < self.settings.chunk_bytes_min:
            raise Invalid("All parts except EOF-chunk must be larger than 5mb")
        size_bytes, size_bytes_max = piece.total_bytes or piece.end, checks.size_bytes_max(incoming.kind, self.settings)
        if size_bytes > size_bytes_max:
            raise too_large(size_bytes, size_bytes_max)

    async def _look(self, key: Key, piece: Piece, staged: Staged) -> Asset | None:
        """The asset, if the piece repeats one of a finished upload; else the piece fits into an open one."""
        async with self.database.transaction() as session:
            upload = await self._open(session, key)
            if upload.asset_id is not None:
                asset = await catalogue.find_by_id(session, upload.cloud_id, upload.asset_id)
                if asset is not None and _is_repeat(upload, piece, staged):
                    return asset
                # The client uses the name of a finished upload again: for another file, or because this one is gone.
                await store.restart_session(session, *key)
                upload = await self._open(session, key)
            _check_fits(upload, piece, staged)
            if not piece.is_whole and not _is_repeat(upload, piece, staged):
                await self._check_room(session, upload.cloud_id, staged.size_bytes)
        return None

    async def _check_room(self, session: Session, cloud_id: str, size_bytes: int) -> None:
        """Pieces that come at the same moment may pass together: the bound is for what is never finished."""
        unfinished_bytes = await store.unfinished_bytes(session, cloud_id)
        if unfinished_bytes + size_bytes > self.settings.unfinished_bytes_max:
            raise TooMuch(
                f"Unfinished uploads take {unfinished_bytes} bytes. Maximum is {self.settings.unfinished_bytes_max}; "
                f"finish them, or wait {self.settings.chunk_hours} hours until they are dropped."
            )

    async def _open(self, session: Session, key: Key) -> UploadSession:
        expires_at = self.clock.now() + timedelta(hours=self.settings.chunk_hours)
        return await store.open_session(session, *key, expires_at)

    async def _keep(self, key: Key, piece: Piece, staged: Staged) -> UploadSession:
        """Bytes first, then the row. What a repeat stored twice is taken away again."""
        blob_key = part_key(*key)
        await self.blobs.adopt(blob_key, staged.path)
        is_kept = False
        try:
            async with self.database.transaction() as session:
                found = await self._open(session, key)
                _check_fits(found, piece, staged)
                if found.asset_id is None and not _is_repeat(found, piece, staged):
                    await store.add_part(session, *key, _part(piece, staged, blob_key))
                    is_kept = True
                if piece.total_bytes is not None:
                    await store.set_total(session, *key, piece.total_bytes)
                found = await self._open(session, key)
        except Invalid:
            await self.blobs.delete(blob_key)
            raise
        if not is_kept:
            await self.blobs.delete(blob_key)
        return found

    async def _finish(
        self, principal: Principal, incoming: Incoming, key: Key, whole: tuple[Piece, Staged] | None = None
    ) -> Received:
        """Put the file together, once: who comes meanwhile waits for the result."""
        for _ in range(WAITS_MAX):
            async with self.database.lock(lock_name(*key)) as is_mine:
                if is_mine:
                    return await self._finish_alone(principal, incoming, key, whole)
            await asyncio.sleep(WAIT_SECONDS)
        raise Processing("The file is being put together", retry_after_seconds=5)

    async def _finish_alone(
        self, principal: Principal, incoming: Incoming, key: Key, whole: tuple[Piece, Staged] | None
    ) -> Received:
        async with self.database.transaction() as session:
            upload = await self._open(session, key)
            if upload.asset_id is not None:
                asset = await catalogue.find_by_id(session, upload.cloud_id, upload.asset_id)
                if asset is not None:
                    return Received(asset)
        if whole is None and not upload.is_complete:
            raise Invalid("The upload has expired; send it again")

        async def close(session: Session, asset: Asset) -> None:
            await self._open(session, key)
            if whole is not None:
                piece, staged = whole
                await store.add_part(session, *key, _part(piece, staged, ""))
                await store.set_total(session, *key, piece.end)
            await store.finish_session(session, *key, asset.id)

        staged = whole[1] if whole is not None else await self._join(upload)
        received = await self.receive(principal, incoming, staged, then=close)
        for part in upload.parts:
            if part.blob_key:
                await self.blobs.delete(part.blob_key)
        return received

    async def _join(self, upload: UploadSession) -> Staged:
        total_bytes = upload.received_bytes
        staged = await self.staging.stage(self._bytes_of(upload), size_bytes_max=total_bytes)
        if staged.size_bytes != total_bytes:
            await self.staging.drop(staged)
            raise Invalid("The upload has lost pieces; send it again")
        return staged

    async def _bytes_of(self, upload: UploadSession) -> AsyncIterator[bytes]:
        for part in upload.parts:
            async for chunk in self.blobs.open(part.blob_key):
                yield chunk


def _session_key(principal: Principal, incoming: Incoming, piece: Piece) -> Key:
    signer = principal.key.api_key if principal.key else principal.manner.value
    asked = f"{incoming.kind or 'auto'}/{incoming.access}"
    return principal.cloud.id, session_id(piece.upload_id, asked, signer)


def _part(piece: Piece, staged: Staged, blob_key: str) -> Part:
    return Part(piece.start, piece.end, staged.md5, blob_key)


def _is_repeat(upload: UploadSession, piece: Piece, staged: Staged) -> bool:
    return any((part.start, part.end, part.md5) == (piece.start, piece.end, staged.md5) for part in upload.parts)


def _check_fits(upload: UploadSession, piece: Piece, staged: Staged) -> None:
    total_bytes = upload.total_bytes
    if piece.total_bytes is not None:
        if total_bytes is not None and total_bytes != piece.total_bytes:
            raise Invalid(f"Content-Range tells of {piece.total_bytes} bytes in all, but before it was {total_bytes}")
        total_bytes = piece.total_bytes
    if total_bytes is not None and any(end > total_bytes for end in (piece.end, *(p.end for p in upload.parts))):
        raise Invalid(f"Content-Range lies outside of the {total_bytes} bytes of the file")
    if _is_repeat(upload, piece, staged):
        return
    if any(part.start < piece.end and piece.start < part.end for part in upload.parts):
        raise Invalid(f"Bytes {piece.start}-{piece.end - 1} were uploaded before, with other content")
    if len(upload.parts) >= PARTS_MAX:
        raise Invalid(f"Too many parts. Maximum is {PARTS_MAX}.")
