"""The protocol that answers stored files itself: the same answers as the slow way, and no trick of HTTP confuses it."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.assets import catalogue
from safelight.delivery.deliver import Deliver
from safelight.delivery.model import DeliveryRequest, Media
from safelight.derived import named
from safelight.kernel.media import Access, Kind
from safelight.ports.blobs import Stat
from safelight.web.hit_body import SHEET_BYTES_MIN
from tests.conftest import NOW
from tests.delivering import MIB, Delivery, Served, delivery, served

# What may differ between two answers to one question.
PASSING = frozenset({"date", "x-request-id", "server-timing"})


@dataclass(frozen=True)
class Answer:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def lasting(self) -> dict[str, str]:
        return {name: value for name, value in self.headers.items() if name not in PASSING}

    @property
    def way(self) -> str:
        """`hit`, `stored`, `made`, or empty for a refusal."""
        return re.sub(r"cld-(\w+);dur=[0-9.]+", r"\1", self.headers.get("server-timing", ""))


def asked(path: str, method: str = "GET", **headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: here"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_answer(reader: asyncio.StreamReader, method: str = "GET") -> Answer:
    async with asyncio.timeout(10):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        pairs = [line.partition(": ") for line in head[1:] if line]
        headers = {name.lower(): value for name, _, value in pairs}
        assert len(headers) == len(pairs), "a header came twice"
        has_body = method != "HEAD" and status not in (204, 304)
        body = await reader.readexactly(int(headers["content-length"])) if has_body else b""
        return Answer(status, headers, body)


async def ask(here: Served, path: str, method: str = "GET", **headers: str) -> Answer:
    reader, writer = await here.connect()
    try:
        writer.write(asked(path, method, **headers))
        return await read_answer(reader, method)
    finally:
        writer.close()


@pytest.fixture
async def here(database, tmp_path: Path) -> AsyncIterator[Served]:
    delivering = await delivery(database, tmp_path)
    delivering.hits.drop_all()
    delivering.hits.is_on = True
    async with served(delivering) as running:
        yield running


@pytest.fixture
async def tom(here: Served) -> str:
    """The path of a picture that has been asked for once."""
    await here.delivery.asset("tom", bytes(range(256)) * 40)
    await ask(here, "/demo/image/upload/tom.jpg")
    return "/demo/image/upload/tom.jpg"


# --- the slow way and the short way ------------------------------------------------------------------------------


QUESTIONS: tuple[dict[str, str], ...] = (
    {},
    {"Accept": "image/avif,image/webp,*/*"},
    {"Accept": "image/webp,*/*;q=0.8", "Save_Data": "on"},
    {"If_None_Match": "ETAG"},
    {"If_None_Match": '"other"'},
    {"If_Modified_Since": "Tue, 01 Jan 2030 00:00:00 GMT"},
    {"If_Modified_Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
    {"Range": "bytes=0-9"},
    {"Range": "bytes=-5"},
    {"Range": "bytes=3-"},
    {"Range": "bytes=0-1,4-5"},
    {"Range": "bytes=999999-"},
    {"Range": "bytes=0-9", "If_Range": "ETAG"},
    {"Range": "bytes=0-9", "If_Range": '"other"'},
    {"Connection": "close"},
    {"Range": "bytes=0-9", "Connection": "close"},
)


@pytest.mark.parametrize(
    "path",
    [
        "/demo/image/upload/tom.jpg",
        "/demo/image/upload/tom.jpg?_a=BAMC",
        "/demo/image/upload/w_10/tom.png",
        "/demo/image/upload/f_auto,q_auto,w_10/tom",
        "/demo/image/upload/fl_attachment:k%C3%A4se/tom",
        "/demo/image/upload/fl_immutable_cache,w_10/v7/tom",
        "/demo/image/upload/logo.svg",
        "/demo/raw/upload/page.html",
        "/demo/raw/upload/empty.txt",
    ],
)
async def test_both_ways_give_the_same_answer(here: Served, path: str):
    delivering = here.delivery
    await delivering.asset("tom", bytes(range(256)) * 40)
    await delivering.asset("logo", b"<svg/>", format="svg")
    await delivering.asset("page.html", b"<script>", kind=Kind.RAW, format=None)
    await delivering.asset("empty.txt", b"", kind=Kind.RAW, format=None)
    for question in QUESTIONS:
        delivering.hits.is_on = True
        taste = {name: value for name, value in question.items() if name in ("Accept", "Save_Data")}
        first = await ask(here, path, **taste)
        headers = {name: first.headers["etag"] if value == "ETAG" else value for name, value in question.items()}
        for method in ("GET", "HEAD"):
            delivering.hits.is_on = True
            short = await ask(here, path, method, **headers)
            delivering.hits.is_on = False
            slow = await ask(here, path, method, **headers)
            assert (short.way, slow.way) == ("hit", "stored"), question
            assert (short.status, short.lasting, short.body) == (slow.status, slow.lasting, slow.body), question
            assert short.headers.keys() == slow.headers.keys(), question
            assert short.headers["x-request-id"] != slow.headers["x-request-id"]


async def test_nothing_says_who_the_client_is(here: Served, tom: str):
    answer = await ask(here, tom, Cookie="session=1")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("method", "status"), [("OPTIONS", 204), ("POST", 405), ("PUT", 405), ("DELETE", 405), ("PATCH", 405)]
)
async def test_other_methods_are_not_answered_from_the_table(here: Served, tom: str, method: str, status: int):
    answer = await ask(here, tom, method, Content_Length="0")
    assert (answer.status, answer.headers["allow"]) == (status, "GET, HEAD, OPTIONS")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/demo/image/upload/nothing.jpg", 404, "Resource not found - nothing"),
        ("/demo/image/upload/w_abc/tom.jpg", 400, "w"),
        ("/demo/image/authenticated/tom.jpg", 401, "deny or ACL failure"),
        ("/favicon.ico", 404, ""),
        ("/demo/image/upload/l_text:arial_20:a%0Ab/tom%0A.jpg", 400, ""),
        ("//", 404, ""),
        ("/%", 404, ""),
        ("/demo/image/upload/%FF%FE.jpg", 404, ""),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_refusal_is_short_and_says_why(here: Served, path: str, status: int, words: str, method: str):
    answer = await ask(here, path, method)
    assert answer.status == status
    assert words in answer.headers["x-cld-error"]
    assert "X-Cld-Error" in answer.headers["access-control-expose-headers"]
    # Who may not see a file now may see it in a moment.
    assert answer.headers["cache-control"] == ("no-store" if status == 401 else "max-age=60")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_a_default_picture_is_not_remembered(here: Served, tom: str):
    path = "/demo/image/upload/d_tom.jpg/w_10/gone.jpg"
    for way in ("made", "stored"):
        answer = await ask(here, path)
        assert (answer.status, answer.way) == (200, way)
        assert answer.headers["x-cld-error"] == "Resource not found - gone"
        assert answer.headers["cache-control"] == "private, max-age=60"


async def test_private_files_are_not_remembered_and_not_for_caches(here: Served):
    for access in (Access.PRIVATE, Access.AUTHENTICATED):
        await here.delivery.asset("tom", access=access)
        path = f"/demo/image/{access}/{here.delivery.sign('tom.jpg')}/tom.jpg"
        for _ in range(2):
            answer = await ask(here, path)
            assert (answer.status, answer.way) == (200, "stored")
            assert answer.headers["cache-control"].startswith("private")


async def test_a_host_without_its_cloud(here: Served, tom: str):
    reader, writer = await here.connect()
    for host, status in (("media.example.org:80", 200), ("demo-res.example.org", 200), ("elsewhere.example", 404)):
        for _ in range(2):
            writer.write(f"GET /image/upload/tom.jpg HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            assert (await read_answer(reader)).status == status
    writer.close()


# --- changes -----------------------------------------------------------------------------------------------------


async def test_every_change_of_an_asset_is_seen_at_once(here: Served):
    delivering = here.delivery
    asset = await delivering.asset("tom", b"first")
    paths = ["/demo/image/upload/tom.jpg", "/demo/image/upload/w_10/tom.jpg"]

    async def bodies() -> list[bytes]:
        return [(await ask(here, path)).body for _ in range(2) for path in paths]

    assert (await bodies())[0] == b"first"
    asset = await delivering.asset("tom", b"second")
    assert all(b"second" in body for body in await bodies())
    async with delivering.database.transaction() as session:
        renamed = await catalogue.rename(session, asset, "jerry", now=NOW)
    assert [(await ask(here, path)).status for path in paths] == [404, 404]
    assert (await ask(here, "/demo/image/upload/jerry.jpg")).body == b"second"
    async with delivering.database.transaction() as session:
        hidden = await catalogue.rename(session, renamed, "jerry", access=Access.AUTHENTICATED, now=NOW)
    assert (await ask(here, "/demo/image/upload/jerry.jpg")).status == 404
    async with delivering.database.transaction() as session:
        shown = await catalogue.rename(session, hidden, "jerry", access=Access.UPLOAD, now=NOW)
    assert (await ask(here, "/demo/image/upload/jerry.jpg")).body == b"second"
    async with delivering.database.transaction() as session:
        await catalogue.delete(session, shown, NOW)
    assert (await ask(here, "/demo/image/upload/jerry.jpg")).status == 404


async def test_a_name_that_means_something_else_is_seen_at_once(here: Served):
    delivering = here.delivery
    await delivering.asset("tom", b"first")
    async with delivering.database.transaction() as session:
        await named.create(session, delivering.cloud.id, "small", "w_10", now=NOW)
    path = "/demo/image/upload/t_small/tom.jpg"
    before = [(await ask(here, path)).body for _ in range(2)]
    async with delivering.database.transaction() as session:
        await named.change(session, delivering.cloud.id, "small", transformation="w_20")
    assert (await ask(here, path)).body != before[0] == before[1]


async def test_every_change_of_a_layer_is_seen_at_once(here: Served):
    delivering = here.delivery
    await delivering.asset("tom")
    await delivering.asset("logo", b"first", format="png")
    path = "/demo/image/upload/l_logo/tom.jpg"
    assert [(await ask(here, path)).way for _ in range(3)] == ["made", "hit", "hit"]
    logo = await delivering.asset("logo", b"second", format="png")
    for way in ("made", "hit"):
        answer = await ask(here, path)
        assert (answer.body.endswith(b"with second"), answer.way) == (True, way)
    async with delivering.database.transaction() as session:
        hidden = await catalogue.rename(session, logo, "logo", access=Access.AUTHENTICATED, now=NOW)
    assert (await ask(here, path)).status == 400
    async with delivering.database.transaction() as session:
        shown = await catalogue.rename(session, hidden, "logo", access=Access.UPLOAD, now=NOW)
    assert (await ask(here, path)).status == 200
    async with delivering.database.transaction() as session:
        await catalogue.delete(session, shown, NOW)
    refused = await ask(here, path)
    assert (refused.status, refused.headers["x-cld-error"]) == (
        400,
        "Unknown or invalid referenced image logo of type upload",
    )


async def test_a_picture_with_a_restricted_layer_is_not_remembered(here: Served):
    delivering = here.delivery
    await delivering.asset("tom")
    await delivering.asset("secret", access=Access.AUTHENTICATED, format="png")
    chain = "l_authenticated:secret"
    path = f"/demo/image/upload/{delivering.sign(f'{chain}/tom.jpg')}/{chain}/tom.jpg"
    assert [(await ask(here, path)).way for _ in range(3)] == ["made", "stored", "stored"]
    assert (await ask(here, path)).headers["cache-control"].startswith("private")
    assert (await ask(here, f"/demo/image/upload/{chain}/tom.jpg")).status == 401


async def test_a_new_asset_that_is_meant_more_takes_the_place(here: Served):
    await here.delivery.asset("a.b.jpg", b"the whole name")
    for way in ("stored", "hit"):
        answer = await ask(here, "/demo/image/upload/a.b.jpg")
        assert (answer.body, answer.way) == (b"the whole name", way)
    await here.delivery.asset("a.b", b"the stem")
    assert (await ask(here, "/demo/image/upload/a.b.jpg")).body == b"the stem"


# --- a store far away --------------------------------------------------------------------------------------------


class FarBlobs(MemoryBlobs):
    """A store over a slow line, which notes what it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        self.asked.append(key)
        async for chunk in super().open(key, start, end):
            yield chunk

    async def stat(self, key: str) -> Stat:
        self.asked.append(key)
        return await super().stat(key)


