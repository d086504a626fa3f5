"""Everything that takes files in, built on twins and a real database."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, FolderMode, Key, Manner, Principal
from safelight.activity.taken import Taken
from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.adapters.fetcher.memory import MemoryFetcher
from safelight.adapters.keys.memory import MemoryKeys
from safelight.assets import catalogue
from safelight.assets.model import Asset, Listing
from safelight.assets.originals import Originals
from safelight.delivery.fetch import Fetch as TakeIn
from safelight.derived.ensure import Ensure
from safelight.derived.looking import Look
from safelight.derived.parts import Parts
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.ports.database import Database
from safelight.render.model import PartFile, Probed, Rendered
from safelight.render.sight.models import NONE
from safelight.render.sight.reading import Reader
from safelight.scripting.run import RunScript
from safelight.settings import RenderSettings, ScriptSettings, UploadSettings
from safelight.transform.limits import Limits
from safelight.transform.plan import Plan
from safelight.transform.source import Region
from safelight.uploads.asynchronous import Later, Waiting
from safelight.uploads.chunks import Chunks
from safelight.uploads.eager import Eager
from safelight.uploads.explicit import Explicit
from safelight.uploads.fetch import Fetch
from safelight.uploads.model import Incoming
from safelight.uploads.receive import Receive
from safelight.uploads.scripts import Rewrite
from safelight.uploads.scripts_explicit import RewriteExplicit
from safelight.uploads.staging import Staged, Staging
from safelight.uploads.sweep import Sweep
from safelight.uploads.take_back import TakeBack
from safelight.wire import intake as wire_intake

JPEG = b"\xff\xd8\xff\xe0" + b"a picture of 64 by 48 px, believe it"
BROKEN = b"\xff\xd8\xff\xe0" + b"broken"
PNG = b"\x89PNG\r\n\x1a\n" + b"made"
GIF = b"GIF89a" + b"........"
MP4 = b"\x00\x00\x00\x18ftypisom" + b"\0" * 20
LIMITS = Limits(10_000_000, 10_000_000, 60_000, 100)


@dataclass
class FakeRender:
    """Believes in every picture that does not say it is broken."""

    rendered: list[Plan] = field(default_factory=list[Plan])
    parts: list[tuple[PartFile, ...]] = field(default_factory=list)
    cannot_be_analysed: bool = False
    analysed: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    refuses: Exception | None = None

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        if b"broken" in await asyncio.to_thread(source.read_bytes):
            raise Invalid("Invalid image file")
        return Probed(format, 64, 48, 1, has_alpha=format == "png")

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        return ()

    async def analyse(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> Mapping[str, Any]:
        if self.cannot_be_analysed:
            raise Invalid("Invalid image file")
        self.analysed.append(tuple(kinds))
        return {"phash": "0" * 16} if "phash" in kinds else {}

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        if self.refuses is not None:
            raise self.refuses
        self.rendered.append(plan)
        self.parts.append(tuple(parts))
        starts = {"png": PNG, "jpg": JPEG, "gif": GIF}
        return Rendered(starts.get(str(plan.encode.format), b"RIFF....WEBP"), str(plan.encode.format), 10, 8, 1)


@dataclass
class Intake:
    """The parts, and short words for what tests do with them."""

    database: Database
    clock: StillClock
    folder: Path
    cloud: Cloud
    key: Key
    keys: Keys
    settings: UploadSettings
    blobs: Any = field(default_factory=MemoryBlobs)
    render: Any = field(default_factory=FakeRender)
    fetcher: MemoryFetcher = field(default_factory=MemoryFetcher)

    def __post_init__(self) -> None:
        self.staging = Staging(self.folder / "staging")
        self.originals = Originals(self.blobs, self.folder / "copies")
        self.ensure = Ensure(self.database, self.blobs, self.originals, self.render, self.clock, LIMITS)
        take_in = TakeIn(
            self.database, self.fetcher, self.originals, self.render, self.clock, self.folder / "fetched", 10**8
        )
        self.parts = Parts(self.database, take_in, RenderSettings())
        self.look = Look(self.database, self.originals, self.render, NONE, Reader(RenderSettings()))
        self.eager = Eager(self.database, self.look, self.parts, self.ensure, {})
        run, parse = RunScript(ScriptSettings()), wire_intake.incoming
        self.rewrite = Rewrite(self.database, self.originals, self.render, run, parse, self.clock)
        self.receive = Receive(
            self.database,
            self.originals,
            self.staging,
            self.render,
            self.eager,
            self.look,
            self.parts,
            self.keys,
            self.clock,
            self.settings,
            LIMITS,
            self.rewrite,
            Taken(is_on=True),
        )
        self.chunks = Chunks(self.database, self.blobs, self.staging, self.receive, self.clock, self.settings)
        self.fetch = Fetch(self.fetcher, self.staging, 10)
        again = RewriteExplicit(self.rewrite, wire_intake.explicit)
        self.explicit = Explicit(self.database, self.eager, take_in, self.clock, again)
        self.later = Later(self.database, self.blobs, self.clock, wire_intake.incoming)
        self.waiting = Waiting(
            self.database,
            self.blobs,
            self.staging,
            self.fetch,
            self.receive,
            self.keys,
            self.clock,
            wire_intake.incoming,
            self.settings,
        )
        self.take_back = TakeBack(self.database, self.keys, self.clock)
        self.sweep = Sweep(self.database, self.blobs, self.originals, self.staging, self.clock, pause_seconds=0)

    @property
    def signed(self) -> Principal:
        return Principal(self.cloud, Manner.SIGNATURE, self.key)

    @property
    def unsigned(self) -> Principal:
        return Principal(self.cloud, Manner.UNSIGNED)

    async def stage(self, data: bytes) -> Staged:
        return await self.staging.stage(pieces(data), size_bytes_max=10**9)

    async def upload(self, data: bytes = JPEG, *, principal: Principal | None = None, **words: Any):
        incoming = Incoming(**{"kind": Kind.IMAGE, **words})
        return await self.receive(principal or self.signed, incoming, await self.stage(data))

    async def assets(self) -> Sequence[Asset]:
        async with self.database.transaction() as session:
            return (await catalogue.list(session, self.cloud.id, Listing(max_results=500))).items

    async def stored(self) -> dict[str, bytes]:
        """All bytes in the store."""
        found = {}
        async for stat in self.blobs.list(""):
            found[stat.key] = b"".join([chunk async for chunk in self.blobs.open(stat.key)])
        return found

    def staged_files(self) -> list[Path]:
        return list(self.staging.folder.glob("*")) if self.staging.folder.exists() else []

    async def original(self, asset: Asset) -> bytes:
        return b"".join([chunk async for chunk in self.originals.open(asset)])

    async def is_whole(self, asset: Asset) -> bool:
        data = await self.original(asset)
        return (len(data), hashlib.md5(data).hexdigest()) == (asset.facts.size_bytes, asset.facts.md5)


async def pieces(data: bytes, size: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def intake_on(
    database: Database, clock: StillClock, folder: Path, *, mode: FolderMode = FolderMode.DYNAMIC, **words: Any
) -> Intake:
    keys = Keys(MemoryKeys())
    async with database.transaction() as session:
        cloud = await clouds.create(session, "demo", folder_mode=mode, now=clock.now())
        key = await keys.issue(session, cloud.id, name="first", now=clock.now(), api_key="123456", secret="abcd")
    words = {"settings": UploadSettings(chunk_bytes_min=4), **words}
    return Intake(database, clock, folder, cloud, key, keys, **words)
