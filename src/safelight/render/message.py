"""Message: how a job and its answer cross a local socket. Length first; a job carries open files; no pickles back."""

import asyncio
import contextlib
import json
import math
import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from safelight.kernel.errors import Busy, Invalid, NotAvailable, SafelightError, TooMuch
from safelight.kernel.media import FORMATS
from safelight.render.model import Analysed, Looked, Probed, Rendered, Result
from safelight.transform.source import Region

LENGTH = struct.Struct(">II")
"""Every message: the size of its head (JSON), the size of its body (bytes), head, body."""
HEAD_BYTES_MAX = 16 * 1024
JOB_BYTES_MAX = 1024 * 1024
PARTS_MAX = 100
"""Files that a job may carry beside its source: a child holds each up to twice, within FILES_MAX of sandbox.py."""
REGIONS_MAX = 64
"""Of one look; as text they fit into a head."""
REGION_KIND_CHARS_MAX = 60
_CHUNK_BYTES = 256 * 1024
_REGION_DIGITS = 5
ANALYSIS_BYTES_MAX = 256 * 1024

# The errors that may cross, by name: whatever else a child claims becomes NotAvailable.
_ERRORS: dict[str, type[SafelightError]] = {kind.__name__: kind for kind in (Invalid, TooMuch, NotAvailable, Busy)}


class Garbled(Exception):
    """The other side said what it may not say, or stopped in the middle of it."""


@dataclass(frozen=True)
class Message:
    """Head and body as they travel."""

    head: dict[str, Any]
    body: bytes = b""

    def encoded(self) -> bytes:
        head = json.dumps(self.head, separators=(",", ":")).encode()
        return LENGTH.pack(len(head), len(self.body)) + head + self.body


def decoded_head(raw: bytes) -> dict[str, Any]:
    try:
        head: Any = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Garbled("The head is no JSON.") from error
    if not isinstance(head, dict):
        raise Garbled("The head is no object.")
    return head  # pyright: ignore[reportUnknownVariableType]


def checked_sizes(raw: bytes, body_bytes_max: int) -> tuple[int, int]:
    head_bytes, body_bytes = LENGTH.unpack(raw)
    if head_bytes > HEAD_BYTES_MAX or body_bytes > body_bytes_max:
        raise Garbled("The message is too large.")
    return head_bytes, body_bytes


# --- answers ----------------------------------------------------------------------------------------------------


def answer_of(result: Result) -> Message:
    match result:
        case Probed():
            return Message({"probed": asdict(result)})
        case Rendered():
            facts = {"format": result.format, "width": result.width, "height": result.height, "frames": result.frames}
            return Message({"rendered": facts}, result.data)
        case Looked(regions):
            return Message({"looked": [_region_facts(region) for region in regions[:REGIONS_MAX]]})
        case Analysed(facts):
            return Message({"analysed": True}, json.dumps(facts).encode())


def _region_facts(region: Region) -> list[str | float]:
    places = (region.x, region.y, region.width, region.height, region.certainty)
    return [region.kind, *(round(number, _REGION_DIGITS) for number in places)]


def _region(facts: object) -> Region:
    match cast(list[object], facts) if isinstance(facts, list) else []:
        case [str(kind), x, y, width, height, certainty] if len(kind) <= REGION_KIND_CHARS_MAX:
            return Region(kind, *map(_share, (x, y, width, height, certainty)))
        case _:
            raise Garbled("A region has an unknown shape.")


def _share(number: object) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
        raise Garbled("A region is told in numbers.")
    if not 0 <= number <= 1:
        raise Garbled("A region lies outside its picture.")
    return float(number)


def refusal_of(error: SafelightError, *, fault: str | None = None) -> Message:
    """An error as words for the client; `fault` is for the log: what broke in a library, or in us."""
    words = {"error": type(error).__name__, "message": error.message, "retry_after_seconds": error.retry_after_seconds}
    return Message(words if fault is None else {**words, "fault": fault})


def result_of(message: Message) -> Result:
    """The result that a message holds, each field checked; raises the error that it holds."""
    match message.head:
        case {"error": str(name), "message": str(words), "retry_after_seconds": int() | None as seconds}:
            raise _ERRORS.get(name, NotAvailable)(words, retry_after_seconds=seconds)
        case {
            "probed": {
                "format": str(format),
                "width": int(width),
                "height": int(height),
                "pages": int(pages),
                "has_alpha": bool(has_alpha),
            }
        } if format in FORMATS and min(width, height, pages) > 0:
            return Probed(format, width, height, pages, has_alpha)
        case {
            "rendered": {"format": str(format), "width": int(width), "height": int(height), "frames": int(frames)}
        } if format in FORMATS and min(width, height, frames) > 0:
            return Rendered(message.body, format, width, height, frames)
        case {"analysed": True}:
            if len(message.body) > ANALYSIS_BYTES_MAX:
                raise Garbled("The answer tells too much.")
            return Analysed(decoded_head(message.body))
        case {"looked": regions} if isinstance(regions, list):
            found = cast(list[object], regions)
            if len(found) > REGIONS_MAX:
                raise Garbled("The answer tells of too many regions.")
            return Looked(tuple(_region(facts) for facts in found))
        case _:
            raise Garbled("The answer has an unknown shape.")


