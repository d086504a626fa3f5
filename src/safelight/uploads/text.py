"""DrawText: words and how they should look -> a picture of them, kept as an asset whose lettering others may borrow."""

import hashlib
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass

from safelight.accounts.model import Cloud, FolderMode, Principal
from safelight.assets import catalogue
from safelight.assets.model import Asset, AssetRef, Facts, Lettering, NewAsset
from safelight.assets.originals import Originals
from safelight.derived.parts import Parts
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database
from safelight.render.model import Render
from safelight.transform.colors import color_text
from safelight.transform.plan import Color, Encode, Layer, Opacity, Plan, TextLayer, TextStyle
from safelight.transform.text_style import style_text
from safelight.uploads.model import Received
from safelight.uploads.naming import check_name
from safelight.uploads.staging import Staged, Staging

FORMAT = "png"
NAME_BYTES = 16


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


CANVAS = b"".join(
    (
        b"\x89PNG\r\n\x1a\n",
        _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 6, 0, 0, 0)),
        _chunk(b"IDAT", zlib.compress(bytes(5))),
        _chunk(b"IEND", b""),
    )
)
"""One transparent pixel to lay the text on: the canvas grows with it."""


@dataclass(frozen=True)
class TextAsk:
    """What to write, and how. `name` None: one that is made of all the rest, so that asking twice draws once."""

    text: str
    style: TextStyle
    color: Color
    background: Color | None = None
    opacity: float = 100
    name: str | None = None

    def plan(self) -> Plan:
        layer = TextLayer(self.text, self.style, self.color, self.background)
        steps = (Opacity(self.opacity),) if self.opacity < 100 else ()
        return Plan(steps=(Layer(layer, steps),), encode=Encode(format=FORMAT))

    def lettering(self) -> Lettering:
        background = "" if self.background is None else color_text(self.background)
        return Lettering(style_text(self.style), color_text(self.color), background)

    def made_up_name(self) -> str:
        words = "\n".join([self.text, f"{self.opacity:g}", *astuple(self.lettering())])
        return hashlib.blake2b(words.encode(errors="surrogatepass"), digest_size=NAME_BYTES).hexdigest()


@dataclass(frozen=True)
class DrawText:
    """Bytes first, then the row. A name that was asked for is drawn anew; what is there is its older version then."""

    database: Database
    originals: Originals
    staging: Staging
    render: Render
    parts: Parts
    clock: Clock

    async def __call__(self, principal: Principal, ask: TextAsk) -> Received:
        """Raises Invalid for a font that is not there."""
        cloud, name = principal.cloud, ask.name or ask.made_up_name()
        check_name(name)
        if ask.name is None and (existing := await self._existing(cloud, name)) is not None:
            return Received(existing, is_existing=True)
        staged = await self._drawn(cloud, ask)
        try:
            version_id = new_id()
            new = await self._new(principal, ask, name, version_id, staged)
            await self.originals.adopt(cloud.id, version_id, staged.path)
            async with self.database.transaction() as session:
                added = await catalogue.add(session, new, may_overwrite=True, now=self.clock.now())
        finally:
            await self.staging.drop(staged)
        return Received(added.asset, is_overwrite=added.is_overwrite)

    async def _existing(self, cloud: Cloud, name: str) -> Asset | None:
        async with self.database.transaction() as session:
            return await catalogue.find(session, cloud.id, AssetRef(Kind.IMAGE, Access.TEXT, name))

    async def _drawn(self, cloud: Cloud, ask: TextAsk) -> Staged:
        needed = await self.parts(cloud, ask.plan(), is_signed=True)
        canvas = await self.staging.stage(_pieces(CANVAS), size_bytes_max=len(CANVAS))
        try:
            async with needed.local(self.originals) as files:
                made = await self.render.render(
                    needed.plan, canvas.path, source_format=FORMAT, tenant=cloud.id, parts=files
                )
        finally:
            await self.staging.drop(canvas)
        return await self.staging.stage(_pieces(made.data), size_bytes_max=len(made.data))

    async def _new(self, principal: Principal, ask: TextAsk, name: str, version_id: str, staged: Staged) -> NewAsset:
        cloud = principal.cloud
        probed = await self.render.probe(staged.path, format=FORMAT, tenant=cloud.id)
        facts = Facts(
            staged.size_bytes,
            staged.md5,
            probed.format,
            width=probed.width,
            height=probed.height,
            pages=probed.pages,
            has_alpha=probed.has_alpha,
        )
        folder, _, last = name.rpartition("/")
        return NewAsset(
            cloud_id=cloud.id,
            kind=Kind.IMAGE,
            access=Access.TEXT,
            name=name,
            version_id=version_id,
            facts=facts,
            folder=folder if cloud.folder_mode is FolderMode.FIXED else "",
            display_name=last,
            uploaded_by=principal.key.api_key if principal.key else None,
            lettering=ask.lettering(),
        )


def check_text(text: str, chars_max: int) -> str:
    """Raises Invalid for a text that cannot be drawn."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip() or len(text) > chars_max:
        raise Invalid(f"Invalid text: it must have 1 to {chars_max} letters")
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
        raise Invalid("Invalid text: it may not have control characters")
    return text


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    yield data
