"""Pdf: pages of documents as pixels, by PDFium; pictures as documents, one page each; and a document of fewer pages."""

import io
import math
import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pypdfium2  # pyright: ignore[reportMissingTypeStubs]
from pypdfium2 import raw  # pyright: ignore[reportMissingTypeStubs]

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.formats import bridge, vips
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.render.formats.tiff import on_sheet
from safelight.render.image import Image
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source

DENSITY_DPI = 150
"""Where a plan names none."""
PAGES_CHECKED_MAX = 100
_SIDE_POINTS_MAX = 14_400
"""The longest that a page may be (PDF 1.7, Annex C)."""
_TAIL_BYTES = 2048
_POINTS_AN_INCH = 72
_WORDS_LOCKED = "The document is protected by a password"


@contextmanager
def _document(file: int, format: str) -> Generator[Any]:
    """The library carries no types worth the name."""
    data = bridge.whole(file)
    try:
        document: Any = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            raise Invalid(_WORDS_LOCKED) from error
        raise broken(format, error) from error
    try:
        yield document
    except pypdfium2.PdfiumError as error:
        raise broken(format, error) from error
    finally:
        document.close()


def header(file: int, format: str, source: Source, limits: RenderSettings) -> Header:
    with _document(file, format) as document:
        count = len(document)
        if count < 1:
            raise broken(format)
        first = source.page or (source.pages[0].first if source.pages else 1)
        width, height = document.get_page_size(min(first, count) - 1)
    return Header(format, _size(width, height, source, limits), 1, count, has_alpha=False)


def _size(width_points: float, height_points: float, source: Source, limits: RenderSettings) -> Size:
    scale = (source.density or DENSITY_DPI) / _POINTS_AN_INCH
    sides = (width_points * scale, height_points * scale)
    if not all(math.isfinite(side) and side > 0 for side in sides):
        raise Invalid("The page has no size")
    if max(sides) > limits.side_max:
        raise TooMuch(f"Maximum image width/height is {limits.side_max}.")
    return Size(*(max(1, round(side)) for side in sides))


def read(file: int, header: Header, asked: Asked) -> Picture:
    with _document(file, header.format) as document:
        frames = [_pixels(document[page - 1], header, asked) for page in asked.pages or (1,)]
    first, *others = frames
    return Picture((first, *(on_sheet(other, first) for other in others)))


def _pixels(page: Any, header: Header, asked: Asked) -> Image:
    """One page on white paper, drawn at once in the size that is asked for."""
    width, height = page.get_size()
    size = _size(width, height, asked.source, asked.limits)
    if asked.size is not None:
        size = Size(
            max(1, round(size.width * asked.size.width / header.stored.width)),
            max(1, round(size.height * asked.size.height / header.stored.height)),
        )
    if size.width * size.height > asked.limits.source_pixels_max:
        raise TooMuch(f"Image size exceeds {asked.limits.source_pixels_max / 1e6:g} megapixels.")
    scale = max(size.width / width, size.height / height)
    pixels = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()
    image = bridge.from_array(pixels[..., :3])
    return image.crop(0, 0, min(size.width, image.width), min(size.height, image.height))


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    """Every page can be opened; what is drawn on it only matters when it is drawn. PDFium mends files that are cut off,
    by leaving out what is lost: the mark of their end tells (PDF 1.7, Annex H, note 18)."""
    tail = os.pread(file, _TAIL_BYTES, max(0, os.fstat(file).st_size - _TAIL_BYTES))
    if b"%%EOF" not in tail:
        raise broken(header.format)
    with _document(file, header.format) as document:
        for page in range(min(header.pages, PAGES_CHECKED_MAX)):
            document[page].close()


def subset(file: int, format: str, pages: tuple[int, ...]) -> bytes:
    """A document of only these pages, with all that is drawn on them as it was."""
    with _document(file, format) as document:
        few: Any = pypdfium2.PdfDocument.new()
        few.import_pages(document, [page - 1 for page in pages])
        written = io.BytesIO()
        few.save(written)
        few.close()
    # PDFium names each file at random; the same pages are to be the same bytes.
    return _NAME.sub(rb"\g<1>" + b"0" * 32, written.getvalue())


# The two halves of the name, each of sixteen bytes.
_NAME = re.compile(rb"((?:/ID\s*\[\s*|>\s*)<)([0-9A-Fa-f]{32})(?=>)")


# --- writing ----------------------------------------------------------------------------------------------------


def write(picture: Picture, how: Encode, _format: str) -> bytes:
    """Each frame is a page of its size, held as JPEG (PDF 1.7, 7.5 and 8.9.5): one px to a point, but what was a page
    before becomes one as large again."""
    points = _POINTS_AN_INCH / DENSITY_DPI if how.rasterizes else 1
    longest = max(picture.size.width, picture.size.height)
    points = min(points, _SIDE_POINTS_MAX / longest)
    objects: list[bytes] = [b"", b""]
    pages: list[int] = []
    for frame in picture.frames:
        number = len(objects) + 1
        pages.append(number)
        objects += _page_objects(frame, how, number, points)
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(pages), kids)
    return _file(objects)


def _page_objects(frame: Image, how: Encode, number: int, points: float) -> list[bytes]:
    data = frame.jpegsave_buffer(Q=vips.quality_of(how) or vips.QUALITY, optimize_coding=True, keep=vips.KEEP_NONE)
    space = {1: b"/DeviceGray", 4: b"/DeviceCMYK"}.get(frame.bands, b"/DeviceRGB")
    # libjpeg stores the inks of CMYK as Adobe does: the other way round.
    decode = b"/Decode[1 0 1 0 1 0 1 0]" if frame.bands == 4 else b""
    size = (frame.width, frame.height)
    sides = tuple(b"%.2f" % (side * points) for side in size)
    drawn = b"q %b 0 0 %b 0 0 cm /I Do Q" % sides
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %b %b]" % sides
    page += b"/Resources<</XObject<</I %d 0 R>>>>/Contents %d 0 R>>" % (number + 2, number + 1)
    picture = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8" % size
    picture += b"/ColorSpace%s%s/Filter/DCTDecode" % (space, decode)
    return [page, _stream(b"<<", drawn), _stream(picture, data)]


def _stream(head: bytes, data: bytes) -> bytes:
    return head + b"/Length %d>>\nstream\n" % len(data) + data + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    written, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(written)


FAMILY = Family(header, read, check, write)