def check(message: Message) -> None:
    """Raises Garbled for what is neither a result nor a refusal."""
    with contextlib.suppress(SafelightError):
        result_of(message)


# --- the child's side: blocking ---------------------------------------------------------------------------------


def send(channel: socket.socket, message: Message) -> None:
    channel.sendall(message.encoded())


def receive_job(channel: socket.socket) -> tuple[Message, list[int]] | None:
    """The next job and its open files, which the caller closes; None when nobody will send one any more."""
    start, files = _first_bytes(channel)
    if not start:
        return None
    try:
        raw = start + _exactly(channel, LENGTH.size - len(start))
        head_bytes, body_bytes = checked_sizes(raw, JOB_BYTES_MAX)
        head = decoded_head(_exactly(channel, head_bytes))
        body = _exactly(channel, body_bytes)
    except BaseException:
        close(files)
        raise
    return Message(head, body), files


def close(files: Sequence[int]) -> None:
    for file in files:
        os.close(file)


def _first_bytes(channel: socket.socket) -> tuple[bytes, list[int]]:
    start, files, flags, _ = socket.recv_fds(channel, LENGTH.size, 1 + PARTS_MAX)
    # Cut off: there were more than a job may carry, or this process may open no more.
    if start and (not files or flags & socket.MSG_CTRUNC):
        close(files)
        raise Garbled("A job comes with its open files.")
    return start, files


def _exactly(channel: socket.socket, size_bytes: int) -> bytes:
    parts = bytearray()
    while len(parts) < size_bytes:
        part = channel.recv(min(size_bytes - len(parts), _CHUNK_BYTES))
        if not part:
            raise Garbled("The other side stopped in the middle.")
        parts += part
    return bytes(parts)


# --- the parent's side: never waits in the loop -----------------------------------------------------------------


async def send_async(channel: socket.socket, message: Message, files: Sequence[int] = ()) -> None:
    """Send a message; `files` travel with its first bytes and stay open here."""
    loop = asyncio.get_running_loop()
    raw = message.encoded()
    # A stream that nobody has written to takes at least one byte at once, so this cannot block.
    sent = socket.send_fds(channel, [raw], list(files)) if files else 0
    if sent < len(raw):
        await loop.sock_sendall(channel, memoryview(raw)[sent:])


async def receive_async(channel: socket.socket, body_bytes_max: int) -> Message:
    head_bytes, body_bytes = checked_sizes(await _exactly_async(channel, LENGTH.size), body_bytes_max)
    head = decoded_head(await _exactly_async(channel, head_bytes))
    return Message(head, await _exactly_async(channel, body_bytes))


async def receive_job_async(channel: socket.socket) -> tuple[Message, list[int]]:
    """As receive_job, for a server that must not wait; raises Garbled when the client went away."""
    await _readable(channel)
    start, files = _first_bytes(channel)
    try:
        raw = start + await _exactly_async(channel, LENGTH.size - len(start))
        head_bytes, body_bytes = checked_sizes(raw, JOB_BYTES_MAX)
        head = decoded_head(await _exactly_async(channel, head_bytes))
        body = await _exactly_async(channel, body_bytes)
    except BaseException:
        close(files)
        raise
    return Message(head, body), files


async def _exactly_async(channel: socket.socket, size_bytes: int) -> bytes:
    loop = asyncio.get_running_loop()
    parts = bytearray()
    while len(parts) < size_bytes:
        part = await loop.sock_recv(channel, min(size_bytes - len(parts), _CHUNK_BYTES))
        if not part:
            raise Garbled("The other side stopped in the middle.")
        parts += part
    return bytes(parts)


async def _readable(channel: socket.socket) -> None:
    """Wait until something came; asyncio has no receive that takes files along."""
    loop = asyncio.get_running_loop()
    came = loop.create_future()
    descriptor = channel.fileno()
    loop.add_reader(descriptor, lambda: came.done() or came.set_result(None))
    try:
        await came
    finally:
        loop.remove_reader(descriptor)
