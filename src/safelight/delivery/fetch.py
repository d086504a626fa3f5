"""Fetch: a remote file becomes an asset of the cloud, once; its name is its URL."""

import asyncio
import hashlib
import http
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from safelight.accounts.model import Cloud
from safelight.activity.taken import UNTOLD, Taken
from safelight.assets import catalogue
from safelight.assets.model import Asset, AssetRef, Facts, NewAsset
from safelight.assets.originals import Originals
from safelight.delivery.mappings import Remote
from safelight.derived.maker import OneMaker
from safelight.kernel.clock import Clock
from safelight.kernel.disk import room
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.media import HEAD_BYTES, Access, Format, Kind, sniff
from safelight.ports.database import Database
from safelight.ports.fetcher import Fetcher
from safelight.render.model import Render

SCHEMES = ("http://", "https://")
LOOP_HEADER = "cdn-loop"
HOPS_MAX = 10
_SCHEME = re.compile(r"([a-z][a-z0-9]{1,8}):/*", re.ASCII | re.IGNORECASE)


def address_of(name: str) -> str:
    """The name as an address: with its two slashes, however many of them were escaped or lost on the way."""
    return _SCHEME.sub(lambda scheme: f"{scheme[1].lower()}://", name, count=1) if _SCHEME.match(name) else name


@dataclass(frozen=True)
class Fetch:
    """Take a remote picture or video in, unless it is here already."""

    database: Database
    fetcher: Fetcher
    originals: Originals
    render: Render
    clock: Clock
    folder: Path
    """Where a file lies while it comes in."""
    size_bytes_max: int
    maker: OneMaker = field(default_factory=OneMaker)
    taken: Taken = UNTOLD

    async def __call__(self, cloud: Cloud, kind: Kind, url: str, came_through: Sequence[str] = ()) -> Asset:
        """The file at a URL, under its URL as a name.

        Raises Invalid for an address that may not be reached or a file that is not of the kind, NotFound for
        what is not there, Unauthorized for a host that the cloud does not list.

        `came_through`: who fetches this from us in order to answer a fetch himself (RFC 8586).
        """
        if not url.startswith(SCHEMES):
            raise Invalid(f"Invalid URL for fetch - {url}")
        cloud.hosts.check_url(url)
        return await self._once(_Wanted(cloud, url, AssetRef(kind, Access.FETCH, url)), came_through)

    async def move_in(self, cloud: Cloud, remote: Remote, came_through: Sequence[str] = ()) -> Asset:
        """The file that a mapping of the cloud's owner points to, under the name that it will keep. Raises as above."""
        return await self._once(_Wanted(cloud, remote.url, remote.ref, is_mapped=True), came_through)

    async def _once(self, wanted: "_Wanted", came_through: Sequence[str]) -> Asset:
        cloud = wanted.cloud
        # Each would hold its place while it waits for the next: a few requests would keep everybody out.
        if _mark(cloud) in came_through or len(came_through) > HOPS_MAX:
            raise Invalid("Invalid URL for fetch - it leads back to itself")
        ref = wanted.ref
        return await self.maker(
            self.database,
            cloud.id,
            f"fetch/{cloud.id}/{ref.kind}/{ref.access}/{ref.name}",
            lambda: self._find(cloud, ref),
            lambda: self._take_in(wanted, came_through),
        )

    async def _find(self, cloud: Cloud, ref: AssetRef) -> Asset | None:
        async with self.database.transaction() as session:
            return await catalogue.find(session, cloud.id, ref)

    async def _take_in(self, wanted: "_Wanted", came_through: Sequence[str]) -> Asset:
        path = self.folder / f"fetch-{new_id()}"
        try:
            return await self._keep(wanted, path, await self._download(wanted, path, came_through))
        finally:
            await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _download(self, wanted: "_Wanted", path: Path, came_through: Sequence[str]) -> "_Download":
        cloud, url = wanted.cloud, wanted.url
        headers = {LOOP_HEADER: ", ".join([*came_through, _mark(cloud)])}
        # Wherever redirects lead must be allowed as well, or any open redirect would open every host.
        hosts = cloud.owners_hosts if wanted.is_mapped else cloud.hosts
        most = self.size_bytes_max
        async with self.fetcher.get(url, headers=headers, size_bytes_max=most, hosts=hosts) as fetched:
            if fetched.status != http.HTTPStatus.OK:
                raise NotFound(f"Error in loading {url} - {fetched.status} {_phrase(fetched.status)}".rstrip())
            return await _write(path, fetched.chunks)

    async def _keep(self, wanted: "_Wanted", path: Path, download: "_Download") -> Asset:
        """Bytes first, then the row."""
        cloud, ref = wanted.cloud, wanted.ref
        facts = _raw(download) if ref.kind is Kind.RAW else await self._facts(ref.kind, path, download)
        version_id = new_id()
        new = NewAsset(
            cloud_id=cloud.id,
            kind=ref.kind,
            access=ref.access,
            name=ref.name,
            version_id=version_id,
            facts=facts,
            folder=ref.name.rpartition("/")[0] if wanted.is_mapped else "",
            display_name=urlsplit(ref.name).path.rstrip("/").rpartition("/")[2] or ref.name,
        )
        await self.originals.adopt(cloud.id, version_id, path)
        async with self.database.transaction() as session:
            now = self.clock.now()
            added = await catalogue.add(session, new, may_overwrite=False, now=now)
            if not added.is_existing:
                await self.taken(session, cloud.id, added.asset.id, facts.size_bytes, key_id="", now=now)
        if added.is_existing:
            await self.originals.drop(cloud.id, version_id)
        return added.asset

    async def _facts(self, kind: Kind, path: Path, download: "_Download") -> Facts:
        format = sniff(download.head)
        if format is None or format.kind is not kind:
            raise Invalid(f"Invalid {kind} file")
        facts = Facts(size_bytes=download.size_bytes, md5=download.md5, format=format.name)
        return await self._probed(facts, format, path) if format.readable else facts

    async def _probed(self, facts: Facts, format: Format, path: Path) -> Facts:
        probed = await self.render.probe(path, format=format.name)
        return replace(
            facts,
            format=probed.format,
            width=probed.width,
            height=probed.height,
            pages=probed.pages,
            has_alpha=probed.has_alpha,
        )


@dataclass(frozen=True)
class _Wanted:
    """A remote file, and what it will be here."""

    cloud: Cloud
    url: str
    ref: AssetRef
    is_mapped: bool = False
    """The cloud's owner named the address, and no visitor."""


@dataclass(frozen=True)
class _Download:
    """What came in, told on the way."""

    size_bytes: int
    md5: str
    head: bytes


def _raw(download: _Download) -> Facts:
    return Facts(size_bytes=download.size_bytes, md5=download.md5, format=None)


def _mark(cloud: Cloud) -> str:
    """How this cloud tells that a request is one of its own fetches."""
    return f"safelight-{hashlib.sha256(cloud.id.encode()).hexdigest()[:16]}"


async def _write(path: Path, chunks: AsyncIterator[bytes]) -> _Download:
    digest = hashlib.md5(usedforsecurity=False)
    size_bytes, head = 0, b""
    with room("No space is left for remote files"):
        await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
        file = await asyncio.to_thread(path.open, "wb")
        try:
            async for chunk in chunks:
                await asyncio.to_thread(file.write, chunk)
                digest.update(chunk)
                size_bytes += len(chunk)
                if len(head) < HEAD_BYTES:
                    head += chunk[: HEAD_BYTES - len(head)]
        finally:
            await asyncio.to_thread(file.close)
    return _Download(size_bytes, digest.hexdigest(), head)


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""
