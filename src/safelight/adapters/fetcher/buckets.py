"""BucketSource: files in the buckets of clients, read with the operator's credentials."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from safelight.adapters.fetcher.places import Place
from safelight.adapters.fetcher.target import shown
from safelight.kernel.errors import Invalid, NotAvailable, NotFound, SafelightError, TooMuch
from safelight.kernel.secret import Secret
from safelight.ports.fetcher import Fetched
from safelight.settings import FetchSettings, SourceSettings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, ObjectStore

PARAMS = {
    "s3": frozenset({"endpoint", "region", "access_key", "secret_key", "session_token", "virtual_host"}),
    "gs": frozenset({"endpoint", "credentials"}),
    "azure": frozenset({"endpoint", "client_id", "client_secret", "authority", "access_key", "sas"}),
}
_SCHEMES = {"s3": "s3", "gs": "gs", "azure": "az"}
"""As the stores are called in adapters/blobs."""
CHUNK_BYTES = 512 * 1024

# Where a bucket is that is not where we thought: in the words of the store's refusal.
_REGION = re.compile(r"<Region>([a-z0-9-]{1,40})</Region>|[.]s3[.-]([a-z0-9-]{1,40})[.]amazonaws[.]com")
_REFUSED = re.compile(r"\b40[13]\b|AccessDenied|Forbidden|Unauthorized|PermissionDenied")


class BucketSource:
    """A Source for one scheme. `account`: the only one of Azure's accounts that may be named; None: any."""

    def __init__(self, scheme: str, credentials: Secret, fetch: FetchSettings) -> None:
        self._scheme = scheme
        self._params, self._account = _read(scheme, credentials)
        self._options = _options(self._params, fetch)

    @asynccontextmanager
    async def get(self, url: str, *, size_bytes_max: int) -> AsyncGenerator[Fetched, None]:
        place = Place.of(url)
        if self._account and place.account != self._account:
            raise Invalid(f"Error in loading {shown(url)} - this installation reads from another account")
        found = await self._found(place, url)
        if found is None:
            yield Fetched(404, url, {}, _nothing())
            return
        size_bytes = int(found.meta["size"])
        if size_bytes > size_bytes_max:
            raise TooMuch(f"File size too large. Got {size_bytes}. Maximum is {size_bytes_max}.")
        yield Fetched(200, url, {"content-length": str(size_bytes)}, _body(found, url))

    async def _found(self, place: Place, url: str) -> Any:
        """The answer of the store; None where nothing is. Asks once more where the bucket is said to be elsewhere."""
        import obstore
        from obstore.exceptions import BaseError

        params = {**self._params, **({"tenant": place.directory} if "client_id" in self._params else {})}
        for is_last in (False, True):
            store = await asyncio.to_thread(self._store, place, params)
            try:
                return await obstore.get_async(store, place.key)
            except FileNotFoundError:
                return None
            except (BaseError, OSError) as error:
                region = _REGION.search(str(error)) if self._scheme == "s3" and not is_last else None
                if region is None:
                    raise _fault(error, url) from error
                params["region"] = region[1] or region[2]
        return None

    def _store(self, place: Place, params: Mapping[str, str]) -> "ObjectStore":
        from safelight.adapters.blobs import buckets

        try:
            return buckets.store(_SCHEMES[self._scheme], place.account, place.bucket, "", params, self._options)
        except Invalid as error:
            raise NotAvailable(f"{variable(self._scheme)} does not fit.", reason=error.message) from error


def sources_of(source: SourceSettings, fetch: FetchSettings) -> dict[str, BucketSource]:
    """By their schemes: those that are set up."""
    said = {"s3": source.s3, "gs": source.gs, "azure": source.azure}
    return {scheme: BucketSource(scheme, secret, fetch) for scheme, secret in said.items() if secret is not None}


def variable(scheme: str) -> str:
    """The setting that names the credentials for a scheme."""
    return f"SAFELIGHT_SOURCE_{scheme.upper()}"


def _read(scheme: str, credentials: Secret) -> tuple[dict[str, str], str]:
    """Parameters and account; raises Invalid in words that do not repeat the address: it holds secrets."""
    example = f"{scheme}:// or {scheme}://?name=value"
    try:
        parts = urlsplit(credentials.reveal())
        query = parts.query.replace("+", "%2B")
        params = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError as error:
        raise Invalid(f"{variable(scheme)} is not an address such as {example}") from error
    if parts.scheme != scheme or parts.path not in {"", "/"} or (parts.netloc and scheme != "azure"):
        raise Invalid(f"{variable(scheme)} is not an address such as {example}")
    if unknown := params.keys() - PARAMS[scheme]:
        raise Invalid(f"{variable(scheme)}: unknown parameter {min(unknown)}")
    if scheme == "azure" and ("access_key" in params or "sas" in params) and not parts.netloc:
        raise Invalid(f"{variable(scheme)}: access_key and sas belong to an account: azure://ACCOUNT?access_key=…")
    return params, unquote(parts.netloc)


def _options(params: Mapping[str, str], fetch: FetchSettings) -> "ClientConfig":
    from safelight.adapters.blobs.remote import downloads

    options: ClientConfig = {**downloads(), "allow_http": params.get("endpoint", "").startswith("http://")}
    if fetch.ca is not None:
        options["root_certificate"] = _certificates(fetch.ca)
    if fetch.proxy is not None:
        options["proxy_url"] = fetch.proxy.reveal()
    return options


def _certificates(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid(f"SAFELIGHT_FETCH_CA: the file {path} cannot be read.") from error


async def _body(found: Any, url: str) -> AsyncIterator[bytes]:
    from obstore.exceptions import BaseError

    stream = aiter(found.stream(min_chunk_size=CHUNK_BYTES))
    while True:
        try:
            chunk = await anext(stream, None)
        except (BaseError, OSError) as error:
            raise _fault(error, url) from error
        if chunk is None:
            return
        yield bytes(chunk)


async def _nothing() -> AsyncIterator[bytes]:
    for chunk in ():
        yield chunk


def _fault(error: Exception, url: str) -> SafelightError:
    """What to tell. The words of the store are for the log, without queries: they may hold a signature."""
    reason = f"{type(error).__name__}: {re.sub(r'[?][^ ]*', '?…', str(error))[:300]}"
    if _REFUSED.search(reason):
        return Invalid(f"Error in loading {shown(url)} - 403 Forbidden", reason=reason)
    return NotFound(f"Error in loading {shown(url)} - cannot be reached", reason=reason)
