"""Files in buckets: S3 and Azure against servers that speak as they do, Google against one that answers plainly."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest

from safelight.adapters.blobs import from_url
from safelight.adapters.fetcher.buckets import BucketSource, sources_of
from safelight.adapters.fetcher.places import Place
from safelight.kernel.errors import Invalid, NotAvailable, NotFound, TooMuch
from safelight.kernel.secret import Secret
from safelight.settings import FetchSettings, SourceSettings
from tests.contracts import stores
from tests.webserver import Asked, answer_bytes, web_server

CAT = bytes(range(256)) * 4096


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with stores.s3() as address:
        yield address


@pytest.fixture(scope="module")
def azure() -> Iterator[str]:
    with stores.azure() as address:
        yield address


async def _filled(address: str) -> str:
    """The parameters of a store in which a picture lies."""
    blobs = from_url(address.replace("/{}", ""))

    async def pieces() -> AsyncIterator[bytes]:
        yield CAT

    await blobs.put("pets/my cat.jpg", pieces())
    return urlsplit(address).query


async def get(source: BucketSource, url: str, size_bytes_max: int = 10**8) -> tuple[int, bytes]:
    async with source.get(url, size_bytes_max=size_bytes_max) as fetched:
        return fetched.status, b"".join([chunk async for chunk in fetched.chunks])


async def test_a_file_in_s3_is_read(s3: str):
    source = BucketSource("s3", Secret(f"s3://?{await _filled(s3)}"), FetchSettings())
    bucket = stores.BUCKET
    assert await get(source, f"s3://{bucket}/pets/my cat.jpg") == (200, CAT)
    assert await get(source, f"s3://{bucket}/pets/dog.jpg") == (404, b"")
    assert (await get(source, "s3://no-such-bucket/x"))[0] == 404
    with pytest.raises(TooMuch, match="Got 1048576"):
        await get(source, f"s3://{bucket}/pets/my cat.jpg", 1000)


async def test_a_file_in_azure_is_read_from_the_one_account(azure: str):
    query = dict(parse_qsl((await _filled(azure)).replace("+", "%2B")))
    source = BucketSource("azure", Secret(f"azure://{stores.AZURE_ACCOUNT}?{urlencode(query)}"), FetchSettings())
    place = f"azure://tenant:{stores.AZURE_ACCOUNT}@{stores.BUCKET}"
    assert await get(source, f"{place}/pets/my cat.jpg") == (200, CAT)
    assert (await get(source, f"{place}/none"))[0] == 404
    with pytest.raises(Invalid, match="another account"):
        await get(source, f"azure://tenant:otheraccount@{stores.BUCKET}/x")


async def test_a_file_in_googles_store_is_read(tmp_path: Path):
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        is_there = unquote(asked.target.partition("?")[0]) == "/my_bucket/pets/cat.jpg"
        writer.write(answer_bytes(200, CAT, {"last-modified": "Mon, 02 Mar 2026 10:00:00 GMT", "etag": '"1"'})
                     if is_there else answer_bytes(403 if "secret" in asked.target else 404, b"no"))  # fmt: skip
        await writer.drain()

    async with web_server(answer) as server:
        account = {"gcs_base_url": server.url("").rstrip("/"), "disable_oauth": True}
        empty = {"client_email": "", "private_key": "", "private_key_id": ""}
        file = tmp_path / "account.json"
        file.write_text(json.dumps({**account, **empty}))
        endpoint = urlencode({"credentials": str(file), "endpoint": server.url("").rstrip("/")})
        source = BucketSource("gs", Secret(f"gs://?{endpoint}"), FetchSettings())
        assert await get(source, "gs://my_bucket/pets/cat.jpg") == (200, CAT)
        assert (await get(source, "gs://my_bucket/none"))[0] == 404
        with pytest.raises(Invalid, match="403 Forbidden"):
            await get(source, "gs://my_bucket/secret")


async def test_a_bucket_that_is_elsewhere_is_asked_there():
    regions: list[str] = []

    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        regions.append(asked.headers["authorization"].split("/")[2])
        if regions[-1] == "eu-west-1":
            writer.write(answer_bytes(200, b"here", {"last-modified": "Mon, 02 Mar 2026 10:00:00 GMT", "etag": '"1"'}))
        else:
            words = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>"
            writer.write(answer_bytes(400, words))
        await writer.drain()

    async with web_server(answer) as server:
        query = urlencode({"endpoint": server.url("").rstrip("/"), "access_key": "a", "secret_key": "b"})
        source = BucketSource("s3", Secret(f"s3://?{query}"), FetchSettings())
        assert await get(source, "s3://a-bucket/x") == (200, b"here")
    assert regions == ["us-east-1", "eu-west-1"]


@pytest.mark.parametrize(
    ("status", "words", "error", "told"),
    [
        (403, b"<Error><Code>AccessDenied</Code></Error>", Invalid, "403 Forbidden"),
        (401, b"", Invalid, "403 Forbidden"),
        (400, b"<Error><Code>Odd</Code></Error>", NotFound, "cannot be reached"),
    ],
)
async def test_a_refusal_is_told_without_secrets(status: int, words: bytes, error: type[Exception], told: str):
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer_bytes(status, words))
        await writer.drain()

    async with web_server(answer) as server:
        query = urlencode({"endpoint": server.url("").rstrip("/"), "access_key": "a", "secret_key": "s3cret"})
        source = BucketSource("s3", Secret(f"s3://?{query}"), FetchSettings())
        with pytest.raises(error, match=told) as raised:
            await get(source, "s3://a-bucket/x")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("scheme", "credentials", "words"),
    [
        ("s3", "nonsense", "SAFELIGHT_SOURCE_S3 is not an address"),
        ("s3", "s3://bucket", "is not an address"),
        ("s3", "gs://", "is not an address"),
        ("s3", "s3://?acess_key=s3cret", "unknown parameter acess_key"),
        ("s3", "s3://?s3cret", "is not an address"),
        ("azure", "azure://?access_key=s3cret", "belong to an account"),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_without_its_secret(scheme: str, credentials: str, words: str):
    with pytest.raises(Invalid, match=words) as told:
        BucketSource(scheme, Secret(credentials), FetchSettings())
    assert "s3cret" not in told.value.message


def test_only_what_is_set_up_is_there(tmp_path: Path):
    assert sources_of(SourceSettings(), FetchSettings()) == {}
    assert set(sources_of(SourceSettings(s3=Secret("s3://"), azure=Secret("azure://")), FetchSettings())) == {
        "s3",
        "azure",
    }
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_CA"):
        sources_of(SourceSettings(s3=Secret("s3://")), FetchSettings(ca=tmp_path / "none"))


async def test_credentials_that_the_library_refuses_are_a_fault_of_the_installation(tmp_path: Path):
    source = BucketSource("gs", Secret(f"gs://?credentials={tmp_path}/none.json"), FetchSettings())
    with pytest.raises(NotAvailable, match="SAFELIGHT_SOURCE_GS"):
        await get(source, "gs://bucket/x")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("s3://a-bucket/a/b c.jpg", Place("s3", "a-bucket", "a/b c.jpg")),
        ("S3://a-bucket/%20", Place("s3", "a-bucket", "%20")),
        ("gs://my_samples.example/x", Place("gs", "my_samples.example", "x")),
        ("azure://11-22:account1@box/p/x", Place("azure", "box", "p/x", "11-22", "account1")),
    ],
)
def test_an_address_names_an_object(url: str, place: Place):
    assert Place.of(url) == place


@pytest.mark.parametrize(
    "url",
    ["s3://a.bucket/x", "s3://bucket", "s3://bucket/", "s3://Bucket/x", "s3://a@bucket/x", "s3://bucket:80/x", "s3:///x",
     "s3://bucket/a//b", "s3://bucket/../x", "s3://bucket/a\nb", f"s3://bucket/{'x' * 1025}", "azure://box/x",
     "azure://t@box/x", "azure://:acc1@box/x", "azure://t:UP@box/x", "azure://t:169.254@box/x", "http://bucket/x",
     "gs://b/x"],
)  # fmt: skip
def test_what_names_no_object_is_invalid(url: str):
    with pytest.raises(Invalid, match="Error in loading"):
        Place.of(url)
