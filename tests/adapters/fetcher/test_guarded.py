"""The guard of the way out, against a real server on loopback."""

import asyncio
import gzip
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from safelight.adapters.fetcher.guard import Resolve
from safelight.adapters.fetcher.guarded import GuardedFetcher
from safelight.kernel.errors import Invalid, NotFound, TooMuch, Unauthorized
from safelight.kernel.hosts import Hosts
from safelight.kernel.secret import Secret
from safelight.settings import FetchSettings
from tests.webserver import Asked, WebServer, answer_bytes, web_server

FORBIDDEN = "forbidden address"


async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
    """Where a redirect leads is the query of the path `/to`."""
    path, _, query = asked.target.partition("?")
    if path == "/to":
        writer.write(answer_bytes(302, headers={"location": query}))
    elif path == "/endless":
        writer.write(answer_bytes(200, headers={"content-length": "", "transfer-encoding": "chunked"}))
        for _ in range(1000):
            writer.write(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
            await writer.drain()
    elif path == "/slow":
        writer.write(answer_bytes(200, b"", {"content-length": "1000"}) + b"x")
        await writer.drain()
        await asyncio.Event().wait()
    elif path == "/silent":
        await asyncio.Event().wait()
    elif path == "/torn":
        writer.write(answer_bytes(200, b"half", {"content-length": "1000"}))
    elif path == "/nonsense":
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
    elif path == "/gzip":
        writer.write(answer_bytes(200, gzip.compress(b"x" * 100_000), {"content-encoding": "gzip"}))
    else:
        writer.write(answer_bytes(200, b"here"))
    await writer.drain()


@pytest.fixture
async def server() -> AsyncIterator[WebServer]:
    async with web_server(answer) as made:
        yield made


Make = Callable[..., GuardedFetcher]


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Makes fetchers and closes them."""
    made: list[GuardedFetcher] = []

    def fetcher(*allow: str, seconds_max: float = 30, resolve: Resolve | None = None, **more: object) -> GuardedFetcher:
        settings = FetchSettings(allow=allow, **more)  # type: ignore[arg-type]
        if resolve is None:
            made.append(GuardedFetcher(settings, seconds_max=seconds_max))
        else:
            made.append(GuardedFetcher(settings, seconds_max=seconds_max, resolve=resolve))
        return made[-1]

    yield fetcher
    for each in made:
        await each.close()


async def get(fetcher: GuardedFetcher, url: str, size_bytes_max: int = 1_000_000, **headers: str) -> bytes:
    async with fetcher.get(url, size_bytes_max=size_bytes_max, headers=headers) as fetched:
        return b"".join([chunk async for chunk in fetched.chunks])


def answers(*turns: list[str]) -> tuple[Resolve, list[str]]:
    """A resolver that gives one answer after the other, and the list of what it was asked."""
    asked: list[str] = []

    async def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return turns[min(len(asked), len(turns)) - 1]

    return resolve, asked


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7F.0x0.0x0.0x1", "0177.0.0.1",
        "017700000001", "127.0.0.1.", "localhost", "localhost.", "LOCALHOST", "0", "0.0.0.0", "[::]", "[::1]",
        "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]", "0x7f000001.", "0x7f.0.0.1", "127.0x1", "127.0.0x1", "0177.1", "0177.0.0.01", "00000177.1",
        "0x0000007f.0x1", "127.000.000.001", "127.0.0.01", "%31%32%37.0.0.1", "127.0.0.1%00", "127。0。0。1",
        "①②⑦.⓪.⓪.①", "１２７.0.0.1", "ⓛocalhost", "localhost%2e", "[::ffff:0:127.0.0.1]", "[::ffff:0:0:7f00:1]",
        "[0:0:0:0:0:ffff:7f00:0001]", "[2001:0:7f00:1::f7f7:f7f7]", "[::%lo]", "[fe80::1%25lo]", "me@127.0.0.1",
        "93.184.216.34@127.0.0.1", "4294967296", "2130706433.", "00x7f000001", "127.1.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_no_spelling_reaches_this_machine(server: WebServer, make: Make, host: str, scheme: str):
    with pytest.raises((Invalid, NotFound)) as error:
        await get(make(), f"{scheme}://{host}:{server.port}/")
    # Some forms are no address to us (0177.0.0.1) or to some resolvers (127.0.0.1.); what is one must be refused.
    assert error.value.message.endswith((FORBIDDEN, "unknown host", "invalid address"))
    assert server.asked == []


async def test_what_is_allowed_is_reached_and_nothing_beside_it(server: WebServer, make: Make):
    assert await get(make("127.0.0.0/8"), server.url()) == b"here"
    assert await get(make(f"localhost:{server.port}"), f"http://localhost:{server.port}/") == b"here"
    with pytest.raises(Invalid, match=FORBIDDEN):
        await get(make(f"127.0.0.1:{server.port + 1}"), server.url())
    with pytest.raises(Invalid, match=FORBIDDEN):
        await get(make("localhost"), server.url())


@pytest.mark.parametrize(
    "found", [["93.184.216.34", "127.0.0.1"], ["10.0.0.1"], ["fe80::1%lo"], ["::1", "2606:4700::1"], ["what"]]
)
async def test_one_forbidden_address_of_a_host_forbids_it(server: WebServer, make: Make, found: list[str]):
    resolve, _ = answers(found)
    with pytest.raises(Invalid, match=f"^Error in loading http://name.test:{server.port}/ - {FORBIDDEN}$"):
        await get(make(resolve=resolve), f"http://name.test:{server.port}/")
    assert server.asked == []


async def test_a_name_that_changes_its_answer_is_connected_to_where_it_was_checked(server: WebServer, make: Make):
    resolve, asked = answers(["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"])
    assert await get(make("127.0.0.1", resolve=resolve), f"http://name.test:{server.port}/") == b"here"
    assert asked == ["name.test"]
    assert server.asked[0].headers["host"] == f"name.test:{server.port}"


async def test_every_request_is_checked_anew(server: WebServer, make: Make):
    resolve, asked = answers(["127.0.0.1"], ["127.0.0.2"])
    fetcher = make("127.0.0.1", resolve=resolve)
    assert await get(fetcher, f"http://name.test:{server.port}/") == b"here"
    with pytest.raises(Invalid, match=FORBIDDEN):
        await get(fetcher, f"http://name.test:{server.port}/")
    assert asked == ["name.test", "name.test"]


@pytest.mark.parametrize("location", ["http://127.0.0.2/", "http://[::1]/", "//169.254.169.254/", "http://2130706434/"])
async def test_a_redirect_to_a_forbidden_address_is_refused(server: WebServer, make: Make, location: str):
    url = server.url(f"/to?{location}")
    with pytest.raises(Invalid) as error:
        await get(make("127.0.0.1"), url)
    assert error.value.message == f"Error in loading {server.url('/to')} - {FORBIDDEN}", "the query may hold a secret"
    assert len(server.asked) == 1


async def test_a_redirect_to_a_name_that_leads_inside_is_refused(server: WebServer, make: Make):
    resolve, _ = answers(["127.0.0.1"], ["169.254.169.254"])
    with pytest.raises(Invalid, match=FORBIDDEN):
        await get(make("127.0.0.1", resolve=resolve), f"http://name.test:{server.port}/to?http://other.test/")


DENIED_HOSTS = Hosts(denied=("denied.test", "*.denied.test"))


@pytest.mark.parametrize(
    ("url", "hosts", "steps"),
    [
        ("http://denied.test:{port}/", DENIED_HOSTS, 0),
        ("http://a.DENIED.test.:{port}/", DENIED_HOSTS, 0),
        ("http://good.test:{port}/to?http://denied.test:{port}/", DENIED_HOSTS, 1),
        ("http://good.test:{port}/to?http://good.test:{port}/to?http://x.denied.test:{port}/", DENIED_HOSTS, 2),
        ("http://good.test:{port}/to?http://other.test:{port}/to?http://good.test/", Hosts(("good.test",)), 1),
        ("http://other.test:{port}/", Hosts(("good.test",)), 0),
    ],
)
async def test_hosts_that_a_cloud_does_not_want_are_not_asked_not_even_in_the_middle(
    server: WebServer, make: Make, url: str, hosts: Hosts, steps: int
):
    resolve, asked = answers(["127.0.0.1"])
    fetcher = make("127.0.0.1", resolve=resolve)
    with pytest.raises(Unauthorized, match="is not allowed"):
        async with fetcher.get(url.format(port=server.port), size_bytes_max=100, hosts=hosts):
            pass
    assert (len(server.asked), len(asked)) == (steps, steps)


async def test_a_post_goes_to_no_host_that_a_cloud_does_not_want(server: WebServer, make: Make):
    with pytest.raises(Unauthorized):
        await make().post(f"http://denied.test:{server.port}/", body=b"{}", headers={}, hosts=DENIED_HOSTS)
    assert server.asked == []


@pytest.mark.parametrize(
    ("deny", "found"),
    [
        ("127.0.0.1", ["127.0.0.1"]),
        ("127.0.0.0/8", ["127.0.0.1"]),
        ("name.test", ["127.0.0.1"]),
        ("93.184.216.0/24", ["93.184.216.34"]),
        ("93.184.216.34", ["::ffff:93.184.216.34"]),
        ("93.184.216.34", ["64:ff9b::93.184.216.34"]),
        ("93.184.216.34", ["2002:5db8:d822::1"]),
        ("2606:4700::/32", ["2606:4700::1111"]),
        ("127.0.0.1", ["93.184.216.34"] * 40 + ["127.0.0.1"]),
    ],
)
async def test_what_the_operator_denies_is_not_reached_also_where_it_is_public_or_allowed(
    server: WebServer, make: Make, deny: str, found: list[str]
):
    resolve, _ = answers(found)
    with pytest.raises(Invalid, match=FORBIDDEN):
        await get(make("127.0.0.0/8", "name.test", deny=(deny,), resolve=resolve), f"http://name.test:{server.port}/")
    assert server.asked == []


async def test_a_proxy_is_not_asked_for_a_name_that_is_denied(server: WebServer, make: Make):
    proxy = Secret(f"http://127.0.0.1:{server.port}")
    with pytest.raises(Invalid, match=FORBIDDEN):
        await get(make("name.test", deny=("name.test",), proxy=proxy), "http://name.test/")
    assert server.asked == []


def test_a_list_that_cannot_be_read_is_named():
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_DENY"):
        GuardedFetcher(FetchSettings(deny=("10.0.0.0/33",)), seconds_max=1)


@pytest.mark.parametrize(("redirects_max", "ends_well"), [(1, False), (2, True)])
async def test_only_so_many_redirects_are_followed(server: WebServer, make: Make, redirects_max: int, ends_well: bool):
    fetcher = make("127.0.0.1", redirects_max=redirects_max)
    if ends_well:
        assert await get(fetcher, server.url("/to?/to?/end")) == b"here"
    else:
        with pytest.raises(Invalid, match="too many redirects"):
            await get(fetcher, server.url("/to?/to?/end"))


async def test_credentials_do_not_follow_to_another_host(server: WebServer, make: Make):
    url = f"http://me:secret@127.0.0.1:{server.port}/to?http://localhost:{server.port}/end"
    assert await get(make("127.0.0.1", "localhost"), url, cookie="a=b", **{"x-tag": "1"}) == b"here"
    first, second = server.asked
    assert first.headers["authorization"] == "Basic bWU6c2VjcmV0"
    assert first.headers["cookie"] == "a=b"
    assert "authorization" not in second.headers
    assert "cookie" not in second.headers
    assert second.headers["x-tag"] == "1"


async def test_a_body_without_end_is_cut_off_at_the_limit(server: WebServer, make: Make):
    with pytest.raises(TooMuch):
        await get(make("127.0.0.1"), server.url("/endless"), 100_000)


async def test_a_body_is_handed_on_as_it_came(server: WebServer, make: Make):
    assert gzip.decompress(await get(make("127.0.0.1"), server.url("/gzip"), 1000)) == b"x" * 100_000
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("path", ["/slow", "/silent"])
async def test_who_takes_too_long_is_not_waited_for(server: WebServer, make: Make, path: str):
    with pytest.raises(NotFound, match="timed out"):
        await get(make("127.0.0.1", seconds_max=0.2), server.url(path))


async def test_a_resolver_that_takes_too_long_is_not_waited_for(make: Make):
    async def resolve(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(NotFound, match="timed out"):
        await get(make(resolve=resolve, seconds_max=0.2), "http://name.test/")


@pytest.mark.parametrize("path", ["/torn", "/nonsense"])
async def test_who_does_not_speak_http_cannot_be_reached(server: WebServer, make: Make, path: str):
    with pytest.raises(NotFound, match="cannot be reached"):
        await get(make("127.0.0.1"), server.url(path))


async def test_a_closed_port_cannot_be_reached(server: WebServer, make: Make):
    resolve, _ = answers(["127.0.0.3", "127.0.0.2"])
    with pytest.raises(NotFound, match="cannot be reached"):
        await get(make("127.0.0.0/8", resolve=resolve), f"http://name.test:{server.port}/")


async def test_the_next_address_is_tried_when_one_is_closed(server: WebServer, make: Make):
    resolve, _ = answers(["127.0.0.2", "127.0.0.1"])
    assert await get(make("127.0.0.0/8", resolve=resolve), f"http://name.test:{server.port}/") == b"here"


async def test_the_environment_says_nothing_about_proxies(
    server: WebServer, make: Make, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(os.environ, "HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setitem(os.environ, "ALL_PROXY", "http://127.0.0.1:9")
    assert await get(make("127.0.0.1"), server.url()) == b"here"


async def test_a_proxy_is_asked_after_the_host_was_checked(server: WebServer, make: Make):
    resolve, asked = answers(["93.184.216.34"])
    proxy = Secret(f"http://me:secret@127.0.0.1:{server.port}")
    assert await get(make(proxy=proxy, resolve=resolve), "http://name.test/file?x=y") == b"here"
    assert asked == ["name.test"]
    assert server.asked[0].target == "http://name.test/file?x=y"
    assert server.asked[0].headers["host"] == "name.test"
    assert server.asked[0].headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


async def test_a_proxy_of_a_client_is_asked_after_both_addresses_were_checked(server: WebServer, make: Make):
    resolve, asked = answers(["93.184.216.34"], ["127.0.0.1"])
    fetcher = make(f"127.0.0.1:{server.port}", resolve=resolve)
    proxy = f"http://me:secret@proxy.test:{server.port}"
    async with fetcher.get("http://name.test/file", size_bytes_max=100, proxy=proxy) as fetched:
        assert b"".join([chunk async for chunk in fetched.chunks]) == b"here"
    assert asked == ["name.test", "proxy.test"]
    assert server.asked[0].target == "http://name.test/file"
    assert server.asked[0].headers["proxy-authorization"] == "Basic bWU6c2VjcmV0"


@pytest.mark.parametrize(
    ("url", "proxy", "words"),
    [
        ("http://name.test/x", "http://127.0.0.1:1", FORBIDDEN),
        ("http://127.0.0.1/x", "http://proxy.test", FORBIDDEN),
        ("http://name.test/x", "socks5://proxy.test", "Invalid proxy"),
        ("http://name.test/x", "proxy.test:80", "Invalid proxy"),
    ],
)
async def test_a_proxy_of_a_client_leads_nowhere_else_than_it_may(make: Make, url: str, proxy: str, words: str):
    async def resolve(host: str, _port: int) -> list[str]:
        return [host] if host[0].isdigit() else ["93.184.216.34"]

    with pytest.raises(Invalid, match=words):
        async with make(resolve=resolve).get(url, size_bytes_max=100, proxy=proxy):
            pass


async def test_where_there_is_a_proxy_clients_name_no_other(server: WebServer, make: Make):
    fetcher = make(proxy=Secret(f"http://127.0.0.1:{server.port}"))
    with pytest.raises(Invalid, match="proxy of its own"):
        async with fetcher.get("http://name.test/x", size_bytes_max=100, proxy="http://proxy.test"):
            pass


async def test_a_proxy_is_not_asked_for_a_forbidden_host(server: WebServer, make: Make):
    proxy = Secret(f"http://127.0.0.1:{server.port}")
    for url in ("http://10.0.0.1/", "https://127.0.0.1/", "http://localhost/"):
        with pytest.raises(Invalid, match=FORBIDDEN):
            await get(make(proxy=proxy), url)
    assert server.asked == []


async def test_a_post_sends_its_body(server: WebServer, make: Make):
    assert await make("127.0.0.1").post(server.url("/hook"), body=b"{}", headers={"X-Cld-Signature": "s"}) == 200
    assert (server.asked[0].method, server.asked[0].body) == ("POST", b"{}")
    assert server.asked[0].headers["x-cld-signature"] == "s"


async def test_a_post_that_is_not_answered_is_given_up(server: WebServer, make: Make):
    with pytest.raises(NotFound, match="timed out"):
        await make("127.0.0.1", post_seconds=0.2).post(server.url("/silent"), body=b"", headers={})


async def test_words_for_the_client_hold_no_credentials(server: WebServer, make: Make):
    for url in ("http://me:secret@127.0.0.1/", "http://me:secret@nowhere.invalid/", "ftp://me:secret@h/"):
        with pytest.raises((Invalid, NotFound)) as error:
            await get(make(), url)
        assert "secret" not in error.value.message
        assert "secret" not in repr(error.value.facts)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"], ids=["missing", "empty", "nonsense"])
def test_a_file_without_certificates_is_a_clear_error(tmp_path: Path, content: bytes | None):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_CA"):
        GuardedFetcher(FetchSettings(ca=file), seconds_max=1)


@pytest.mark.parametrize("proxy", ["", "proxy:3128", "socks5://proxy", "http://"])
def test_a_proxy_without_an_address_is_a_clear_error_and_tells_no_secret(proxy: str):
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_PROXY"):
        GuardedFetcher(FetchSettings(proxy=Secret(proxy)), seconds_max=1)
