"""The door of delivery: any path that is no other door's -> a file, sent as its client takes it."""

import asyncio
import math
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from safelight.delivery.deliver import Deliver
from safelight.delivery.model import DeliveryRequest, Media
from safelight.kernel.errors import Invalid, NotAllowed, NotFound, SafelightError
from safelight.ports.blobs import BlobStore, HasFiles
from safelight.transform.auto import Hints
from safelight.web import caching, errors
from safelight.web.client import Proxies, client_address
from safelight.web.hit_table import Hits, answer_of, single
from safelight.wire.noting import notes_of

METHODS = "GET, HEAD, OPTIONS"
ROUTE = "/{delivery}"
PREFLIGHT: caching.Headers = [
    *caching.OPEN,
    ("access-control-allow-methods", METHODS),
    ("access-control-allow-headers", "*, Range, If-None-Match, If-Modified-Since, If-Range, Cache-Control"),
    ("access-control-max-age", "86400"),
    ("allow", METHODS),
]
# Paths of the API and of people, also those that no door knows: SDKs read errors as JSON, and people read pages. The
# second are names of files as well, where the host stands for a cloud.
API = "/v1_1/"
API_UNLESS_PRIVATE = ("/v2/", "/auth/", "/account/", "/admin/", "/console/", "/privacy/", "/setup/")
# `acme-res.…` is the host of a cloud whose URLs leave its name out.
PRIVATE_HOST = "-res"

_LOOP_NAME = re.compile(r"(?:^|,)\s*([A-Za-z0-9._:-]{1,100})", re.ASCII)


