"""Tiff: pages in and out by libvips, 8-bit LZW, and black and white as fax machines write it (CCITT group 4)."""

from safelight.render.formats import vips
from safelight.render.formats.model import Asked, Family, Header, Picture
from safelight.render.image import Image
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Source

_HALF = 128


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    return vips.header_of(vips.opened(file, format), format)


def read(file: int, header: Header, asked: Asked) -> Picture:
    """Pages of another size than the first one are laid on a sheet of its size."""
    pages = asked.pages or (1,)
    if header.pages == 1:
        return Picture((vips.opened(file, header.format),))
    first = vips.opened(file, header.format, page=pages[0] - 1)
    if len(pages) == 1:
        return Picture((first,))
    others = [vips.opened(file, header.format, page=page - 1) for page in pages[1:]]
    return Picture((first, *(on_sheet(other, first) for other in others)))


def on_sheet(page: Image, first: Image) -> Image:
    """A page in the middle of a white sheet as large as the first one; made smaller where it does not fit."""
    if (page.width, page.height, page.bands) == (first.width, first.height, first.bands):
        return page
    page = page.colourspace("srgb").cast("uchar").copy_memory()
    page = page.flatten(background=[255, 255, 255]) if page.hasalpha() else page
    page = page.thumbnail_image(first.width, height=first.height, size="down")
    return page.gravity("centre", first.width, first.height, extend="background", background=[255, 255, 255])


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    vips.read_through(read(file, header, Asked()), header.format)


def write(picture: Picture, how: Encode, _format: str) -> bytes:
    if how.is_bilevel:
        picture = picture.map(lambda frame: frame.colourspace("b-w").extract_band(0) >= _HALF)
        return vips.whole(picture, how).tiffsave_buffer(compression="ccittfax4", bitdepth=1, keep=vips.KEEP_NONE)
    kept = vips.keeping(picture.frames[0], how)
    return vips.whole(picture, how).tiffsave_buffer(compression="lzw", predictor="horizontal", **kept)


FAMILY = Family(header, read, check, write)
