"""What tests of several rooms stand in for: a darkroom that counts and draws nothing, an asset that is simply there."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from safelight.assets import catalogue
from safelight.assets.model import Asset, Facts, NewAsset
from safelight.assets.originals import Originals
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database
from safelight.render.model import PartFile, Probed, Rendered
from safelight.transform.canon import canon
from safelight.transform.plan import Plan
from safelight.transform.source import Region


@dataclass
class CountingRender:
    """A Render whose pictures are texts that say what was asked of which source."""

    renders: list[str] = field(default_factory=list)
    parts: list[tuple[PartFile, ...]] = field(default_factory=list)
    """Those of each render."""
    looks: list[tuple[str, ...]] = field(default_factory=list)
    """The kinds that each look asked for."""
    regions: tuple[Region, ...] = ()
    """What there is to see."""
    info: bytes = b"{}"
    """The answer to `fl_getinfo`."""
    seconds: float = 0
    fault: Exception | None = None
    began: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """One place more each time a render begins."""
    may_end: asyncio.Event | None = None

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        self.renders.append(canon(plan))
        self.parts.append(tuple(parts))
        self.began.release()
        if self.may_end is not None:
            await self.may_end.wait()
        await asyncio.sleep(self.seconds)
        if self.fault is not None:
            raise self.fault
        if plan.wants_info:
            return Rendered(self.info, "json", 10, 10, 1)
        data = f"{canon(plan)} of ".encode() + (await asyncio.to_thread(source.read_bytes))[:100]
        for part in parts:
            data += b" with " + (await asyncio.to_thread(part.path.read_bytes))[:100]
        return Rendered(data, str(plan.encode.format), 10, 10, 1)

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        return Probed(format, 100, 80, 1, has_alpha=format == "png")

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        self.looks.append(tuple(kinds))
        return tuple(region for region in self.regions if region.kind in kinds)

    async def analyse(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> Mapping[str, Any]:
        return {}


async def chunks_of(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def add_asset(
    database: Database,
    originals: Originals,
    cloud_id: str,
    name: str,
    data: bytes,
    *,
    now: datetime,
    kind: Kind = Kind.IMAGE,
    access: Access = Access.UPLOAD,
    format: str | None = "jpg",
) -> Asset:
    """As an upload does it: bytes first, then the row. Replaces what was there."""
    version_id = new_id()
    await originals.blobs.put(originals.key(cloud_id, version_id), chunks_of(data))
    is_image = kind is Kind.IMAGE
    facts = Facts(
        size_bytes=len(data),
        md5=hashlib.md5(data).hexdigest(),
        format=format,
        width=100 if is_image else None,
        height=80 if is_image else None,
        pages=1 if is_image else None,
        has_alpha=format == "png",
    )
    new = NewAsset(cloud_id, kind, access, name, version_id, facts, folder="", display_name=name)
    async with database.transaction() as session:
        return (await catalogue.add(session, new, may_overwrite=True, now=now)).asset