@dataclass(frozen=True)
class DeliveryDoor:
    """GET and HEAD of media, on the path as it is on the wire."""

    deliver: Deliver
    blobs: BlobStore
    hits: Hits
    cloud_hosts: Mapping[str, str] = field(default_factory=dict[str, str])
    """Host names whose URLs leave the cloud out, and their clouds."""
    proxies: Proxies = ()
    """Networks of proxies that are believed who their client is."""

    def routes(self) -> list[BaseRoute]:
        """To be put last: it takes every path."""
        return [EveryPath(self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = str(scope["method"])
        try:
            if method == "OPTIONS":
                await _send_head(send, 204, PREFLIGHT)
                await _send_body(send, b"")
            elif method in ("GET", "HEAD"):
                await self._give(scope, receive, send)
            else:
                raise NotAllowed("Method Not Allowed")
        except SafelightError as error:
            await _refuse(send, method, error)

    async def _give(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, generation = perf_counter(), self.hits.generation
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request = DeliveryRequest(
            raw_path=scope["raw_path"].decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            hints=hints_of(headers),
            cloud=cloud_of(headers.get("host", ""), self.cloud_hosts),
            referrer=headers.get("referer"),
            cookies=headers.get("cookie", ""),
            host=headers.get("host", ""),
            address=client_address(scope, headers.get("x-forwarded-for", ""), self.proxies),
            came_through=loop_names(headers.get("cdn-loop", "")),
        )
        known = self._known(scope)
        opened = await self._open(str(scope["method"]), request, caching.Conditions.of(headers), known)
        media, reply = opened.media, opened.reply
        notes_of(scope).of_media(media, method=str(scope["method"]), status=reply.status)
        if not media.is_made_now:
            self.hits.uses.note(media.blob_key)
        head = [*caching.headers_of(media, reply), ("server-timing", _timing(media, perf_counter() - began))]
        await _send_head(send, reply.status, head)
        if opened.chunks is None:
            await _send_body(send, b"")
        elif reply.end - reply.start <= self.hits.file_bytes_max:
            body = opened.first + b"".join([chunk async for chunk in opened.chunks])
            if reply.status == 200:
                self._remember(generation, scope, media, body)
            await _send_body(send, body)
        else:
            await _stream(receive, send, opened.first, opened.chunks)

    def _known(self, scope: Scope) -> Media | None:
        """A file of the table whose bytes are not in memory: they are in the store, and nothing else need be asked.

        So what fell out of memory comes from this machine's copy, where the store has one, and not from far away.
        """
        headers = single(scope["headers"])
        if headers is None or not self.hits.is_on:
            return None
        answer = self.hits.find(headers.get(b"host", b""), _target(scope), headers)
        return None if answer is None else replace(answer.media, is_made_now=False)

    async def _open(
        self, method: str, request: DeliveryRequest, conditions: caching.Conditions, known: Media | None
    ) -> "_Opened":
        """With the first bytes in hand, before anything is said to the client.

        Bytes that went after their row was read belonged to a version that has been replaced: so ask once more.
        """
        try:
            return await self._open_file(method, conditions, known or await self.deliver(request))
        except _BytesGone:
            if known is not None:
                self.hits.drop(known.cloud_id, known.asset_id)
            return await self._open_file(method, conditions, await self.deliver(request))

    async def _open_file(self, method: str, conditions: caching.Conditions, media: Media) -> "_Opened":
        reply = caching.decide(method, conditions, media)
        if method == "HEAD" or reply.status not in (200, 206):
            return _Opened(media, reply)
        # A store with a cache on this machine keeps what is asked for as a whole.
        end = None if reply.end == media.size_bytes else reply.end
        chunks = self.blobs.open(media.blob_key, reply.start, end)
        try:
            first = await anext(chunks, b"")
        except NotFound as error:
            raise _BytesGone("The file is gone") from error
        return _Opened(media, reply, first, chunks)

    def _remember(self, generation: int, scope: Scope, media: Media, body: bytes) -> None:
        headers = single(scope["headers"])
        # What may be seen for a while only is asked for each time: the table knows of changes, and of no clock.
        is_open = not media.is_private and media.seconds_left is None
        if not is_open or media.stands_in_for is not None or headers is None:
            return
        path = self.blobs.path(media.blob_key) if isinstance(self.blobs, HasFiles) else None
        self.hits.put(generation, headers.get(b"host", b""), _target(scope), headers, answer_of(media, path), body)


class EveryPath(BaseRoute):
    """A route that takes what is left, but for what was meant for the API.

    A pattern would not do: `.` matches no line break, and a name may hold one.
    """

    path = ROUTE

    def __init__(self, app: DeliveryDoor) -> None:
        self._app = app

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or is_of_api(scope["path"], _host(scope), self._app.cloud_hosts):
            return Match.NONE, {}
        return Match.FULL, {"route": self}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


class _BytesGone(NotFound):
    """The row said that there are bytes, and there were none."""


@dataclass(frozen=True)
class _Opened:
    """A file, what of it to send, and its first bytes where any are to be sent."""

    media: Media
    reply: caching.Reply
    first: bytes = b""
    chunks: AsyncIterator[bytes] | None = None


def is_of_api(path: str, host: str, cloud_hosts: Mapping[str, str]) -> bool:
    """Whether a path was meant for the API, or for a page, and is no name of a file."""
    path = f"{path}/"
    if path.startswith(API):
        return True
    return path.startswith(API_UNLESS_PRIVATE) and cloud_of(host, cloud_hosts) is None


def cloud_of(host: str, cloud_hosts: Mapping[str, str]) -> str | None:
    """The cloud that a host stands for; None where the path names it."""
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    name = name.lower().rstrip(".")
    first = name.partition(".")[0]
    own = first.removesuffix(PRIVATE_HOST) if first.endswith(PRIVATE_HOST) and "." in name else None
    return cloud_hosts.get(name) or own or None


def hosts_of(pairs: Iterable[str]) -> dict[str, str]:
    """`media.example.org=acme` as settings say it -> the host and its cloud. Raises Invalid."""
    hosts: dict[str, str] = {}
    for pair in pairs:
        host, equals, cloud = pair.partition("=")
        if not (host.strip() and equals and cloud.strip()):
            raise Invalid(f"A host of a cloud is written as host=cloud, and not as {pair}.")
        hosts[host.strip().lower()] = cloud.strip()
    return hosts


def hints_of(headers: Mapping[str, str]) -> Hints:
    """What a client says of itself; the newer name of a hint goes first."""
    return Hints(
        accept=headers.get("accept", "*/*"),
        dpr=_number(headers.get("sec-ch-dpr") or headers.get("dpr")),
        width=_whole(headers.get("sec-ch-width") or headers.get("width")),
        viewport_width=_whole(headers.get("sec-ch-viewport-width") or headers.get("viewport-width")),
        saves_data=headers.get("save-data", "").strip().lower() == "on",
    )


def loop_names(header: str) -> tuple[str, ...]:
    """Of each entry of CDN-Loop (RFC 8586) its name."""
    return tuple(_LOOP_NAME.findall(header))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) and number > 0 else None


def _whole(text: str | None) -> int | None:
    number = _number(text)
    return None if number is None else max(1, round(min(number, 1_000_000)))


def _host(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")


def _target(scope: Scope) -> bytes:
    """Path and query as they are on the wire."""
    return scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")


def _timing(media: Media, seconds: float) -> str:
    return f"cld-{'made' if media.is_made_now else 'stored'};dur={seconds * 1000:.1f}"


async def _refuse(send: Send, method: str, error: SafelightError) -> None:
    errors.log(error)
    body = f"{error.message}\n".encode(errors="replace")
    headers = caching.error_headers(error, len(body))
    if isinstance(error, NotAllowed):
        headers.append(("allow", METHODS))
    await _send_head(send, error.status, headers)
    await _send_body(send, b"" if method == "HEAD" else body)


async def _send_head(send: Send, status: int, headers: caching.Headers) -> None:
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    await send({"type": "http.response.start", "status": status, "headers": encoded})


async def _send_body(send: Send, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def _stream(receive: Receive, send: Send, first: bytes, chunks: AsyncIterator[bytes]) -> None:
    """One piece in memory at a time: `send` returns when the client has taken enough of the last one.

    It does not tell that a client has gone away; `receive` does, and then nobody needs the rest.
    """
    gone = asyncio.ensure_future(_left(receive))
    try:
        await _send_body(send, first, more=True)
        async for chunk in chunks:
            if gone.done():
                return
            await _send_body(send, chunk, more=True)
        await _send_body(send, b"")
    finally:
        gone.cancel()
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
