"""The store that an address names."""

from pathlib import Path

import pytest

from safelight.adapters.blobs import from_url
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.remote import RemoteBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret

# Public, of every Azure emulator.
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("memory://", MemoryBlobs),
        ("file:///srv/blobs", LocalBlobs),
        ("file://localhost/srv/blobs", LocalBlobs),
        ("s3://bucket", RemoteBlobs),
        ("s3://my.bucket/a/prefix/?region=eu-west-1&access_key=k&secret_key=a+b/c", RemoteBlobs),
        ("s3://bucket?endpoint=http://127.0.0.1:1&virtual_host=1&session_token=t&direct=1", RemoteBlobs),
        (f"az://account/container/a/prefix?access_key={AZURE_KEY}", RemoteBlobs),
        ("az://account/container?sas=sv%3D2021%26sig%3Dx", RemoteBlobs),
    ],
)
def test_every_kind_of_store_has_an_address(url: str, expected: type):
    assert type(from_url(url)) is expected


def test_a_folder_is_where_the_address_says(tmp_path: Path):
    odd = tmp_path / "with space+ä#?%"
    store = from_url(odd.as_uri())
    assert isinstance(store, LocalBlobs)
    assert store.path("a") == odd / "a"


@pytest.mark.parametrize(
    ("url", "expected"), [("s3://bucket", TieredBlobs), ("file:///srv/blobs", LocalBlobs), ("memory://", MemoryBlobs)]
)
def test_only_a_slow_store_gets_a_cache(tmp_path: Path, url: str, expected: type):
    assert type(from_url(url, cache=tmp_path, cache_bytes=1000)) is expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "is not an address"),
        ("/srv/blobs", "is not an address"),
        ("ftp://h/hush", "is not an address"),
        ("http://[hush", "is not an address"),
        ("s3://bucket?hush", "is not an address"),
        ("memory://hush", "is not an address"),
        ("file://", "by its whole path"),
        ("file://srv/hush", "by its whole path"),
        ("file:///srv?hush=1", "unknown parameter"),
        ("s3://", "begins with s3://bucket"),
        ("s3:///hush", "begins with s3://bucket"),
        ("s3://k:hush@bucket/", "begins with s3://bucket"),
        ("s3://bucket?acces_key=hush", "unknown parameter acces_key for s3://"),
        ("gs://", "begins with gs://bucket"),
        ("gs://bucket?credentials=/not/there/hush", "cannot be set up"),
        ("az://account", "begins with az://account/container"),
        ("az://account/container?access_key=hush!", "cannot be set up"),
        ("az://account/container?secret_key=hush", "unknown parameter secret_key for az://"),
    ],
)
def test_a_wrong_address_is_told_and_not_repeated(url: str, words: str):
    with pytest.raises(Invalid) as error:
        from_url(url)
    assert words in error.value.message
    assert "SAFELIGHT_BLOBS" in error.value.message
    assert "hush" not in error.value.message.replace("unknown parameter hush", "")


def test_proxy_and_trust_anchors_are_used(tmp_path: Path):
    with pytest.raises(Invalid, match="SAFELIGHT_FETCH_CA"):
        from_url("s3://bucket", ca=tmp_path / "missing.pem")
    assert isinstance(from_url("s3://bucket", proxy=Secret("http://proxy:3128")), RemoteBlobs)
