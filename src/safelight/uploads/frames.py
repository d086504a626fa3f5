"""Frames: pictures of a cloud, each with what is done to it -> files of this machine that can be put together."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from safelight.accounts.model import Cloud
from safelight.assets import access, catalogue, moderation
from safelight.assets.model import Asset, AssetRef, Listing
from safelight.assets.originals import Originals
from safelight.derived.ensure import source_facts
from safelight.kernel.errors import Invalid, NotFound, TooMuch, Unauthorized
from safelight.kernel.media import FORMATS, Access, Kind, refusal
from safelight.ports.database import Database
from safelight.render.model import Part, PartFile, Render
from safelight.settings import UploadSettings
from safelight.transform.auto import Hints, settle
from safelight.transform.limits import Limits, check
from safelight.transform.plan import Encode, Plan, Source
from safelight.transform.reference import Reference
from safelight.transform.url import candidates, parse_path
from safelight.uploads.eager import Eager
from safelight.uploads.staging import Staging

BETWEEN = "png"
"""What is made of a picture loses nothing on its way into the whole."""
IMAGES_MAX = 100
"""As many as one job of the darkroom may carry (render/message.py)."""

NOT_FOR_ALL = "deny or ACL failure"


class TakeIn(Protocol):
    """delivery/fetch.py: a remote file becomes an asset, unless it is one already."""

    async def __call__(self, cloud: Cloud, kind: Kind, url: str) -> Asset: ...


@dataclass(frozen=True)
class Pictured:
    """A picture, and what is done to it before all else."""

    asset: Asset
    transformation: str = ""


@dataclass(frozen=True)
class Frame:
    """A picture that can be put together with others."""

    name: str
    path: Path
    format: str
    width: int
    height: int

    def part(self, number: int) -> PartFile:
        return PartFile(Part(reference(number), self.format), self.path)


def reference(number: int) -> Reference:
    """How a plan names a frame."""
    return Reference(str(number), Kind.IMAGE, Access.UPLOAD)


@dataclass(frozen=True)
class Frames:
    """Finds pictures, and opens them as they shall be."""

    database: Database
    originals: Originals
    eager: Eager
    render: Render
    staging: Staging
    take_in: TakeIn
    limits: Limits
    settings: UploadSettings
    base_url: str

    @property
    def images_max(self) -> int:
        return min(self.settings.composed_images_max, IMAGES_MAX)

    async def tagged(self, cloud: Cloud, tag: str) -> Sequence[Pictured]:
        """All pictures with a tag that everybody may see for ever, by name: what is made of them outlives what their
        rules say. Raises NotFound where there is none, TooMuch past the limit."""
        most = self.images_max
        wanted = Listing(kind=Kind.IMAGE, access=Access.UPLOAD, tag=tag, max_results=most + 1)
        async with self.database.transaction() as session:
            assets = (await catalogue.list(session, cloud.id, wanted)).items
        found = sorted(
            (
                asset
                for asset in assets
                if access.is_open(asset.access_control)
                and not moderation.is_hidden(asset, hides_pending=cloud.hides_pending)
            ),
            key=lambda asset: asset.name,
        )
        if len(assets) > most:
            raise _too_many(most)
        if not found:
            raise NotFound(f"No images found with the tag {tag[:255]}")
        return [Pictured(asset) for asset in found]

    async def at(self, cloud: Cloud, urls: Sequence[str]) -> Sequence[Pictured]:
        """The pictures at these addresses, in their order. What is delivered from here is not fetched."""
        if len(urls) > self.images_max:
            raise _too_many(self.images_max)
        return [await self._own(cloud, url) or Pictured(await self.take_in(cloud, Kind.IMAGE, url)) for url in urls]

    async def _own(self, cloud: Cloud, address: str) -> Pictured | None:
        try:
            parts = urlsplit(address)
        except ValueError as error:
            raise Invalid(f"Invalid URL {address[:255]}") from error
        if parts.netloc != urlsplit(self.base_url).netloc:
            return None
        url = parse_path(parts.path, parts.query)
        if url.cloud != cloud.name or url.access is Access.FETCH:
            raise Invalid(
                f"Invalid URL {address[:255]}: of this installation, only pictures of the same cloud are taken"
            )
        async with self.database.transaction() as session:
            for name, _ in candidates(url):
                asset = await catalogue.find(session, cloud.id, AssetRef(url.kind, url.access, name))
                if asset is not None and not moderation.is_hidden(asset, hides_pending=cloud.hides_pending):
                    return Pictured(asset, url.transformation)
        raise NotFound(f"Resource not found - {url.name[:255]}")

    @asynccontextmanager
    async def opened(
        self, cloud: Cloud, pictures: Sequence[Pictured], transformation: str, *, is_for_nobody: bool = False
    ) -> AsyncGenerator[Sequence[Frame]]:
        """The pictures as the transformation makes them, until the block ends. `is_for_nobody`: who asks has no key."""
        async with AsyncExitStack() as stack:
            yield [
                await stack.enter_async_context(
                    self._opened(cloud, one, _chained(one.transformation, transformation), is_for_nobody)
                )
                for one in pictures
            ]

    @asynccontextmanager
    async def _opened(
        self, cloud: Cloud, pictured: Pictured, transformation: str, is_for_nobody: bool
    ) -> AsyncGenerator[Frame]:
        asset = pictured.asset
        format = FORMATS.get(asset.facts.format or "")
        if asset.kind is not Kind.IMAGE or format is None or not format.readable:
            raise Invalid(f"{refusal(str(asset.facts.format), is_read=True)}: {asset.name[:255]}")
        plan = await self.eager.plan(cloud.id, transformation)
        facts = asset.facts
        is_touched = bool(plan.steps) or plan.source != Source() or plan.script is not None
        if not is_touched and facts.width is not None and facts.height is not None:
            async with self.originals.local(asset) as path:
                yield Frame(asset.name, path, format.name, facts.width, facts.height)
            return
        plan = replace(plan, encode=Encode(BETWEEN), is_empty=False)
        async with self._made(cloud, asset, plan, is_for_nobody) as frame:
            yield frame

    @asynccontextmanager
    async def _made(self, cloud: Cloud, asset: Asset, plan: Plan, is_for_nobody: bool) -> AsyncGenerator[Frame]:
        plan = settle(plan, Hints(), await self.eager.look(asset, plan), BETWEEN)
        check(plan, source_facts(asset), self.limits)
        # A key of the cloud is as good as a signed address.
        needed = await self.eager.parts(cloud, plan, is_signed=not is_for_nobody)
        if is_for_nobody and not all(
            access.is_open(part.access_control) for _, part in needed.parts if part.kind is not Kind.RAW
        ):
            raise Unauthorized(f"{NOT_FOR_ALL}: a file of restricted access is not shown in what everybody may see")
        async with self.originals.local(asset) as path, needed.local(self.originals) as files:
            made = await self.render.render(
                needed.plan, path, source_format=str(asset.facts.format), tenant=cloud.id, parts=files
            )
        staged = await self.staging.stage(pieces(made.data), size_bytes_max=len(made.data))
        try:
            yield Frame(asset.name, staged.path, made.format, made.width, made.height)
        finally:
            await self.staging.drop(staged)


async def pieces(data: bytes, size_bytes: int = 1024 * 1024) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size_bytes):
        yield data[start : start + size_bytes]


def _chained(first: str, then: str) -> str:
    return "/".join(part for part in (first, then) if part)


def _too_many(most: int) -> TooMuch:
    return TooMuch(f"Too many images to put together. Maximum is {most}.")
