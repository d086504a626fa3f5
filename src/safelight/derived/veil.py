"""Veil: makes the copy of a picture in which other people cannot be seen; the stored file stays as it is (PP-49).

Its owner marks others by regions whose names begin with `others` (the parameter `regions` of uploads and updates).
Faces are looked for where that is asked for; those inside a region whose name begins with `self` are one's own. Each
place becomes one colour, the mean of what was there: of a blur, and of small squares, more can be guessed than one
thinks. What cannot be masked is not handed out.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from safelight.assets import catalogue
from safelight.assets.originals import Originals
from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.holdings import Item, Stored
from safelight.kernel.media import FORMATS, Kind
from safelight.kernel.veiled import Covered, Veiled
from safelight.ports.database import Database
from safelight.render.model import Render
from safelight.transform.plan import Effect, Encode, Place, Plan, Px
from safelight.transform.source import Region

OTHERS, SELF = "others", "self"
REGION, FACE = "region", "face"
FALLBACK = "png"
"""Of what is a picture and cannot be written as what it was."""
_DRAWINGS = frozenset({"svg"})
"""A drawing that stays one keeps what lies below."""
# A detector's box ends at brows and chin: hair and ears tell as much.
_ACROSS, _DOWN = 1.5, 1.8

NO_SIZE = "Others are marked in it, and its size is not known."
NO_PICTURE = "Others are marked in it, and only pictures can be masked."
OTHER_SIZE = "Others are marked in the present version, and this one has another size."


class Masks(StrEnum):
    """What is masked in the pictures of a copy."""

    NONE = "none"
    MARKED = "marked"
    FACES = "faces"


@dataclass(frozen=True)
class _Picture:
    """A record of an archive as far as it tells of a picture."""

    cloud_id: str
    kind: str
    format: str | None
    size: tuple[int, int] | None


@dataclass(frozen=True)
class VeilOthers:
    database: Database
    originals: Originals
    render: Render
    masks: Masks

    async def __call__(self, item: Item) -> Veiled | None:
        """Raises Busy and NotAvailable where another try may do it."""
        if self.masks is Masks.NONE or item.file is None:
            return None
        picture = _picture(item.facts)
        regions, size = await self._said(item, picture)
        is_masked = any(name.startswith(OTHERS) for name in regions)
        if not is_masked and (self.masks is not Masks.FACES or not _is_readable(picture)):
            return None
        async with self.originals.lent(item.file.key) as path:
            if is_masked and (why_not := _why_not(picture, size)):
                return Veiled(await _sha256(path), why_not=why_not)
            return await self._veiled(path, item.file, picture, regions)

    async def _said(
        self, item: Item, picture: _Picture
    ) -> tuple[Mapping[str, Sequence[tuple[int, int]]], tuple[int, int] | None]:
        """The regions that people named, and of a picture of which size they are. A version of before has those of the
        present one."""
        if "regions" in item.facts:
            return _regions(item.facts["regions"]), picture.size
        asset_id = item.facts.get("asset_id")
        if not isinstance(asset_id, str):
            return {}, None
        async with self.database.transaction() as session:
            asset = await catalogue.find_by_id(session, picture.cloud_id, asset_id)
        if asset is None:
            return {}, None
        known = asset.facts.width is not None and asset.facts.height is not None
        size = (asset.facts.width or 0, asset.facts.height or 0) if known else None
        return asset.regions, size

    async def _veiled(
        self, path: Path, file: Stored, picture: _Picture, regions: Mapping[str, Sequence[tuple[int, int]]]
    ) -> Veiled | None:
        format = str(picture.format)
        try:
            faces = await self._faces(path, format, picture)
            covered = covered_in(regions, faces, picture.size or (0, 0))
            if not covered:
                return None
            plan = plan_of(covered, written_as(format))
            made = await self.render.render(plan, path, source_format=format, tenant=picture.cloud_id)
        except (Invalid, TooMuch) as error:
            return Veiled(await _sha256(path), why_not=f"It could not be masked: {error.message}")
        return Veiled(await _sha256(path), covered, made.format, made.data)

    async def _faces(self, path: Path, format: str, picture: _Picture) -> Sequence[Region]:
        if self.masks is not Masks.FACES:
            return ()
        return await self.render.look(path, format=format, kinds=(FACE,), tenant=picture.cloud_id)


def covered_in(
    regions: Mapping[str, Sequence[tuple[int, int]]], faces: Sequence[Region], size: tuple[int, int]
) -> tuple[Covered, ...]:
    """What is to be covered in a picture of this size. Pure."""
    marked = [_around(corners) for name, corners in sorted(regions.items()) if name.startswith(OTHERS)]
    mine = [_around(corners) for name, corners in regions.items() if name.startswith(SELF)]
    seen = [_grown(face, size) for face in faces]
    others = [face for face in seen if not any(_has(own, _middle(face)) for own in mine)]
    found = [(REGION, edges) for edges in marked] + [(FACE, edges) for edges in others]
    clipped = [(kind, _clipped(edges, size)) for kind, edges in found]
    return tuple(Covered(kind, left, top, right - left, bottom - top) for kind, (left, top, right, bottom) in clipped)


def plan_of(covered: Sequence[Covered], format: str) -> Plan:
    """Each place becomes a single square; metadata stay behind, as wherever a picture is made."""
    steps = tuple(
        Effect(
            "pixelate_region",
            (float(max(each.width, each.height)),),
            place=Place(Px(each.left), Px(each.top), Px(each.width), Px(each.height)),
        )
        for each in covered
    )
    return Plan(steps=steps, encode=Encode(format=format))


def written_as(format: str) -> str:
    return format if FORMATS[format].writable and format not in _DRAWINGS else FALLBACK


_Edges = tuple[int, int, int, int]


def _around(corners: Sequence[tuple[int, int]]) -> _Edges:
    across, down = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(down), max(across), max(down)


def _grown(face: Region, size: tuple[int, int]) -> _Edges:
    wide, high = size
    x, y = (face.x + face.width / 2) * wide, (face.y + face.height / 2) * high
    across, down = face.width * wide * _ACROSS / 2, face.height * high * _DOWN / 2
    return round(x - across), round(y - down), round(x + across), round(y + down)


def _middle(edges: _Edges) -> tuple[float, float]:
    return (edges[0] + edges[2]) / 2, (edges[1] + edges[3]) / 2


def _has(edges: _Edges, point: tuple[float, float]) -> bool:
    return edges[0] <= point[0] <= edges[2] and edges[1] <= point[1] <= edges[3]


def _clipped(edges: _Edges, size: tuple[int, int]) -> _Edges:
    """At least one px, inside the picture: what is marked outside of it still says that somebody marked it."""
    left, top = (min(max(0, edge), side - 1) for edge, side in zip(edges[:2], size, strict=True))
    right, bottom = (min(max(0, edge), side) for edge, side in zip(edges[2:], size, strict=True))
    return left, top, max(left + 1, right), max(top + 1, bottom)


def _picture(facts: Mapping[str, Any]) -> _Picture:
    wide, high, format = facts.get("width"), facts.get("height"), facts.get("format")
    size = (wide, high) if isinstance(wide, int) and isinstance(high, int) and wide > 0 and high > 0 else None
    name = format if isinstance(format, str) and format in FORMATS else None
    return _Picture(str(facts.get("cloud_id")), str(facts.get("kind")), name, size)


def _is_readable(picture: _Picture) -> bool:
    known = picture.format is not None and FORMATS[picture.format].readable
    return known and picture.kind == Kind.IMAGE.value and picture.size is not None


def _why_not(picture: _Picture, said_of: tuple[int, int] | None) -> str:
    if picture.size is None:
        return NO_SIZE
    if not _is_readable(picture):
        return NO_PICTURE
    return "" if picture.size == said_of else OTHER_SIZE


def _regions(said: object) -> Mapping[str, Sequence[tuple[int, int]]]:
    """As a record tells them: names, each with corners."""
    if not isinstance(said, dict):
        return {}
    named = {name: _corners(corners) for name, corners in cast("dict[str, object]", said).items()}
    return {name: corners for name, corners in named.items() if corners}


def _corners(said: object) -> Sequence[tuple[int, int]]:
    listed = cast("list[Any]", said) if isinstance(said, list | tuple) else []
    return [(int(x), int(y)) for x, y in listed]


async def _sha256(path: Path) -> str:
    def digest() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return await asyncio.to_thread(digest)