@dataclass
class CountedDeliver:
    """A Deliver that counts."""

    deliver: Deliver
    count: int = 0

    async def __call__(self, request: DeliveryRequest) -> Media:
        self.count += 1
        return await self.deliver(request)


async def test_what_fell_out_of_memory_comes_from_the_copy_of_this_machine_and_asks_nobody(database, tmp_path: Path):
    far = FarBlobs()
    blobs = TieredBlobs(far, tmp_path / "cache", 100 * MIB)
    delivering = await delivery(database, tmp_path, blobs=blobs)
    delivering.hits.drop_all()
    delivering.hits.is_on = True
    delivering.deliver = counted = CountedDeliver(delivering.deliver)
    names = [f"tom{number}" for number in range(24)]
    for name in names:
        await delivering.asset(name, name.encode() * (MIB // 8))
    async with served(delivering) as here:
        for name in names:
            await ask(here, f"/demo/image/upload/{name}.jpg")
        far.asked.clear()
        assert counted.count == len(names)
        for name in names:
            part = await ask(here, f"/demo/image/upload/{name}.jpg", Range="bytes=5-9")
            again = [await ask(here, f"/demo/image/upload/{name}.jpg") for _ in range(2)]
            assert [answer.way for answer in (part, *again)] == ["stored", "stored", "hit"]
            assert {answer.body for answer in again} == {name.encode() * (MIB // 8)}
            assert part.body == again[0].body[5:10]
        assert (counted.count, far.asked) == (len(names), [])
        await delivering.asset(names[0], b"another")
        assert (await ask(here, f"/demo/image/upload/{names[0]}.jpg")).body == b"another"
    await blobs.close()


async def test_a_file_that_the_store_has_lost_is_made_again(database, tmp_path: Path):
    far = MemoryBlobs()
    delivering = await delivery(database, tmp_path, blobs=far)
    delivering.hits.drop_all()
    delivering.hits.is_on = True
    await delivering.asset("tom")
    async with served(delivering) as here:
        path = "/demo/image/upload/w_10/tom.jpg"
        first = await ask(here, path)
        # As HTTP/1.0 it is not answered from memory, but from what the table knows.
        derived = [stat.key async for stat in far.list("c/") if "/d/" in stat.key]
        await far.delete(derived[0])
        reader, writer = await here.connect()
        writer.write(f"GET {path} HTTP/1.0\r\nHost: here\r\n\r\n".encode())
        again = await read_answer(reader)
        writer.close()
    assert (again.status, again.way, again.body) == (200, "made", first.body)


# --- HTTP --------------------------------------------------------------------------------------------------------


async def test_one_connection_carries_many_requests(here: Served, tom: str):
    reader, writer = await here.connect()
    for number in range(20):
        writer.write(asked(tom, "HEAD" if number % 3 == 0 else "GET"))
        answer = await read_answer(reader, "HEAD" if number % 3 == 0 else "GET")
        assert (answer.status, answer.way) == (200, "hit")
    writer.close()
    assert here.delivery.hits.counts().hits == 20
    assert here.delivery.hits.counts().sent_bytes == 13 * 10240


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
async def test_a_request_that_is_known_by_its_letters_is_answered_as_the_first(here: Served, tom: str, question):
    path = "/demo/image/upload/f_auto,w_10/tom"
    await ask(here, path, **{name: value for name, value in question.items() if name in ("Accept", "Save_Data")})
    for method in ("GET", "HEAD"):
        first, *others = [await ask(here, path, method, **question) for _ in range(3)]
        for again in others:
            assert (again.way, again.status, again.lasting, again.body) == (
                "hit", first.status, first.lasting, first.body,
            )  # fmt: skip
            assert again.headers["x-request-id"] != first.headers["x-request-id"]
    is_conditional = any(name.startswith(("If", "Range")) for name in question)
    assert len(here.delivery.hits.heads) == (0 if is_conditional else 2)


async def test_known_letters_ask_for_what_is_there_now(here: Served, tom: str):
    reader, writer = await here.connect()
    for body in (bytes(range(256)) * 40, b"another", b"x" * (SHEET_BYTES_MIN + 1)):
        await here.delivery.asset("tom", body)
        for _ in range(4):
            writer.write(asked(tom))
            assert (await read_answer(reader)).body == body
    here.delivery.hits.is_on = False
    writer.write(asked(tom))
    assert (await read_answer(reader)).way == "stored"
    writer.close()


async def test_letters_that_are_known_mean_the_same_only_where_a_request_begins(here: Served, tom: str):
    known = asked(tom)
    for _ in range(2):
        assert (await ask(here, tom)).way == "hit"
    reader, writer = await here.connect()
    writer.write(b"POST /demo/x HTTP/1.1\r\nHost: here\r\nContent-Length: %d\r\n\r\n" % len(known))
    await writer.drain()
    await asyncio.sleep(0.05)
    hits = here.delivery.hits.counts().hits
    writer.write(known)  # the body of the request before
    assert (await read_answer(reader)).status == 405
    assert here.delivery.hits.counts().hits == hits
    writer.write(known)
    assert (await read_answer(reader)).way == "hit"
    writer.write(known[:20])
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.write(known[20:] + known)
    assert [(await read_answer(reader)).way for _ in range(2)] == ["hit", "hit"]
    writer.close()


async def test_a_known_request_waits_for_the_answers_before_it(here: Served, tom: str):
    await ask(here, tom)
    slow = "/demo/image/upload/w_77/tom.jpg"
    reader, writer = await here.connect()
    writer.write(asked(slow))
    await writer.drain()
    await asyncio.sleep(0.002)
    writer.write(asked(tom))
    first, second = [await read_answer(reader) for _ in range(2)]
    assert first.way == "made"
    assert len(second.body) == 10240
    writer.close()


@pytest.mark.parametrize("personal", ["Cookie", "Authorization"])
async def test_letters_with_a_secret_are_not_kept(here: Served, tom: str, personal: str):
    for _ in range(2):
        assert (await ask(here, tom, **{personal: "s3cret"})).way == "hit"
    assert len(here.delivery.hits.heads) == 0


async def test_a_connection_that_is_used_stays_longer_than_an_idle_one(database, tmp_path: Path):
    delivering = await delivery(database, tmp_path)
    delivering.hits.drop_all()
    delivering.hits.is_on = True
    await delivering.asset("tom")
    async with served(delivering, keep_alive_seconds=1) as here:
        reader, writer = await here.connect()
        for _ in range(6):
            writer.write(asked("/demo/image/upload/tom.jpg"))
            assert (await read_answer(reader)).status == 200
            await asyncio.sleep(0.3)
        writer.close()


@pytest.mark.parametrize("size", [SHEET_BYTES_MIN, 10 * SHEET_BYTES_MIN])
async def test_a_large_file_that_is_asked_for_again_is_sent_from_where_it_lies(here: Served, size: int):
    data = bytes(range(256)) * (size // 256)
    await here.delivery.asset("tom", data)
    path = "/demo/image/upload/tom.jpg"
    reader, writer = await here.connect()
    for headers, expected in (({}, data),) * 4 + (({"Range": f"bytes=9-{size - 5}"}, data[9 : size - 4]),) * 2:
        writer.write(asked(path, **headers))
        assert (await read_answer(reader)).body == expected
    # Several at once: what is sent straight away must not overtake what still waits.
    mixed = [(path, "GET"), (path, "HEAD"), ("/demo/image/upload/nothing.jpg", "GET"), (path, "GET")] * 3
    writer.write(b"".join(asked(each, method) for each, method in mixed))
    bodies = [(await read_answer(reader, method)).body for _, method in mixed]
    assert [body == data for body in bodies] == [True, False, False, True] * 3
    writer.close()


async def test_pipelined_requests_are_answered_in_their_order(here: Served, tom: str):
    ways = [tom, "/demo/image/upload/nothing.jpg", tom, "/demo/image/upload/w_33/tom.jpg", tom, tom, "/nowhere", tom]
    reader, writer = await here.connect()
    writer.write(b"".join(asked(path, Range=f"bytes={place}-{place}") for place, path in enumerate(ways)))
    answers = [await read_answer(reader) for _ in ways]
    writer.close()
    assert [answer.status for answer in answers] == [206, 404, 206, 206, 206, 206, 404, 206]
    assert [answer.body for place, answer in enumerate(answers) if ways[place] == tom] == [
        bytes([place]) for place, path in enumerate(ways) if path == tom
    ]


async def test_a_request_may_come_letter_by_letter(here: Served, tom: str):
    reader, writer = await here.connect()
    for letter in asked(tom):
        writer.write(bytes([letter]))
        await writer.drain()
    assert (await read_answer(reader)).way == "hit"
    writer.close()


async def test_close_closes_and_the_rest_is_not_answered(here: Served, tom: str):
    reader, writer = await here.connect()
    writer.write(asked(tom, Connection="close") + asked(tom))
    answer = await read_answer(reader)
    assert answer.headers["connection"] == "close"
    assert await reader.read() == b""
    writer.close()


@pytest.mark.parametrize(
    ("version", "rest"),
    [
        ("1.0", b"\r\n"),
        ("1.1", b"Content-Length: 4\r\n\r\nbody"),
        ("1.1", b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
        ("1.1", b"Accept: a\r\nAccept: b\r\n\r\n"),
        ("1.1", b"Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"),
    ],
)
async def test_what_is_unusual_goes_the_slow_way(here: Served, tom: str, version: str, rest: bytes):
    reader, writer = await here.connect()
    writer.write(f"GET {tom} HTTP/{version}\r\nHost: here\r\n".encode() + rest)
    answer = await read_answer(reader)
    assert (answer.status, answer.way) == (200, "stored")
    writer.close()


async def test_headers_that_change_nothing_may_come_twice(here: Served, tom: str):
    reader, writer = await here.connect()
    writer.write(f"GET {tom} HTTP/1.1\r\nHost: here\r\nVia: a\r\nVia: b\r\nCookie: c\r\nCookie: d\r\n\r\n".encode())
    assert (await read_answer(reader)).way == "hit"
    writer.close()


async def test_what_is_no_http_is_refused(here: Served, tom: str):
    reader, writer = await here.connect()
    writer.write(b"\x16\x03\x01 hello\r\n\r\n")
    assert (await read_answer(reader)).status == 400
    writer.close()


async def test_an_idle_connection_is_closed_after_a_while(database, tmp_path: Path):
    delivering = await delivery(database, tmp_path)
    delivering.hits.drop_all()
    delivering.hits.is_on = True
    await delivering.asset("tom")
    async with served(delivering, keep_alive_seconds=1) as here:
        await ask(here, "/demo/image/upload/tom.jpg")
        reader, writer = await here.connect()
        writer.write(asked("/demo/image/upload/tom.jpg"))
        assert (await read_answer(reader)).way == "hit"
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()


async def test_a_slow_reader_gets_all_of_it_and_fills_no_memory(here: Served):
    data = bytes(range(256)) * 2000
    await here.delivery.asset("tom", data)
    path = "/demo/image/upload/tom.jpg"
    await ask(here, path)
    reader, writer = await here.connect()
    writer.transport.pause_reading()
    writer.write(asked(path) * 40)
    await asyncio.sleep(0.3)
    # Far less than was asked for has been taken from the table: the rest waits until the client reads.
    assert here.delivery.hits.counts().hits < 20
    writer.transport.resume_reading()
    for _ in range(40):
        assert (await read_answer(reader)).body == data
    writer.close()


async def test_a_large_file_flows_in_pieces_in_parts_and_to_the_end(here: Served):
    data = bytes(range(256)) * 4 * 5 * 1024
    await here.delivery.asset("film", data, kind=Kind.VIDEO, format="mp4")
    path = "/demo/video/upload/film.mp4"
    assert len(data) > 4 * MIB
    for headers, expected in (({}, data), ({"Range": f"bytes=100-{3 * MIB}"}, data[100 : 3 * MIB + 1])):
        answer = await ask(here, path, **headers)
        assert (answer.way, answer.body == expected) == ("stored", True)
    assert (await ask(here, path, "HEAD")).headers["content-length"] == str(len(data))
    assert here.delivery.hits.counts().hits == 0


async def test_a_client_that_leaves_in_the_middle_stops_the_reading(here: Served):
    piece, given = b"x" * MIB, 0
    asset = await here.delivery.asset("film", piece, kind=Kind.VIDEO, format="mp4")
    closed = asyncio.Event()

    async def endless(_key: str, _start: int = 0, _end: int | None = None) -> AsyncIterator[bytes]:
        nonlocal given
        try:
            while True:
                given += 1
                yield piece
        finally:
            closed.set()

    path, size = "/demo/video/upload/film.mp4", 10_000 * MIB
    await make_larger(here.delivery, asset.id, size)
    here.delivery.blobs.open = endless
    reader, writer = await here.connect()
    writer.write(asked(path))
    await reader.readexactly(MIB)
    writer.close()
    async with asyncio.timeout(10):
        await closed.wait()
    assert given < 100


async def make_larger(delivering: Delivery, asset_id: str, size_bytes: int) -> None:
    async with delivering.database.transaction() as session:
        await session.execute(
            text("UPDATE assets SET size_bytes = :size WHERE id = :id"), {"size": size_bytes, "id": asset_id}
        )
