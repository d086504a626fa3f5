"""Streams: plain chunks -> sealed ones, and back; for stores that are not files of this machine."""

from collections.abc import AsyncGenerator, AsyncIterator

from safelight.adapters.blobs import frames
from safelight.adapters.blobs.sealed_file import BATCH_BYTES, BATCH_FRAMES
from safelight.ports.blobs import BlobStore


async def sealed(secret: bytes, key: str, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """A header and frames; a small file is one chunk. Whether a frame is the last is known when nothing follows."""
    header, cipher = frames.begin(secret, key)
    waiting, number, head = bytearray(), 0, header
    async for chunk in chunks:
        waiting += chunk
        while len(waiting) > BATCH_BYTES:
            yield head + frames.seal(cipher, number, waiting[:BATCH_BYTES], ends=False)
            del waiting[:BATCH_BYTES]
            number, head = number + BATCH_FRAMES, b""
    yield head + frames.seal(cipher, number, bytes(waiting), ends=True)


async def opened(
    store: BlobStore, sealed_key: str, secret: bytes, key: str, start: int, end: int | None
) -> AsyncGenerator[bytes]:
    """The plain bytes from `start` up to, not including, `end`. Raises NotFound at the first step, and Internal.

    One byte more than is wanted is read: whether something follows a frame tells whether it is the last.
    """
    if end is not None and start >= end:
        await store.stat(sealed_key)
        return
    first = start // frames.FRAME_BYTES
    header = b"" if first == 0 else b"".join([part async for part in store.open(sealed_key, 0, frames.HEADER_BYTES)])
    sealed_end = None if end is None else frames.frame_at(-(-end // frames.FRAME_BYTES)) + 1
    opening = _Opening(secret, key, header, first, start, end)
    async for chunk in store.open(sealed_key, 0 if first == 0 else frames.frame_at(first), sealed_end):
        if plain := opening.add(chunk):
            yield plain
    if plain := opening.finish():
        yield plain


class _Opening:
    """Sealed bytes in, from a frame on; plain ones out, cut to what is wanted."""

    def __init__(self, secret: bytes, key: str, header: bytes, first: int, start: int, end: int | None) -> None:
        self._secret, self._key = secret, key
        self._cipher = frames.resume(secret, key, header) if header else None
        self._number = self._first = first
        self._at = first * frames.FRAME_BYTES
        self._start, self._end = start, end
        self._waiting = bytearray()

    def add(self, chunk: bytes) -> bytes:
        self._waiting += chunk
        if self._cipher is None:
            if len(self._waiting) < frames.HEADER_BYTES:
                return b""
            self._cipher = frames.resume(self._secret, self._key, bytes(self._waiting[: frames.HEADER_BYTES]))
            del self._waiting[: frames.HEADER_BYTES]
        # Of what came the last frame waits: it may be the last of all.
        count = max(0, len(self._waiting) - 1) // frames.SEALED_FRAME_BYTES
        return self._opened(self._cipher, count * frames.SEALED_FRAME_BYTES, ends=False) if count else b""

    def finish(self) -> bytes:
        is_enough = self._end is not None and self._at >= self._end
        is_past = not self._waiting and self._first > 0 and self._number == self._first
        if is_enough or is_past:
            return b""
        cipher = self._cipher or frames.resume(self._secret, self._key, bytes(self._waiting))
        return self._opened(cipher, len(self._waiting), ends=True)

    def _opened(self, cipher: frames.Cipher, size_bytes: int, *, ends: bool) -> bytes:
        plain = frames.unseal(cipher, self._number, self._waiting[:size_bytes], ends=ends)
        del self._waiting[:size_bytes]
        skipped = max(0, self._start - self._at)
        left = None if self._end is None else max(0, self._end - self._at)
        self._at += len(plain)
        self._number += -(-size_bytes // frames.SEALED_FRAME_BYTES)
        return plain[skipped:left]
