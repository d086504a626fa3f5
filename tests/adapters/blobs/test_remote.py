"""What a store over the network does when the network or the store does not do its part."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from safelight.adapters.blobs import from_url
from safelight.kernel.errors import NotAvailable, SafelightError, StoreFull
from safelight.ports.blobs import BlobStore
from tests.webserver import Asked, answer_bytes, web_server


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def _put(store: BlobStore) -> None:
    await store.put("a", chunks(b"x"))


async def _open(store: BlobStore) -> None:
    assert [chunk async for chunk in store.open("a")] == []


async def _range(store: BlobStore) -> None:
    assert [chunk async for chunk in store.open("a", 3, 5)] == []


async def _stat(store: BlobStore) -> None:
    await store.stat("a")


async def _delete(store: BlobStore) -> None:
    await store.delete("a")


async def _delete_prefix(store: BlobStore) -> None:
    await store.delete_prefix("a/")


async def _list(store: BlobStore) -> None:
    assert [stat async for stat in store.list("a/")] == []


VERBS = [_put, _open, _range, _stat, _delete, _delete_prefix, _list]
Verb = Callable[[BlobStore], Awaitable[None]]


def s3(port: int) -> BlobStore:
    address = f"endpoint=http://127.0.0.1:{port}&region=us-east-1&access_key=k&secret_key=hush"
    return from_url(f"s3://bucket/prefix?{address}")


@pytest.mark.parametrize("verb", VERBS)
async def test_a_store_that_is_not_there_is_not_available(verb: Verb):
    async with web_server(lambda asked, writer: asyncio.sleep(0)) as server:
        port = server.port
    with pytest.raises(NotAvailable):
        await verb(s3(port))


@pytest.mark.parametrize(
    ("status", "body", "expected", "tries"),
    [
        (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>", NotAvailable, 1),
        (400, b"<Error><Code>InvalidBucketName</Code></Error>", NotAvailable, 1),
        (507, b"<Error><Code>XMinioStorageFull</Code></Error>", StoreFull, 4),
        (503, b"<Error><Code>SlowDown</Code></Error>", NotAvailable, 4),
    ],
)
async def test_trouble_of_the_store_is_told_after_a_few_tries(
    status: int, body: bytes, expected: type[SafelightError], tries: int
):
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer_bytes(status, body))
        await writer.drain()

    async with web_server(answer) as server:
        with pytest.raises(expected) as error:
            await s3(server.port).put("a", chunks(b"x"))
        assert type(error.value) is expected
        assert len(server.asked) == tries
    assert "hush" not in repr((error.value.message, error.value.facts))


async def test_a_file_stays_where_it_is_when_the_store_does_not_take_it(tmp_path: Path):
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(answer_bytes(403))
        await writer.drain()

    file = tmp_path / "staged"
    file.write_bytes(b"x")
    async with web_server(answer) as server:
        with pytest.raises(NotAvailable):
            await s3(server.port).adopt("a", file)
    assert file.read_bytes() == b"x"


async def test_a_download_that_breaks_off_is_told():
    async def answer(asked: Asked, writer: asyncio.StreamWriter) -> None:
        facts = {"etag": '"1"', "last-modified": "Mon, 01 Jan 2024 00:00:00 GMT", "content-length": "1000"}
        writer.write(answer_bytes(200, b"half", facts))
        await writer.drain()

    async with web_server(answer) as server:
        with pytest.raises(NotAvailable):
            assert [chunk async for chunk in s3(server.port).open("a")]
