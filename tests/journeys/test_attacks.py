"""Who means harm, at a running installation with two HTTP workers: it stays within its limits and serves the others."""

import asyncio
import base64
import hashlib
import io
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from safelight.transform import sign
from tests.installation import Installation, processes
from tests.pictures import photo

MIB = 1024 * 1024
GROWTH_BYTES_MAX = 400 * MIB
FLOOD = 150
COLORS = ((250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0), (0, 250, 250))


@pytest.fixture(scope="module")
def safelight(tmp_path_factory) -> Iterator[Installation]:
    installation = Installation(
        tmp_path_factory.mktemp("attacks"),
        arguments=("--workers", "2"),
        environment={
            "SAFELIGHT_SERVER_HEAD_SECONDS": "2",
            "SAFELIGHT_SERVER_IDLE_SECONDS": "3",
            "SAFELIGHT_UPLOAD_UNPROVED_BYTES_MAX": "8MiB",
        },
    ).start()
    yield installation
    assert installation.stop() == 0


@pytest.fixture(autouse=True)
def _is_well(safelight: Installation) -> Iterator[None]:
    """After each attack everything works, and nothing is left of it."""
    yield
    safelight.upload(photo(64, 48), public_id="still_works")
    answer = httpx.get(f"{safelight.base}/{safelight.cloud}/image/upload/w_32/still_works.jpg", timeout=30)
    assert answer.status_code == 200
    assert list((safelight.folder / "data" / "staging").glob("*")) == []


def workers(safelight: Installation) -> list[int]:
    assert safelight.process is not None
    return sorted(pid for pid, words in processes(safelight.process.pid).items() if " _web " in words)


