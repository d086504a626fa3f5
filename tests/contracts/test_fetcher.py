"""What every way out to the world promises, asked of each of them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from safelight.adapters.fetcher.guarded import GuardedFetcher
from safelight.adapters.fetcher.memory import MemoryFetcher, Page
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.ports.fetcher import Fetcher
from safelight.settings import FetchSettings
from tests.webserver import Asked, answer_bytes, web_server

PAGES = {
    "/ok": Page(b"hello", headers={"content-type": "text/plain", "X-Odd": "1"}),
    "/large": Page(b"x" * 300_000),
    "/empty": Page(b"", 204),
    "/missing": Page(b"not here", 404),
    "/broken": Page(b"", 500),
    "/moved": Page(b"", 302, {"location": "/ok"}),
    "/moved/twice": Page(b"", 301, {"location": "../moved"}),
    "/loop": Page(b"", 307, {"location": "/loop"}),
    "/strange": Page(b"", 302, {"location": "ftp://example.com/"}),
    "/inside": Page(b"", 302, {"location": "http://169.254.169.254/latest"}),
    "/query?a=b&c=%20d": Page(b"asked"),
}


@dataclass
class World:
    """A fetcher and a site that it can reach."""

    fetcher: Fetcher
    base: str

    async def get(self, url: str, size_bytes_max: int = 1_000_000) -> tuple[int, str, bytes]:
        async with self.fetcher.get(url, size_bytes_max=size_bytes_max) as fetched:
            return fetched.status, fetched.url, b"".join([chunk async for chunk in fetched.chunks])


@pytest.fixture(params=["memory", "guarded"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    if request.param == "memory":
        yield World(
            MemoryFetcher({f"http://site.test{path}": page for path, page in PAGES.items()}), "http://site.test"
        )
        return

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        page = PAGES.get(asked.target, Page(b"", 404))
        writer.write(answer_bytes(page.status, page.body, page.headers))
        await writer.drain()

    async with web_server(answer) as server:
        fetcher = GuardedFetcher(FetchSettings(allow=(f"127.0.0.1:{server.port}",)), seconds_max=30)
        yield World(fetcher, f"http://127.0.0.1:{server.port}")
        await fetcher.close()


@pytest.mark.parametrize(
    ("path", "status", "end", "body"),
    [
        ("/ok", 200, "/ok", b"hello"),
        ("/ok#part", 200, "/ok", b"hello"),
        ("/large", 200, "/large", b"x" * 300_000),
        ("/empty", 204, "/empty", b""),
        ("/query?a=b&c=%20d", 200, "/query?a=b&c=%20d", b"asked"),
        ("/missing", 404, "/missing", b"not here"),
        ("/broken", 500, "/broken", b""),
        ("/moved", 200, "/ok", b"hello"),
        ("/moved/twice", 200, "/ok", b"hello"),
    ],
)
async def test_an_answer_is_handed_on_whatever_it_says(world: World, path: str, status: int, end: str, body: bytes):
    assert await world.get(world.base + path) == (status, world.base + end, body)


async def test_names_of_headers_are_in_lower_case(world: World):
    async with world.fetcher.get(f"{world.base}/ok", size_bytes_max=100) as fetched:
        assert fetched.headers["content-type"] == "text/plain"
        assert fetched.headers["x-odd"] == "1"


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "ftp://example.com/", "file:///etc/passwd", "http://", "http://127.0.0.1/", "http://localhost/",
     "http://10.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://169.254.169.254/latest/meta-data"],
)  # fmt: skip
async def test_a_malformed_or_forbidden_address_is_invalid(world: World, url: str):
    with pytest.raises(Invalid, match="Error in loading"):
        await world.get(url)
    with pytest.raises(Invalid, match="Error in loading"):
        await world.fetcher.post(url, body=b"", headers={})


@pytest.mark.parametrize("path", ["/loop", "/strange", "/inside"])
async def test_a_redirect_to_nowhere_good_is_invalid_and_tells_only_what_was_asked(world: World, path: str):
    with pytest.raises(Invalid) as error:
        await world.get(world.base + path)
    assert error.value.message.startswith(f"Error in loading {world.base}{path} - ")
    assert "169.254" not in error.value.message


@pytest.mark.parametrize(("size_bytes_max", "fits"), [(300_000, True), (299_999, False), (10, False), (0, False)])
async def test_a_body_may_not_pass_the_limit(world: World, size_bytes_max: int, fits: bool):
    if fits:
        assert len((await world.get(f"{world.base}/large", size_bytes_max))[2]) == 300_000
    else:
        with pytest.raises(TooMuch, match="File size too large"):
            await world.get(f"{world.base}/large", size_bytes_max)


async def test_a_host_that_is_not_there_is_not_found(world: World):
    with pytest.raises(NotFound, match=r"^Error in loading http://nowhere\.invalid/x - "):
        await world.get("http://me:secret@nowhere.invalid/x")


@pytest.mark.parametrize(("path", "status"), [("/ok", 200), ("/missing", 404), ("/moved", 302), ("/broken", 500)])
async def test_a_post_tells_the_status_and_follows_nothing(world: World, path: str, status: int):
    assert await world.fetcher.post(world.base + path, body=b"{}", headers={"content-type": "text/json"}) == status


async def test_the_reader_may_stop_early(world: World):
    async with world.fetcher.get(f"{world.base}/large", size_bytes_max=1_000_000) as fetched:
        assert await anext(fetched.chunks)
    assert (await world.get(f"{world.base}/ok"))[0] == 200
