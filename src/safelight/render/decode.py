"""Decode: opens a source of a known format, header first, then only the pixels that are needed."""

from collections.abc import Callable
from dataclasses import replace

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS, refusal
from safelight.render import clip
from safelight.render.formats import family
from safelight.render.formats.model import Asked
from safelight.render.formats.model import Header as Header
from safelight.render.formats.model import Picture as Picture
from safelight.render.formats.model import turned as turned
from safelight.render.image import Image as Image
from safelight.render.image import split
from safelight.settings import RenderSettings
from safelight.transform import plan as p
from safelight.transform.geometry import Size

PAGES_MAX = 100
"""So many pages of a document are opened at once; the others are left out."""


def read_header(file: int, format: str, source: p.Source, limits: RenderSettings) -> Header:
    """The facts of a source, from its first bytes; raises Invalid for what is no such picture, TooMuch past a limit."""
    known = FORMATS.get(format)
    if known is None or not known.readable:
        raise Invalid(refusal(format, is_read=True))
    header = family(format).header(file, format, source, limits)
    if source.ignores_orientation:
        header = replace(header, orientation=1)
    _check(header, limits)
    if has_pages(header) and source.page is not None and source.page > header.pages:
        raise Invalid(f"Invalid page {source.page}: the image has {header.pages}")
    return header


def _check(header: Header, limits: RenderSettings) -> None:
    width, height = header.size.width, header.size.height
    frames = header.pages if header.is_moving else 1
    if max(width, height) > limits.side_max:
        raise TooMuch(f"Maximum image width/height is {limits.side_max}. Got {width}x{height}.")
    if frames > limits.frames_max:
        raise TooMuch(f"Maximum number of frames is {limits.frames_max}. Got {frames}.")
    if width * height * frames > limits.source_pixels_max:
        megapixels = limits.source_pixels_max / 1e6
        raise TooMuch(f"Image size exceeds {megapixels:g} megapixels: {width}x{height}, {frames} frame(s).")


def has_pages(header: Header) -> bool:
    """Whether there is anything to choose from: a photograph is opened whichever of its pages is asked for."""
    return header.pages > 1 or FORMATS[header.format].has_pages


def pages_of(header: Header, source: p.Source, *, are_many: bool, limits: RenderSettings) -> tuple[int, ...]:
    """The pages or frames that are meant, from 1, in the order asked for; empty: what stands for the whole.

    `are_many`: the result can hold several. Raises Invalid where a page is meant that is not there.
    """
    if not has_pages(header):
        return ()
    if source.page is not None:
        return (source.page,)
    if not source.pages:
        most = limits.frames_max if header.is_moving else PAGES_MAX
        return tuple(range(1, min(header.pages, most) + 1)) if are_many and header.pages > 1 else ()
    found: list[int] = []
    for one in source.pages:
        last = header.pages if one.last is None else min(one.last, header.pages)
        found += range(one.first, last + 1)
    if not found:
        raise Invalid(f"Invalid page {source.pages[0].first}: the image has {header.pages}")
    pages = tuple(dict.fromkeys(found))
    return pages[: limits.frames_max if header.is_moving else PAGES_MAX] if are_many else pages[:1]


def read(
    file: int,
    header: Header,
    source: p.Source,
    *,
    wanted: Size | None = None,
    is_moving: bool = False,
    limits: RenderSettings | None = None,
) -> Picture:
    """The pixels, upright, not smaller than `wanted` where the whole is to be shrunk to that.

    `is_moving`: all frames that are asked for, or all pages.
    """
    limits = limits or RenderSettings()
    pages = pages_of(header, source, are_many=is_moving, limits=limits)
    count = max(1, len(pages))
    if header.size.width * header.size.height * count > limits.source_pixels_max and count > 1 and wanted is None:
        raise TooMuch(f"Image size exceeds {limits.source_pixels_max / 1e6:g} megapixels: {count} pages.")
    size = None if wanted is None else turned(wanted, header.orientation)
    if source.clip is None:
        picture = family(header.format).read(file, header, Asked(pages, size, source, limits))
        return picture.map(lambda frame: split(frame)[0]) if source.ignores_mask_channels else picture
    # With a path, the names are its own, and not those of layers.
    whole = replace(source, layers=())
    picture = family(header.format).read(file, header, Asked(pages, size, whole, limits))
    resources = clip.resources_of(file, header.format, picture.frames[0])
    return clip.clipped(picture, resources, source.layers[0] if source.layers else None, source.clip)


def upright(picture: Picture, orientation: int) -> Picture:
    """Apply an EXIF orientation. The pixels come from memory: a turned picture is not read from top to bottom."""
    if orientation == 1:
        return picture
    return picture.settled().map(lambda frame: _TURNS[orientation](frame))


# What each EXIF orientation needs to stand upright (EXIF 2.32, tag 0x0112).
_TURNS: dict[int, Callable[[Image], Image]] = {
    2: lambda image: image.flip("horizontal"),
    3: lambda image: image.rot("d180"),
    4: lambda image: image.flip("vertical"),
    5: lambda image: image.rot("d90").flip("horizontal"),
    6: lambda image: image.rot("d90"),
    7: lambda image: image.rot("d90").flip("vertical"),
    8: lambda image: image.rot("d270"),
}
