"""Stand-ins: a file for every name that a transformation may mention, made once and found by what it is asked to be."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvips
import skimage.data
from PIL import Image, ImageDraw
from psd_tools import PSDImage

import safelight.fonts
from safelight.kernel.media import Access, Kind
from safelight.render.model import Part, PartFile
from safelight.transform.output import Source
from safelight.transform.plan import Plan, TextStyle
from safelight.transform.reference import Reference
from safelight.transform.references import references, with_styles
from safelight.transform.text_style import text_style

PAGES = 50
"""Of the document; no transformation of a corpus names a later page."""
CUBE_SIDE = 9
STYLE = "Arial_40"


@dataclass(frozen=True)
class StandIns:
    """The files lie in `folder`."""

    folder: Path

    def source(self, source: Source) -> tuple[Path, str]:
        """A photo with a face; a document where pages are asked for, or one with layers of the names asked for."""
        if source.layers or source.embedded:
            names = [str(name) for name in source.layers or source.embedded]
            return self._made(f"layers-{abs(hash(tuple(names)))}.psd", lambda: _psd(names)), "psd"
        if source.pages or (source.page or 1) > 1:
            return self._made("pages.pdf", _document), "pdf"
        return self._made("photo.jpg", _photo), "jpg"

    def parts(self, plan: Plan) -> tuple[Plan, tuple[PartFile, ...]]:
        """The plan with styles of stored texts written out, and a file for everything that it refers to."""
        styles: dict[Reference, TextStyle] = {
            reference: text_style(STYLE) for reference in references(plan) if reference.access is Access.TEXT
        }
        plan = with_styles(plan, styles)
        return plan, tuple(self._part(reference) for reference in references(plan))

    def _part(self, reference: Reference) -> PartFile:
        if reference.kind is not Kind.RAW:
            return PartFile(Part(reference, "png"), self._made("logo.png", _logo))
        match Path(reference.name).suffix.lower():
            case ".cube":
                return PartFile(Part(reference, "cube"), self._made("table.cube", _cube))
            case ".3dl":
                return PartFile(Part(reference, "3dl"), self._made("table.3dl", _table_3dl))
            case ".ttf" | ".otf" | ".woff" | ".woff2":
                return PartFile(Part(reference, "font"), _font())
            case _:
                return PartFile(Part(reference, "icc"), self._made("colours.icc", _profile))

    def _made(self, name: str, make: Callable[[], bytes]) -> Path:
        path = self.folder / name
        if not path.exists():
            path.write_bytes(make())
        return path


def _photo() -> bytes:
    face = pyvips.Image.new_from_array(skimage.data.astronaut())
    return face.resize(1.25).crop(0, 0, 640, 480).jpegsave_buffer(Q=90)


def _logo() -> bytes:
    """A red disc on nothing."""
    image = Image.new("RGBA", (160, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 150, 110), fill=(200, 30, 30, 255))
    return _saved(image, "PNG")


def _document() -> bytes:
    pages = [Image.new("RGB", (320, 240), (5 * number, 120, 200 - 3 * number)) for number in range(PAGES)]
    written = io.BytesIO()
    pages[0].save(written, "PDF", save_all=True, append_images=pages[1:])
    return written.getvalue()


def _psd(names: list[str]) -> bytes:
    drawn = PSDImage.new("RGB", (320, 240))
    for number, name in enumerate(names):
        color = (40 * number % 255, 90, 160)
        drawn.create_pixel_layer(Image.new("RGB", (120, 80), color), name=name, top=10 * number, left=12 * number)
    written = io.BytesIO()
    drawn.save(written)
    return written.getvalue()


def _cube() -> bytes:
    """A table that leaves every colour as it is."""
    steps = [step / (CUBE_SIDE - 1) for step in range(CUBE_SIDE)]
    rows = [f"{red:.5f} {green:.5f} {blue:.5f}" for blue in steps for green in steps for red in steps]
    return "\n".join([f"LUT_3D_SIZE {CUBE_SIDE}", *rows, ""]).encode()


def _table_3dl() -> bytes:
    steps = np.linspace(0, 4095, CUBE_SIDE).round().astype(int)
    grid = " ".join(str(step) for step in np.linspace(0, 1023, CUBE_SIDE).round().astype(int))
    rows = [f"{red} {green} {blue}" for red in steps for green in steps for blue in steps]
    return "\n".join([grid, *rows, ""]).encode()


def _profile() -> bytes:
    return bytes(pyvips.Image.profile_load("srgb"))


def _font() -> Path:
    return next(Path(next(iter(safelight.fonts.__path__))).rglob("*.ttf"))


def _saved(image: Image.Image, format: str) -> bytes:
    written = io.BytesIO()
    image.save(written, format)
    return written.getvalue()
