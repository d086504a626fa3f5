"""Vips: the formats of libvips itself, shrunk while they are read: jpg, gif, webp; and what its others share."""

import os
import re
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.render.image import Image, Source, VipsError, blob, load, tagged
from safelight.settings import RenderSettings
from safelight.transform import plan as p
from safelight.transform.geometry import Size
from safelight.transform.plan import Chroma, Encode, Progressive

QUALITY = 80
"""Where a plan names none."""
WEBP_EFFORT = 2
GIF_EFFORT = 2
# A JPEG is read to its end at this shrink: only its entropy decoding is left, the cheapest that notices an end too
# early or missing data.
_CHECK_SHRINK = 8

KEEP_NONE, KEEP_EXIF, KEEP_XMP, KEEP_IPTC, KEEP_ICC = 0, 1, 2, 4, 8

# EXIF entries that tell where, or by which very device: the GPS block and serial numbers; the maker's note is opaque
# and holds both.
_PRIVATE_EXIF = re.compile(r"exif-ifd3-|exif-ifd\d-(.*SerialNumber|MakerNote|CameraOwnerName|ImageUniqueID)")
# A packet of XMP that names a place is left out as a whole: its place may be written in a dozen ways.
_PRIVATE_XMP = re.compile(
    rb"GPS|Location|photoshop:(City|State|Country)|Iptc4xmpCore:(CountryCode|Location)|SerialNumber|LensID",
    re.IGNORECASE,
)
# Who made it, and who holds the rights.
_ATTRIBUTION_EXIF = re.compile(r"exif-ifd0-(Artist|Copyright|XPAuthor)$")


# --- reading ----------------------------------------------------------------------------------------------------


def header(file: int, format: str, _source: p.Source, _limits: RenderSettings) -> Header:
    return header_of(opened(file, format), format, is_moving=format in {"gif", "webp"})


def header_of(image: Image, format: str, *, is_moving: bool = False) -> Header:
    """What libvips says of an image that it has opened."""
    orientation = number(image, "orientation", 1)
    pages = max(1, number(image, "n-pages", 1))
    return Header(
        format=format,
        stored=Size(image.width, image.height),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        pages=pages,
        has_alpha=bool(image.hasalpha()),
        is_moving=is_moving and pages > 1,
        is_cmyk=image.interpretation == "cmyk",
    )


def read(file: int, header: Header, asked: Asked) -> Picture:
    if len(asked.pages) > 1:
        return _picked(frames_of(opened(file, header.format, n=-1), header.format), asked.pages)
    options: dict[str, float] = {}
    if asked.pages and header.pages > 1:
        options["page"] = asked.pages[0] - 1
    if asked.size is not None:
        options |= _shrink_on_load(header, asked.size)
    return Picture((opened(file, header.format, **options),))


def _picked(whole: Picture, pages: tuple[int, ...]) -> Picture:
    frames = [whole.frames[page - 1] for page in pages if page <= len(whole.frames)]
    delays = [whole.delays_ms[page - 1] for page in pages if page <= len(whole.delays_ms)]
    return Picture(tuple(frames), tuple(delays), whole.loop)


def opened(file: int, format: str, **options: float) -> Image:
    """The image of an open file, by the loader of its format."""
    os.lseek(file, 0, os.SEEK_SET)
    try:
        return load(format, Source.new_from_descriptor(file), **options)
    except VipsError as error:
        raise broken(format, error) from error


def frames_of(image: Image, format: str) -> Picture:
    """Cut the long strip of all frames, as libvips has it, into single ones."""
    try:
        strip = image.copy_memory()
    except VipsError as error:
        raise broken(format, error) from error
    height = number(strip, "page-height", strip.height)
    count = strip.height // height
    frames = tuple(strip.crop(0, index * height, strip.width, height) for index in range(count))
    delays = _numbers(strip, "delay")
    delays = (delays + delays[-1:] * count)[:count] if delays else [100] * count
    return Picture(frames, tuple(delays), number(strip, "loop", 0))


def number(image: Image, field: str, default: int) -> int:
    if not image.get_typeof(field):
        return default
    value = image.get(field)
    return value if isinstance(value, int) else default


def _numbers(image: Image, field: str) -> list[int]:
    if not image.get_typeof(field):
        return []
    value = image.get(field)
    return [int(item) for item in value if isinstance(item, (int, float))] if isinstance(value, list) else []


