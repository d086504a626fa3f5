"""A delivery that works: real rows and real files, a counting darkroom, a world of a few pages; and a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, FolderMode
from safelight.adapters.blobs.local import LocalBlobs
from safelight.adapters.edge.memory import MemoryEdge
from safelight.adapters.fetcher.memory import MemoryFetcher
from safelight.adapters.keys.memory import MemoryKeys
from safelight.assets.model import Asset
from safelight.assets.originals import Originals
from safelight.delivery.deliver import Deliver
from safelight.delivery.fetch import Fetch
from safelight.delivery.model import DeliveryRequest, Media
from safelight.derived.ensure import Ensure
from safelight.derived.forget import Forget
from safelight.derived.looking import Look
from safelight.derived.parts import Parts
from safelight.kernel.clock import StillClock
from safelight.kernel.media import Access, Kind
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database
from safelight.render.effect import vocabulary
from safelight.render.sight.models import NONE
from safelight.render.sight.reading import Reader
from safelight.settings import RenderSettings
from safelight.transform.auto import Hints
from safelight.transform.limits import Limits
from safelight.transform.sign import sign_url
from safelight.web.app import build
from safelight.web.delivery import DeliveryDoor
from safelight.web.hit_changes import DroppingDatabase
from safelight.web.hit_table import Hits
from safelight.web.hits import protocol_for
from safelight.web.metrics import Metrics
from tests.conftest import NOW
from tests.twins import CountingRender, add_asset

LIMITS = Limits(source_pixels_max=1_000_000, output_pixels_max=1_000_000, side_max=5000, frames_max=10)
MIB = 1024 * 1024
SECRET = "b"


@dataclass
class Delivery:
    """One process that delivers, with cloud `demo` whose key has the secret `b`."""

    database: Database
    blobs: BlobStore
    originals: Originals
    render: CountingRender
    fetcher: MemoryFetcher
    ensure: Ensure
    deliver: Deliver
    forget: Forget
    hits: Hits
    cloud: Cloud

    async def asset(
        self,
        name: str,
        data: bytes = b"the original",
        *,
        kind: Kind = Kind.IMAGE,
        access: Access = Access.UPLOAD,
        format: str | None = "jpg",
    ) -> Asset:
        return await add_asset(
            self.database,
            self.originals,
            self.cloud.id,
            name,
            data,
            now=NOW,
            kind=kind,
            access=access,
            format=format,
        )

    async def get(self, path: str, *, query: str = "", accept: str = "*/*", cloud: str | None = None) -> Media:
        return await self.deliver(DeliveryRequest(path, query, Hints(accept=accept), cloud))

    async def body(self, media: Media) -> bytes:
        return b"".join([chunk async for chunk in self.blobs.open(media.blob_key)])

    def sign(self, text: str) -> str:
        return f"s--{sign_url(text, SECRET)}--"

    async def change_cloud(
        self,
        *,
        is_strict: bool | None = None,
        fetch_hosts: tuple[str, ...] | None = None,
        denied_hosts: tuple[str, ...] | None = None,
    ) -> None:
        async with self.database.transaction() as session:
            await clouds.change(
                session, self.cloud.id, is_strict=is_strict, fetch_hosts=fetch_hosts, denied_hosts=denied_hosts
            )


async def delivery(
    database: Database, folder: Path, fetcher: MemoryFetcher | None = None, blobs: BlobStore | None = None
) -> Delivery:
    hits = Hits(bytes_max=8 * MIB, file_bytes_max=MIB)
    database = DroppingDatabase(database, hits)
    keys, clock = Keys(MemoryKeys()), StillClock(NOW)
    async with database.transaction() as session:
        cloud = await clouds.create(session, "demo", folder_mode=FolderMode.DYNAMIC, now=NOW)
        await keys.issue(session, cloud.id, name="", now=NOW, secret="another")
        await keys.issue(session, cloud.id, name="", now=NOW, secret=SECRET)
    blobs = blobs or LocalBlobs(folder / "blobs")
    originals = Originals(blobs, folder / "copies")
    render = CountingRender()
    fetcher = fetcher or MemoryFetcher()
    ensure = Ensure(database, blobs, originals, render, clock, LIMITS)
    fetch = Fetch(database, fetcher, originals, render, clock, folder / "fetched", size_bytes_max=10_000)
    parts = Parts(database, fetch, RenderSettings())
    look = Look(database, originals, render, NONE, Reader(RenderSettings()))
    deliver = Deliver(database, keys, originals, look, parts, ensure, fetch, vocabulary(), clock)
    forget = Forget(database, blobs, originals, MemoryEdge())
    return Delivery(database, blobs, originals, render, fetcher, ensure, deliver, forget, hits, cloud)


@dataclass
class Served:
    """A running server and what it delivers."""

    delivery: Delivery
    port: int
    metrics: Metrics

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)


@asynccontextmanager
async def served(delivery: Delivery, *, keep_alive_seconds: int = 5) -> AsyncIterator[Served]:
    """The real uvicorn with our protocol, on a free port of the loopback."""
    metrics = Metrics()
    door = DeliveryDoor(delivery.deliver, delivery.blobs, delivery.hits, {"media.example.org": "demo"})
    config = uvicorn.Config(
        build(door.routes(), metrics=metrics),
        host="127.0.0.1",
        port=0,
        http=protocol_for(delivery.hits),
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_keep_alive=keep_alive_seconds,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    await server.on_tick(0)  # Date and Server
    try:
        yield Served(delivery, server.servers[0].sockets[0].getsockname()[1], metrics)
    finally:
        await server.shutdown()
