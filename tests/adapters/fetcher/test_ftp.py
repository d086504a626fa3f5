"""Files on FTP servers: fetched from the address that was checked, and from no other."""

import pytest

from safelight.adapters.fetcher.ftp import Address, FtpSource
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.secret import Secret
from safelight.settings import FetchSettings
from tests.ftpserver import FtpServer, ftp_server

FILES = {"pets/cat.jpg": b"a cat" * 1000, "/whole/path.txt": b"rooted", "a b.txt": b"spaces", "empty": b""}


async def get(server: FtpServer, url: str, *, size_bytes_max: int = 10**6, allow: str | None = None) -> tuple:
    source = FtpSource(FetchSettings(allow=(allow or f"127.0.0.1:{server.port}",)), seconds_max=10)
    async with source.get(url, size_bytes_max=size_bytes_max) as fetched:
        return fetched.status, b"".join([chunk async for chunk in fetched.chunks])


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("pets/cat.jpg", (200, FILES["pets/cat.jpg"])),
        ("pets/cat.jpg;type=i", (200, FILES["pets/cat.jpg"])),
        ("%2Fwhole/path.txt", (200, b"rooted")),
        ("a%20b.txt", (200, b"spaces")),
        ("empty", (200, b"")),
        ("missing.jpg", (404, b"")),
    ],
)
async def test_a_file_is_fetched(path: str, found: tuple[int, bytes]):
    async with ftp_server(FILES) as server:
        assert await get(server, server.url(path)) == found


async def test_who_has_a_password_is_let_in():
    async with ftp_server(FILES, user="tom", password="s3cret:@") as server:
        assert (await get(server, server.url("empty", "tom:s3cret%3A%40@")))[0] == 200
        with pytest.raises(Invalid, match="wrong user or password") as told:
            await get(server, server.url("empty", "tom:wrong@"))
    assert "wrong@" not in told.value.message
    assert server.asked[:2] == ["USER tom", "PASS s3cret:@"]


async def test_an_address_that_the_server_names_is_passed_over():
    async with ftp_server(FILES, odd={"EPSV": "502 what?"}) as server:
        assert (await get(server, server.url("empty")))[0] == 200
    assert "PASV" in server.asked


@pytest.mark.parametrize(
    ("odd", "error", "words"),
    [
        ({"TYPE": "500 no"}, Invalid, r"refused \(500\)"),
        ({"EPSV": "229 (|||22|)"}, Invalid, "refused"),
        ({"EPSV": "502 what?", "PASV": "227 nonsense"}, Invalid, "refused"),
        ({"USER": "421 too many"}, Invalid, r"refused \(421\)"),
        ({"RETR": "425 cannot"}, Invalid, r"refused \(425\)"),
        ({"end": "426 torn"}, Invalid, r"refused \(426\)"),
        ({"SIZE": "nonsense\r\n" * 300}, NotFound, "cannot be reached"),
        ({"SIZE": "2" * 10_000}, NotFound, "cannot be reached"),
    ],
)
async def test_what_a_server_should_not_say_is_refused(odd: dict[str, str], error: type[Exception], words: str):
    async with ftp_server(FILES, odd=odd) as server:
        with pytest.raises(error, match=words):
            await get(server, server.url("pets/cat.jpg"))


@pytest.mark.parametrize("odd", [{}, {"SIZE": "500 no"}])
async def test_a_file_may_not_pass_the_limit(odd: dict[str, str]):
    async with ftp_server(FILES, odd=odd) as server:
        assert (await get(server, server.url("pets/cat.jpg"), size_bytes_max=5000))[0] == 200
        with pytest.raises(TooMuch, match="File size too large"):
            await get(server, server.url("pets/cat.jpg"), size_bytes_max=4999)


async def test_what_is_not_public_is_refused():
    async with ftp_server(FILES) as server:
        with pytest.raises(Invalid, match="forbidden address"):
            await get(server, server.url("empty"), allow="10.0.0.1")
    assert server.asked == []


async def test_a_server_that_is_not_there_cannot_be_reached():
    async with ftp_server(FILES) as server:
        pass
    with pytest.raises(NotFound, match="cannot be reached"):
        await get(server, server.url("empty"))
    source = FtpSource(FetchSettings(), seconds_max=5)
    with pytest.raises(NotFound, match="unknown host"):
        async with source.get("ftp://nowhere.invalid/x", size_bytes_max=9):
            pass


async def test_where_all_goes_through_a_proxy_ftp_is_refused():
    source = FtpSource(FetchSettings(proxy=Secret("http://127.0.0.1:1")), seconds_max=5)
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_PROXY"):
        async with source.get("ftp://ftp.example/x", size_bytes_max=9):
            pass


@pytest.mark.parametrize(
    "url",
    ["ftp://host", "ftp://host/", "ftp:///x", "ftp://host:0/x", "ftp://host:99999/x", "ftp://host/a%0d%0aDELE%20b",
     "ftp://u%0aser@host/x", "ftp://u:p%0dw@host/x", "http://host/x", f"ftp://host/{'x' * 9000}", "ftp://ho\u00e9st/x"],
)  # fmt: skip
def test_a_malformed_address_is_invalid(url: str):
    with pytest.raises(Invalid, match="invalid address"):
        Address.of(url)


def test_an_address_without_a_name_is_of_nobody():
    address = Address.of("ftp://ftp.example/pub/a.jpg")
    assert (address.host, address.port, address.path, address.user) == ("ftp.example", 21, "pub/a.jpg", "anonymous")
