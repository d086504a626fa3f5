"""Lines: what stands between Safelight and its PostgreSQL and S3, reads along, and breaks what a Gate says."""

import asyncio
import contextlib
import re
import struct
import threading
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator, Coroutine
from typing import Any

from tests.faults.gate import Gate, Moment, Verdict

PIECE_BYTES = 64 * 1024
HANG_SECONDS = 3.0
SLOW_SECONDS = 0.7
NO_ENCRYPTION = {80877103, 80877104}
"""What a client asks before it begins: TLS, GSSAPI. The answer is one letter."""

_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\s+([\w.]+)", re.IGNORECASE)
_ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Lines:
    """A loop in a thread of its own, with a listener for each server behind."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers: list[asyncio.Server] = []

    def before_postgres(self, port: int) -> int:
        """The port to connect to instead."""
        return self._run(self._listen(lambda reader, writer: _Database(self.gate, reader, writer).run(port)))

    def before_s3(self, port: int) -> int:
        return self._run(self._listen(lambda reader, writer: _store(self.gate, reader, writer, port)))

    def close(self) -> None:
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self, work: Coroutine[Any, Any, int]) -> int:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _listen(self, serve: Any) -> int:
        async def one(reader: Reader, writer: Writer) -> None:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await serve(reader, writer)
            writer.close()

        server = await asyncio.start_server(one, "127.0.0.1", 0, limit=2**20)
        self._servers.append(server)
        return int(server.sockets[0].getsockname()[1])


# --- PostgreSQL (protocol 3.0) ----------------------------------------------------------------------------------


class _Database:
    """One connection. Knows by name what was prepared, and what was written since the last commit."""

    def __init__(self, gate: Gate, reader: Reader, writer: Writer) -> None:
        self._gate = gate
        self._client, self._to_client = reader, writer
        self._port = int(writer.get_extra_info("peername")[1])
        self._prepared: dict[str, str] = {}
        self._written: list[str] = []
        self._done: str | None = None
        """The step that was handed on, until its answer comes."""

    async def run(self, port: int) -> None:
        server, to_server = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        pumps = [
            asyncio.create_task(self._asks(to_server)),
            asyncio.create_task(self._answers(server)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            to_server.close()

    async def _asks(self, to_server: Writer) -> None:
        while True:  # until the startup message itself
            head = await self._client.readexactly(8)
            size, code = struct.unpack("!II", head)
            to_server.write(head + await self._client.readexactly(size - 8))
            if code not in NO_ENCRYPTION:
                break
        while True:
            head = await self._client.readexactly(5)
            body = await self._client.readexactly(struct.unpack("!I", head[1:])[0] - 4)
            step = self._step(head[:1], body)
            if step and await self._gate.passes(step, Moment.BEFORE, self._port) is not Verdict.GO:
                return
            self._done = step or self._done
            to_server.write(head + body)
            await to_server.drain()

    async def _answers(self, server: Reader) -> None:
        while data := await server.read(PIECE_BYTES):
            step, self._done = self._done, None
            if step and await self._gate.passes(step, Moment.AFTER, self._port) is not Verdict.GO:
                return
            self._to_client.write(data)
            await self._to_client.drain()

    def _step(self, kind: bytes, body: bytes) -> str | None:
        if kind == b"P":
            name, statement = (word.decode(errors="replace") for word in body.split(b"\0")[:2])
            self._prepared[name] = statement
            return None
        if kind == b"B":
            statement = self._prepared.get(body.split(b"\0")[1].decode(errors="replace"), "")
        elif kind == b"Q":
            statement = body.rstrip(b"\0").decode(errors="replace")
        else:
            return None
        if statement.upper().startswith(("COMMIT", "ROLLBACK")):
            written, self._written = self._written, []
            return f"{statement[:8].lower()} {', '.join(written)}"
        self._written += [f"{verb.lower()} {table}" for verb, table in _WRITES.findall(statement)[:4]]
        return f"statement {' '.join(statement.split())[:400]}"


# --- S3 -----------------------------------------------------------------------------------------------------------


async def _store(gate: Gate, reader: Reader, writer: Writer, port: int) -> None:
    """One request for each connection: that keeps the reading simple."""
    if gate.store == "gone":
        return
    head = await reader.readuntil(b"\r\n\r\n")
    method, path = head.decode("latin-1").split(" ", 2)[:2]
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    body = await reader.readexactly(int(found[1])) if found else b""
    step, asker = f"{method} {path}", int(writer.get_extra_info("peername")[1])
    if gate.store == "hanging":
        await asyncio.sleep(HANG_SECONDS)
        return
    if gate.store == "slow":
        await asyncio.sleep(SLOW_SECONDS)
    verdict = Verdict.ERR if gate.store == "erring" else await gate.passes(step, Moment.BEFORE, asker)
    if verdict is Verdict.ERR:
        writer.write(_ERROR)
        await writer.drain()
    if verdict is not Verdict.GO:
        return
    answer = bytearray()
    async for piece in _answer(port, re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head), body):
        answer += piece
    verdict = await gate.passes(step, Moment.AFTER, asker)
    # A line that breaks in the middle of an answer breaks behind its head, where there is a body.
    until = len(answer) if verdict is Verdict.GO else max(0, len(answer) - 40) if method == "GET" else 0
    writer.write(_ERROR if verdict is Verdict.ERR else bytes(answer[:until]))
    await writer.drain()


async def _answer(port: int, head: bytes, body: bytes) -> AsyncIterator[bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(head[:-2] + b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        while piece := await reader.read(PIECE_BYTES):
            yield piece
    finally:
        writer.close()
