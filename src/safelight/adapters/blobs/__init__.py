"""from_url: the BlobStore that an address names (SAFELIGHT_BLOBS).

file:///srv/blobs              a folder of this machine, or one that all machines have mounted
memory://                      nothing is kept; for demos
s3://bucket/prefix?…           endpoint, region, access_key, secret_key, session_token, virtual_host=1
gs://bucket/prefix?…           endpoint, credentials (the path of a service account's file)
az://account/container/pre?…   endpoint, access_key, sas

Credentials that are not in the address are taken from where the cloud's own tools look: the usual environment
variables, then the machine's identity. `direct=1` passes by SAFELIGHT_FETCH_PROXY.
Google's store is built on the same library but has not been proven against a real server.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.blobs.tiered import TieredBlobs
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret
from safelight.ports.blobs import BlobStore
from safelight.settings import BlobSettings

if TYPE_CHECKING:
    from obstore.store import ClientConfig

_PARAMS = {
    "s3": frozenset({"endpoint", "region", "access_key", "secret_key", "session_token", "virtual_host", "direct"}),
    "gs": frozenset({"endpoint", "credentials", "direct"}),
    "az": frozenset({"endpoint", "access_key", "sas", "direct"}),
}
_EXAMPLE = "such as file:///srv/blobs or s3://bucket/prefix?endpoint=https://s3.example.com"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}")


def from_url(
    url: str,
    *,
    cache: Path | None = None,
    cache_bytes: int = 0,
    ca: Path | None = None,
    proxy: Secret | None = None,
    bounds: BlobSettings | None = None,
) -> BlobStore:
    """The store; a remote one behind a cache of `cache_bytes` in the folder `cache`, if one is given.

    Raises Invalid in words that do not repeat the address: it may hold secrets.
    """
    try:
        parts = urlsplit(url)
        # A secret key may hold a plus sign, which is none of a form here.
        params = dict(
            parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=bool(parts.query))
        )
    except ValueError as error:
        raise Invalid(f"SAFELIGHT_BLOBS is not an address {_EXAMPLE}") from error
    unknown = params.keys() - _PARAMS.get(parts.scheme, frozenset())
    if unknown:
        raise Invalid(f"SAFELIGHT_BLOBS: unknown parameter {min(unknown)} for {parts.scheme}://")
    place = unquote(parts.netloc), unquote(parts.path)
    if parts.scheme == "memory" and place in {("", ""), ("", "/")}:
        return MemoryBlobs()
    if parts.scheme == "file":
        return LocalBlobs(_folder(*place))
    if parts.scheme not in _PARAMS:
        raise Invalid(f"SAFELIGHT_BLOBS is not an address {_EXAMPLE}")
    common = _client_options(params, ca, proxy)
    store = _remote(parts.scheme, *place, params, common, bounds or BlobSettings())
    return store if cache is None else TieredBlobs(store, cache, cache_bytes)


def _folder(host: str, path: str) -> Path:
    if host not in {"", "localhost"} or not path.startswith("/") or "\0" in path:
        raise Invalid("SAFELIGHT_BLOBS: a folder is named by its whole path, as in file:///srv/blobs")
    return Path(path)


def _remote(
    scheme: str, host: str, path: str, params: Mapping[str, str], common: "ClientConfig", bounds: BlobSettings
) -> BlobStore:
    # Only here, because the library is large and most installations keep their bytes in a folder.
    from safelight.adapters.blobs import buckets
    from safelight.adapters.blobs.remote import RemoteBlobs, downloads, requests

    bucket, prefix = host, path.strip("/")
    if scheme == "az":
        bucket, _, prefix = prefix.partition("/")
    if not (_BUCKET.fullmatch(host) and _BUCKET.fullmatch(bucket)):
        place = "az://account/container" if scheme == "az" else f"{scheme}://bucket"
        raise Invalid(f"SAFELIGHT_BLOBS: an address begins with {place}")
    stores = [
        buckets.store(scheme, host, bucket, prefix, params, {**common, **limits(bounds)})
        for limits in (requests, downloads)
    ]
    return RemoteBlobs(*stores)


def _client_options(params: Mapping[str, str], ca: Path | None, proxy: Secret | None) -> "ClientConfig":
    options: ClientConfig = {"allow_http": params.get("endpoint", "").startswith("http://")}
    if ca is not None:
        try:
            options["root_certificate"] = ca.read_bytes()
        except OSError as error:
            raise Invalid(f"SAFELIGHT_FETCH_CA: the file {ca} cannot be read.") from error
    if proxy is not None and params.get("direct") != "1":
        options["proxy_url"] = proxy.reveal()
    return options