def memory_bytes(pid: int, name: str) -> int:
    """`VmRSS`: now; `VmHWM`: the most that it ever was."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def url(safelight: Installation, path: str) -> str:
    return f"{safelight.base}/{safelight.cloud}/image/upload/{path}"


class Kept(httpx.AsyncHTTPTransport):
    """Sends once more, on a connection of its own, what was written to a kept one while the server closed it for idling
    (RFC 9112, 9.3.1). Any other broken line stays the fault that it is: on a new connection nothing is sent again."""

    def __init__(self) -> None:
        super().__init__()
        self._fresh = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        connected: list[str] = []

        async def trace(event: str, info: object) -> None:
            connected.extend([event] if event == "connection.connect_tcp.started" else [])

        request.extensions = {**request.extensions, "trace": trace}
        try:
            return await super().handle_async_request(request)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            if connected:
                raise
            return await self._fresh.handle_async_request(request)


# --- what is sent ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a&" * (20 * MIB)),
        ("application/x-www-form-urlencoded", b"a=" + b"%41" * (13 * MIB)),
        ("application/x-www-form-urlencoded", b"a=" + b"%" * (40 * MIB)),
        ("application/json", b'{"a":[' + b"[]," * (13 * MIB) + b"0]}"),
        ("application/json", b'{"a":' + b"[" * (40 * MIB)),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 20_000),
    ],
    ids=["pairs", "escapes", "wrong escapes", "lists", "depth", "parts"],
)
def test_no_body_takes_a_worker_down(safelight, kind, body):
    before = {pid: memory_bytes(pid, "VmRSS") for pid in workers(safelight)}
    headers = {"content-type": kind}
    answer = httpx.post(f"{safelight.api}/image/upload", auth=safelight.auth, content=body, headers=headers, timeout=60)
    assert answer.status_code == 400
    for pid, size_bytes in before.items():
        assert memory_bytes(pid, "VmHWM") - size_bytes < GROWTH_BYTES_MAX
    assert workers(safelight) == list(before)


def test_who_only_connects_or_stops_in_the_middle_is_let_go_and_nobody_waits_for_them(safelight):
    starts = (b"", b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"POST /v1_1/demo/image/upload HTTP/1.1\r\n")
    body = b"POST /v1_1/demo/image/upload HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nabc"
    held = [socket.create_connection(("127.0.0.1", safelight.port), timeout=20) for _ in range(300)]
    for number, connection in enumerate(held):
        connection.sendall(body if number % 10 == 0 else starts[number % len(starts)])
    safelight.upload(photo(64, 48), public_id="meanwhile")
    assert httpx.get(url(safelight, "meanwhile.jpg")).status_code == 200
    for connection in held:
        with connection:
            assert connection.recv(100) == b""


def test_a_head_without_an_end_is_cut_off(safelight):
    with socket.create_connection(("127.0.0.1", safelight.port), timeout=20) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        sent_bytes = 0
        try:
            while sent_bytes < 100 * MIB:
                connection.sendall(b"X-A: b\r\n" * 10_000)
                sent_bytes += 80_000
        except ConnectionError:
            return
    raise AssertionError(f"{sent_bytes} bytes of headers were taken")


def multipart(*parts: tuple[str, str | bytes]) -> bytes:
    body = b""
    for name, value in parts:
        filename, raw = ("", value.encode()) if isinstance(value, str) else ('; filename="a.bin"', value)
        body += f'--b\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n\r\n'.encode() + raw + b"\r\n"
    return body + b"--b--\r\n"


def test_of_unknown_senders_only_so_much_is_taken_in_and_known_ones_are_not_kept_out(safelight):
    data = os.urandom(20 * MIB)
    words = {"timestamp": str(int(time.time())), "public_id": "large.bin"}
    signed = {**words, "signature": sign.sign_params(words, safelight.secret), "api_key": safelight.key}

    def send(*parts: tuple[str, str | bytes]) -> httpx.Response:
        headers = {"content-type": "multipart/form-data; boundary=b"}
        return httpx.post(f"{safelight.api}/raw/upload", content=multipart(*parts), headers=headers, timeout=60)

    refused = send(("file", data), *signed.items())
    assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
    assert send(*signed.items(), ("file", data)).status_code == 200
    assert send(("file", data[:MIB]), *signed.items()).status_code == 200
    assert send(("api_key", "nobody"), ("signature", "0" * 40), ("file", data)).status_code == 401


# --- what is asked -----------------------------------------------------------------------------------------------


async def test_a_flood_of_transformations_is_bounded_and_stored_files_stay_quick(safelight):
    safelight.upload(photo(800, 600), public_id="flooded")
    hit = url(safelight, "flooded.jpg")
    statuses: list[int] = []
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=FLOOD + 10)) as client:
        for _ in range(10):
            await client.get(hit)

        async def ask(number: int) -> httpx.Response:
            return await client.get(url(safelight, f"w_{100 + number},e_sepia/flooded.jpg"))

        flood = [asyncio.create_task(ask(number)) for number in range(FLOOD)]
        while not all(task.done() for task in flood):
            statuses.append((await client.get(hit)).status_code)
            await asyncio.sleep(0.1)
        answers = await asyncio.gather(*flood)
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 503)
    assert sum(answer.status_code == 200 for answer in answers) > FLOOD // 4
    assert set(statuses) == {200}


VARIED = (
    "poisoned.jpg",
    "f_auto,q_auto/poisoned",
    "c_scale,w_auto/poisoned.jpg",
    "dpr_auto,w_100/poisoned.jpg",
    "fl_attachment/poisoned.jpg",
)
HEADERS = {
    "accept": ("*/*", "image/avif,image/webp", "image/webp", "image/avif;q=0", "x" * 2000),
    "dpr": ("2", "3", "nan"),
    "sec-ch-dpr": ("1.5", "0"),
    "save-data": ("on", "off"),
    "width": ("100", "1e9"),
    "sec-ch-width": ("250", "abc"),
    "viewport-width": ("320",),
    "range": ("bytes=0-9", "bytes=999999-"),
    "if-none-match": ('"x"', "*"),
    "cookie": ("a=b",),
    "x-forwarded-host": ("evil.example",),
}
TOLD = ("content-type", "content-length", "vary", "cache-control", "etag", "content-range", "content-disposition")


def test_no_client_changes_what_others_get(safelight):
    safelight.upload(photo(640, 480), public_id="poisoned")
    chosen = random.Random(7)

    def told(client: httpx.Client, method: str, path: str, headers: dict[str, str]) -> tuple[object, ...]:
        answer = client.request(method, url(safelight, path), headers=headers)
        digest = hashlib.sha256(answer.content).hexdigest()
        return (answer.status_code, digest, *(answer.headers.get(name) for name in TOLD))

    with httpx.Client(timeout=60) as client:
        for number in range(250):
            path, method = chosen.choice(VARIED), chosen.choice(("GET", "GET", "HEAD"))
            some = chosen.sample(sorted(HEADERS), chosen.randrange(5))
            headers = {name: chosen.choice(HEADERS[name]) for name in some}
            # With a query that nobody asked before, nothing that is remembered can answer.
            asked_anew = told(client, method, f"{path}?_i={number}", headers)
            assert told(client, method, path, headers) == asked_anew, (method, path, headers)


@pytest.mark.parametrize(
    "path",
    [
        "fl_attachment:a%0D%0AX-Evil:%201/named.jpg",
        "fl_attachment:a%250D%250AX-Evil%253A%25201/named.jpg",
        "named%0D%0AX-Evil:%201.jpg",
        "w_10%0D%0AX-Evil:%201/named.jpg",
        "d_%0D%0AX-Evil:%201.jpg/nobody.jpg",
    ],
)
def test_no_line_of_a_header_is_written_by_a_client(safelight, path):
    safelight.upload(photo(64, 48), public_id="named")
    assert "x-evil" not in httpx.get(url(safelight, path)).headers


@pytest.mark.parametrize("name", ["x" * 255, "é" * 255, "a/" * 300 + "b", "a'b\"c;d@e$f,g", "\u202egpj.x", "w_10/a"])
def test_what_may_be_stored_under_a_name_is_had_under_it(safelight, name):
    stored = safelight.upload(photo(64, 48), public_id=name)
    answer = httpx.get(str(stored["url"]))
    assert (answer.status_code, len(answer.content)) == (200, stored["bytes"])
    assert httpx.get(str(stored["url"]).replace("/image/upload/", "/image/upload/w_10/", 1)).status_code == 200


# --- at the same moment ------------------------------------------------------------------------------------------


def solid(color: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 150), color).save(out, "PNG")
    return out.getvalue()


def color_of(data: bytes) -> int:
    found = Image.open(io.BytesIO(data)).convert("RGB").getpixel((2, 2))
    return min(range(len(COLORS)), key=lambda n: sum(abs(a - b) for a, b in zip(COLORS[n], found, strict=True)))


async def test_nobody_gets_an_old_picture_who_asks_after_the_new_one_was_acknowledged(safelight):
    async with httpx.AsyncClient(timeout=60, auth=safelight.auth, transport=Kept()) as client:

        async def put(number: int) -> None:
            files = {"file": ("a.png", solid(COLORS[number]))}
            answer = await client.post(f"{safelight.api}/image/upload", data={"public_id": "turning"}, files=files)
            assert answer.status_code == 200, answer.text

        await put(0)
        current, ended = 0, asyncio.Event()

        async def watch(path: str) -> int:
            seen = 0
            while not ended.is_set():
                least = current
                answer = await client.get(url(safelight, path))
                assert answer.status_code == 200, answer.headers
                assert color_of(answer.content) >= least
                seen += 1
            return seen

        watching = [asyncio.create_task(watch(path)) for path in ("turning.png", "w_50/turning.png") * 3]
        for number in range(1, len(COLORS)):
            await put(number)
            # Another process hears of it a moment later.
            await asyncio.sleep(0.5)
            current = number
        ended.set()
        assert min(await asyncio.gather(*watching)) > 0


async def test_of_many_at_the_same_moment_one_is_first_and_nothing_is_half(safelight):
    data = os.urandom(5 * MIB + 1000)
    cut = 5 * MIB
    async with httpx.AsyncClient(timeout=60, auth=safelight.auth, transport=Kept()) as client:

        async def put(number: int) -> dict[str, object]:
            files, words = {"file": ("a.png", solid(COLORS[number]))}, {"public_id": "first", "overwrite": "false"}
            return (await client.post(f"{safelight.api}/image/upload", data=words, files=files)).json()

        answers = await asyncio.gather(*(put(number) for number in range(len(COLORS))))
        assert len({answer["version_id"] for answer in answers}) == 1
        assert sum("existing" not in answer for answer in answers) == 1

        async def piece(start: int, end: int) -> httpx.Response:
            headers = {"content-range": f"bytes {start}-{end - 1}/{len(data)}", "x-unique-upload-id": "together"}
            return await client.post(
                f"{safelight.api}/raw/upload",
                data={"public_id": "pieces"},
                files={"file": ("b", data[start:end])},
                headers=headers,
            )

        pieces = await asyncio.gather(piece(0, cut), piece(cut, len(data)), piece(0, cut), piece(cut, len(data)))
        assert {answer.status_code for answer in pieces} == {200}
        assert len({answer.json().get("version_id") for answer in pieces} - {None}) == 1
        whole = await client.get(f"{safelight.base}/{safelight.cloud}/raw/upload/pieces")
        assert whole.content == data

        async with client.stream("GET", f"{safelight.base}/{safelight.cloud}/raw/upload/pieces") as answer:
            chunks = answer.aiter_bytes(65_536)
            got = await anext(chunks)
            gone = await client.post(f"{safelight.api}/raw/destroy", data={"public_id": "pieces"})
            assert gone.json() == {"result": "ok"}
            async for chunk in chunks:
                got += chunk
        assert got == data
        assert (await client.get(f"{safelight.base}/{safelight.cloud}/raw/upload/pieces")).status_code == 404


# --- without a database ------------------------------------------------------------------------------------------


def test_a_database_that_is_away_is_told_and_found_again_without_a_restart(safelight):
    safelight.upload(photo(64, 48), public_id="kept")
    before = workers(safelight)
    for _ in range(20):
        httpx.get(url(safelight, "kept.jpg"))
    pid_file = safelight.folder / "data" / "postgres" / "server" / "postmaster.pid"
    until, statuses = time.monotonic() + 3, []
    while time.monotonic() < until:
        if pid_file.exists() and (words := pid_file.read_text().split()):
            try:
                os.kill(int(words[0]), signal.SIGKILL)
            except ProcessLookupError:
                time.sleep(0.02)
        answer = httpx.post(
            f"{safelight.api}/image/upload",
            auth=safelight.auth,
            data={"public_id": "away", "file": f"data:image/jpeg;base64,{base64.b64encode(photo(8, 8)).decode()}"},
            timeout=60,
        )
        statuses.append(answer.status_code)
        assert httpx.get(url(safelight, "kept.jpg"), timeout=60).status_code in {200, 503}
    assert set(statuses) <= {200, 503}
    assert 503 in statuses
    safelight.wait_ready()
    assert workers(safelight) == before
