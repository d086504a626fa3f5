"""What one connection may hold: who sends a head without an end, stands still or only connects is let go."""

import asyncio
import resource
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn
import uvloop

from safelight.settings import ServerSettings
from safelight.web.connection import FILES_EACH, FILES_SPARE, BoundedProtocol, connections_affordable

KIB = 1024
MIB = 1024 * KIB
SHORT = 0.2
LONG = 60
HEAD = b"POST / HTTP/1.1\r\nHost: here\r\n"
GONE = b""


@dataclass
class Bare:
    """A server without a framework. `/large` is answered with more than any buffer between us holds."""

    port: int = 0
    asked: list[tuple[dict[bytes, bytes], bytes]] = field(default_factory=list)
    """Headers and body of each request that came in whole."""
    came: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """A client was gone before all was said."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            body += message["body"]
            if not message["more_body"]:
                break
        self.asked.append((dict(scope["headers"]), body))
        self.came.set()
        answer = bytes(64 * MIB) if scope["path"] == "/large" else b"well"
        length = str(len(answer)).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": answer})

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def says(self, *sent: bytes) -> bytes:
        """All that is answered until the server hangs up."""
        reader, writer = await self.connect()
        try:
            async with asyncio.timeout(20):
                for part in sent:
                    writer.write(part)
                    with suppress(ConnectionError):
                        await writer.drain()
                return await _all(reader)
        finally:
            writer.close()


async def _all(reader: asyncio.StreamReader) -> bytes:
    found = b""
    try:
        while chunk := await reader.read(MIB):
            found += chunk
    except ConnectionError:
        return found
    return found


@asynccontextmanager
async def bare(**words: Any) -> AsyncIterator[Bare]:
    words = {"head_bytes_max": 8 * KIB, "head_seconds": LONG, "idle_seconds": LONG, **words}

    class Protocol(BoundedProtocol):
        bounds = ServerSettings(**words)

    app = Bare()
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        http=Protocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    app.port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield app
    finally:
        await server.shutdown()


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"X-A: b\r\n" * 2000,
        HEAD + b"X-A: " + b"a" * 16_000,
        b"GET /" + b"a" * 16_000,
        b"\r\n" * 8000,
    ],
    ids=["many headers", "one header", "the address", "empty lines"],
)
async def test_a_head_without_an_end_is_cut_off(sent):
    async with bare() as app:
        assert (await app.says(sent)).startswith(b"HTTP/1.1 431 ")
        assert app.asked == []


async def test_a_head_within_the_limit_is_heard():
    async with bare() as app:
        answer = await app.says(HEAD + b"X: " + b"a" * 7000 + b"\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab")
        assert answer.endswith(b"well")
        assert app.asked[0][1] == b"ab"


async def test_what_follows_a_body_is_neither_read_nor_kept():
    start = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nab\r\n0\r\n"
    async with bare() as app:
        await app.says(start + b"Authorization: Basic eDp5\r\n\r\n")
        headers, body = app.asked[0]
        assert (b"authorization" in headers, body) == (False, b"ab")
        assert (await app.says(start, b"X-A: b\r\n" * 100_000)) == GONE
        await asyncio.wait_for(app.left.wait(), 20)
        assert len(app.asked) == 1


async def test_a_large_body_in_small_bits_is_no_head():
    async with bare() as app:
        sent = [HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n", *[b"1\r\na\r\n" * 500] * 50]
        assert (await app.says(*sent, b"0\r\n\r\n")).endswith(b"well")
        assert len(app.asked[0][1]) == 25_000


@pytest.mark.parametrize("sent", [b"", b"GET ", HEAD, HEAD + b"X-A: b"])
async def test_who_does_not_finish_a_head_is_let_go(sent):
    async with bare(head_seconds=SHORT) as app:
        assert await app.says(sent) == GONE


async def test_a_head_in_drops_does_not_gain_time():
    async with bare(head_seconds=SHORT) as app:
        reader, writer = await app.connect()
        writer.write(HEAD)
        async with asyncio.timeout(20):
            while not reader.at_eof() and reader.exception() is None:
                writer.write(b"X-A: b\r\n")
                await asyncio.sleep(0.01)
        assert app.asked == []


async def test_a_second_request_of_a_connection_has_no_more_time_than_the_first():
    async with bare(head_seconds=SHORT) as app:
        reader, writer = await app.connect()
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b"well")
        writer.write(HEAD)
        async with asyncio.timeout(20):
            assert await _all(reader) == GONE
        writer.close()


async def test_a_body_that_stops_is_given_up():
    async with bare(idle_seconds=SHORT) as app:
        assert await app.says(HEAD + b"Content-Length: 10\r\n\r\nabc") == GONE
        await asyncio.wait_for(app.left.wait(), 20)


async def test_a_body_that_comes_slowly_is_waited_for():
    async with bare(idle_seconds=1) as app:
        reader, writer = await app.connect()
        writer.write(HEAD + b"Content-Length: 8\r\nConnection: close\r\n\r\n")
        for _ in range(8):
            await asyncio.sleep(0.25)
            writer.write(b"a")
        assert (await _all(reader)).endswith(b"well")
        writer.close()


async def test_who_does_not_take_the_answer_is_let_go():
    async with bare(idle_seconds=SHORT) as app:
        reader, writer = await app.connect()
        writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
        async with asyncio.timeout(20):
            await app.came.wait()
            # What the two kernels held is all that ever comes.
            await asyncio.sleep(SHORT * 3)
            assert len(await _all(reader)) < 64 * MIB
        writer.close()


async def test_who_takes_the_answer_slowly_gets_it():
    async with bare(idle_seconds=1) as app:
        reader, writer = await app.connect()
        writer.write(b"GET /large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
        size_bytes = 0
        async with asyncio.timeout(30):
            while chunk := await reader.read(MIB):
                size_bytes += len(chunk)
                await asyncio.sleep(0.01)
        assert size_bytes > 64 * MIB
        writer.close()


async def test_more_connections_than_may_be_are_closed_at_once_and_the_others_go_on():
    async with bare(connections_max=3) as app:
        held = [await app.connect() for _ in range(3)]
        for _, writer in held:
            writer.write(HEAD)
        await asyncio.sleep(0)
        assert await app.says(HEAD + b"\r\n") == GONE
        reader, writer = held[0]
        writer.write(b"Connection: close\r\n\r\n")
        assert (await _all(reader)).endswith(b"well")
        for _, writer in held:
            writer.close()


def test_on_the_loop_that_we_run_on_it_is_the_same():
    async def answers() -> list[bytes]:
        async with bare(head_seconds=SHORT, idle_seconds=SHORT, connections_max=3) as app:
            return [
                await app.says(HEAD + b"Connection: close\r\n\r\n"),
                await app.says(HEAD + b"X-A: " + b"a" * 16_000),
                await app.says(HEAD),
                await app.says(HEAD + b"Content-Length: 10\r\n\r\nabc"),
                (await app.says(b"GET /large HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"))[:15],
            ]

    with ThreadPoolExecutor() as pool:
        well, too_large, *let_go, whole = pool.submit(uvloop.run, answers()).result()
    assert well.endswith(b"well")
    assert too_large.startswith(b"HTTP/1.1 431 ")
    assert let_go == [GONE, GONE]
    assert whole == b"HTTP/1.1 200 OK"


def test_there_are_no_more_connections_than_files_may_be_open():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        assert connections_affordable(10) == 10
        assert connections_affordable(10**9) == (hard - FILES_SPARE) // FILES_EACH
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == hard
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