def _shrink_on_load(header: Header, wanted: Size) -> dict[str, float]:
    """How the decoder itself makes the picture smaller: never below `wanted`, so that the resampler does the rest."""
    width, height = header.stored.width, header.stored.height
    shrink = min(width / wanted.width, height / wanted.height)
    match header.format:
        case "jpg":
            # What is left to the resampler may be as little as 1: 17 % less work than the 2 that libvips keeps, for
            # 0.001 of SSIM in the result.
            return {"shrink": max(k for k in (1, 2, 4, 8) if k == 1 or k <= shrink)}
        case "webp" if shrink >= 4:
            # Its own scaler only averages: leave a factor of 2 to the better one.
            return {"scale": 2 / shrink}
        case _:
            return {}


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    """A JPEG is read through. WebP is checked by opening it."""
    if header.format == "webp":
        return
    stored = header.stored
    wanted = Size(max(1, stored.width // _CHECK_SHRINK), max(1, stored.height // _CHECK_SHRINK))
    read_through(read(file, header, Asked(size=wanted)), header.format)


def read_through(picture: Picture, format: str) -> None:
    """Raises Invalid where a pixel is missing."""
    try:
        for frame in picture.frames:
            frame.avg()
    except VipsError as error:
        raise broken(format, error) from error


# --- writing ----------------------------------------------------------------------------------------------------


def write(picture: Picture, how: Encode, format: str) -> bytes:
    image, kept = whole(picture, how), keeping(picture.frames[0], how)
    quality = quality_of(how)
    match format:
        case "jpg":
            return image.jpegsave_buffer(
                Q=quality or QUALITY,
                optimize_coding=True,
                interlace=is_interlaced(how),
                subsample_mode=subsampling(how),
                **kept,
            )
        case "webp":
            return image.webpsave_buffer(Q=quality or QUALITY, lossless=is_lossless(how), effort=WEBP_EFFORT, **kept)
        case "gif":
            loss = (100 - quality) / 100 * 8 if how.is_lossy and quality is not None else 0
            return image.gifsave_buffer(effort=GIF_EFFORT, interframe_maxerror=loss, **kept)
        case _:
            raise Invalid(f"Unsupported format {format}")


def whole(picture: Picture, how: Encode) -> Image:
    """The one image that libvips writes: all frames below one another, and only the metadata that may leave."""
    if len(picture.frames) == 1:
        image = picture.frames[0]
    else:
        # Kept in memory: the encoders of animations look at a frame more than once.
        strip = Image.arrayjoin(list(picture.frames), across=1).copy_memory()
        delays = delays_of(picture, how)
        image = tagged(strip, page_height=picture.frames[0].height, delay=list(delays), loop=picture.loop)
    # The pixels stand upright (or were asked for as they are): nobody is to turn them again. AVIF tells the turn even
    # where no metadata is kept.
    image = tagged(image, orientation=1)
    if how.keeps_metadata or how.keeps_attribution:
        image = _without_private(image, only_attribution=how.keeps_attribution and not how.keeps_metadata)
    return image


def delays_of(picture: Picture, how: Encode) -> tuple[int, ...]:
    """How long each frame is shown, in ms."""
    count = len(picture.frames)
    if how.delay_ms is not None:
        return (how.delay_ms,) * count
    return (picture.delays_ms + (100,) * count)[:count]


def keeping(image: Image, how: Encode) -> dict[str, Any]:
    """Which metadata libvips writes. A profile is there only where color.py left or put one."""
    keep = KEEP_NONE
    if image.get_typeof("icc-profile-data") and not how.strips_profile:
        keep |= KEEP_ICC
    if how.keeps_metadata and not how.strips_profile:
        keep |= KEEP_EXIF | KEEP_XMP | KEEP_IPTC
    elif how.keeps_attribution:
        keep |= KEEP_EXIF
    return {"keep": keep}


def quality_of(how: Encode) -> int | None:
    return how.quality if isinstance(how.quality, int) else None


def is_lossless(how: Encode) -> bool:
    return quality_of(how) in {None, 100}


def is_interlaced(how: Encode) -> bool:
    return how.progressive in {Progressive.YES, Progressive.SEMI, Progressive.STEEP}


def subsampling(how: Encode) -> str:
    return {Chroma.S420: "on", Chroma.S444: "off", None: "auto"}[how.chroma]


def _without_private(image: Image, *, only_attribution: bool) -> Image:
    for field in image.get_fields():
        names_a_place = field == "xmp-data" and _PRIVATE_XMP.search(blob(image, field)) is not None
        is_exif = field.startswith("exif-ifd")
        is_other = only_attribution and is_exif and not _ATTRIBUTION_EXIF.match(field)
        if _PRIVATE_EXIF.match(field) or names_a_place or is_other or field == "jpeg-thumbnail-data":
            image.remove(field)
    return image


FAMILY = Family(header, read, check, write)
