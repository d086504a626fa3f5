"""Uploads from elsewhere through the unchanged Python SDK: FTP, buckets, headers and a proxy."""

import asyncio
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, quote, urlsplit

import cloudinary
import cloudinary.uploader as uploader
import httpx
import obstore
import pytest
from cloudinary.exceptions import BadRequest

from safelight.adapters.blobs import buckets
from tests.contracts import stores
from tests.ftpserver import ftp_server
from tests.installation import Installation

MARKER = ".wellknown/cloudinary/demo"


class Site(http.server.BaseHTTPRequestHandler):
    """Gives the picture to who knows the word, and to who comes through it as through a proxy."""

    photo = b""
    seen: list[str]

    def do_GET(self) -> None:
        type(self).seen.append(self.path)
        is_allowed = self.headers.get("Authorization") == "Bearer word" or self.path.startswith("http://")
        self.send_response(200 if is_allowed else 403)
        self.send_header("Content-Length", str(len(self.photo) if is_allowed else 0))
        self.end_headers()
        self.wfile.write(self.photo if is_allowed else b"")

    def log_message(self, format: str, *args: object) -> None:
        return None


@contextmanager
def site(photo: bytes) -> Iterator[tuple[type[Site], str]]:
    kind = type("OneSite", (Site,), {"photo": photo, "seen": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield kind, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@contextmanager
def ftp(photo: bytes) -> Iterator[str]:
    """An FTP server in a thread of its own; where it listens."""
    loop, begun, told = asyncio.new_event_loop(), threading.Event(), list[int]()
    stop = asyncio.Event()

    async def serve() -> None:
        async with ftp_server({"pets/cat.jpg": photo}, user="tom", password="cat") as server:
            told.append(server.port)
            begun.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert begun.wait(30)
    yield f"127.0.0.1:{told[0]}"
    loop.call_soon_threadsafe(stop.set)
    thread.join(30)
    loop.close()


def fill(address: str, photo: bytes) -> str:
    """A picture and the mark of the cloud in a store; the parameters that open it."""
    parts = urlsplit(address)
    params = dict(parse_qsl(parts.query.replace("+", "%2B")))
    store = buckets.store(parts.scheme, parts.netloc, stores.BUCKET, "", params, {"allow_http": True})
    for key, data in (("pets/cat.jpg", photo), (MARKER, b"")):
        obstore.put(store, key, data)
    return parts.query


@pytest.fixture(scope="module")
def world(tmp_path_factory, photo):
    """An installation that may reach loopback, with credentials for two stores."""
    with stores.s3() as s3, stores.azure() as azure, site(photo) as (seen, web), ftp(photo) as files:
        installation = Installation(
            tmp_path_factory.mktemp("sources"),
            environment={
                "SAFELIGHT_FETCH_ALLOW": "127.0.0.1",
                "SAFELIGHT_SOURCE_S3": f"s3://?{fill(s3, photo)}",
                "SAFELIGHT_SOURCE_AZURE": f"azure://{stores.AZURE_ACCOUNT}?{fill(azure, photo)}",
            },
        ).start()
        cloudinary.reset_config()
        cloudinary.config(
            cloud_name="demo",
            api_key=installation.key,
            api_secret=installation.secret,
            upload_prefix=installation.base,
        )
        yield {"web": web, "site": seen, "ftp": files, "api": installation.api, "auth": installation.auth}
        cloudinary.reset_config()
        assert installation.stop() == 0


@pytest.mark.parametrize(
    "source",
    [
        "ftp://tom:cat@{ftp}/pets/cat.jpg",
        f"s3://{stores.BUCKET}/pets/cat.jpg",
    ],
)
def test_a_file_comes_from_where_it_is(world, photo, source):
    answer = uploader.upload(source.format(ftp=world["ftp"]), use_filename=True, unique_filename=False, tags=["far"])
    assert (answer["public_id"], answer["original_filename"], answer["bytes"]) == ("cat", "cat", len(photo))
    assert (answer["width"], answer["tags"]) == (640, ["far"])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("ftp://tom:dog@{ftp}/pets/cat.jpg", "wrong user or password"),
        ("ftp://tom:cat@{ftp}/pets/dog.jpg", "404 Not Found"),
        (f"s3://{stores.BUCKET}/pets/dog.jpg", "404 Not Found"),
        ("s3://another-bucket/pets/cat.jpg", "not whitelisted"),
        ("gs://bucket/pets/cat.jpg", "SAFELIGHT_SOURCE_GS"),
        ("ftp://169.254.169.254/x", "forbidden address"),
    ],
)
def test_what_cannot_be_had_is_a_bad_request(world, source, words):
    with pytest.raises(BadRequest, match=words) as told:
        uploader.upload(source.format(ftp=world["ftp"]))
    assert "dog@" not in str(told.value)


@pytest.mark.parametrize(("account", "status"), [(stores.AZURE_ACCOUNT, 200), ("other1", 400)])
def test_a_file_comes_from_azure_by_plain_http(world, account, status):
    # The SDK takes such an address for the path of a file.
    source = f"azure://tenant:{account}@{stores.BUCKET}/pets/cat.jpg"
    answer = httpx.post(f"{world['api']}/image/upload", auth=world["auth"], data={"file": source}, timeout=30)
    assert answer.status_code == status
    assert answer.json().get("width") == (640 if status == 200 else None)


def test_credentials_are_sent_along(world):
    url = f"{world['web']}/cat.jpg"
    assert uploader.upload(url, headers={"Authorization": "Bearer word"})["width"] == 640
    with pytest.raises(BadRequest, match="403"):
        uploader.upload(url)


def test_a_proxy_of_the_client_fetches(world):
    answer = uploader.upload(f"http://{quote('127.0.0.1')}:1/through.jpg", proxy=world["web"])
    assert answer["original_filename"] == "through"
    assert "http://127.0.0.1:1/through.jpg" in world["site"].seen
    with pytest.raises(BadRequest, match="Invalid proxy"):
        uploader.upload("http://127.0.0.1:1/x.jpg", proxy="nonsense")


def test_an_upload_that_is_done_later_is_fetched_by_its_job(world):
    answer = uploader.upload(f"s3://{stores.BUCKET}/pets/cat.jpg", **{"async": True, "public_id": "later"})
    assert (answer["status"], answer["public_id"]) == ("pending", "later")
    with pytest.raises(BadRequest, match="SAFELIGHT_SOURCE_GS"):
        uploader.upload("gs://bucket/pets/cat.jpg", **{"async": True})
