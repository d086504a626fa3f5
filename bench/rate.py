"""Rate: asks so many times a second, whatever the answers take, and tells how long each was waited for."""

import asyncio
import time
from collections import deque
from typing import cast

import httpx
import uvloop

CONNECTIONS = 64
TICK_SECONDS = 0.001


def ask(port: int, path: str, rate: int, seconds: float, visitors: int) -> list[float]:
    """Milliseconds from the moment when each should have been asked until its last byte came."""
    first = httpx.get(f"http://127.0.0.1:{port}{path}")
    length = len(first.content)
    return uvloop.run(_ask(port, path, rate, int(rate * seconds), visitors, length))


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self, free: "deque[_Connection]", waits: list[float], length: int) -> None:
        self._free, self._waits, self._length = free, waits, length
        self._missing = 0
        self._head = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's are no subclass of it.
        self.transport = cast("asyncio.Transport", transport)
        self._free.append(self)

    def ask(self, request: bytes, due: float) -> None:
        assert self.transport is not None
        self._due, self._missing, self._head = due, -1, b""
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            assert self._head.startswith(b"HTTP/1.1 200"), self._head[:200]
            self._missing = self._length - (len(self._head) - end - 4)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._waits.append((time.perf_counter() - self._due) * 1000)
            self._free.append(self)


async def _ask(port: int, path: str, rate: int, count: int, visitors: int, length: int) -> list[float]:
    free: deque[_Connection] = deque()
    waits: list[float] = []
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: _Connection(free, waits, length), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    began, asked = time.perf_counter(), 0
    while len(waits) < count:
        due = began + asked / rate
        while asked < count and free and due <= time.perf_counter():
            free.popleft().ask(_request(path, port, asked % visitors), due)
            asked += 1
            due = began + asked / rate
        await asyncio.sleep(TICK_SECONDS)
    for transport, _ in made:
        transport.close()
    return waits


def _request(path: str, port: int, visitor: int) -> bytes:
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"X-Forwarded-For: 203.{visitor // 250}.113.{visitor % 250}",
        f"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:{visitor % 300}.0) Firefox/140.0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
