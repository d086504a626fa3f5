"""Encode: pixels -> the bytes of a file. Nothing about the photographer or the place travels along."""

import io
import re
from typing import Any

from PIL import Image as Pillow

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS
from safelight.render.color import WHITE, over_color, with_alpha
from safelight.render.decode import Picture
from safelight.render.image import Image, VipsError, blob, tagged
from safelight.render.model import BROKEN
from safelight.transform.plan import Chroma, ColorSpace, Encode, Progressive

QUALITY = 80
"""Where a plan names none."""
WEBP_EFFORT = 2
AVIF_EFFORT = 0
GIF_EFFORT = 2
PALETTE_EFFORT = 3

_KEEP_NONE, _KEEP_EXIF, _KEEP_XMP, _KEEP_IPTC, _KEEP_ICC = 0, 1, 2, 4, 8

# EXIF entries that tell where, or by which very device: the GPS block and serial numbers; the maker's note is opaque
# and holds both.
_PRIVATE_EXIF = re.compile(r"exif-ifd3-|exif-ifd\d-(.*SerialNumber|MakerNote|CameraOwnerName|ImageUniqueID)")
# A packet of XMP that names a place is left out as a whole: its place may be written in a dozen ways.
_PRIVATE_XMP = re.compile(
    rb"GPS|Location|photoshop:(City|State|Country)|Iptc4xmpCore:(CountryCode|Location)|SerialNumber|LensID",
    re.IGNORECASE,
)


def encode(picture: Picture, how: Encode, format: str, bytes_max: int) -> bytes:
    """The finished file. `format` is a writable name of kernel/media.py."""
    image = _whole(picture, how, format)
    try:
        data = _written(image, how, format)
    except VipsError as error:
        raise _refusal(error, format) from error
    if len(data) > bytes_max:
        raise TooMuch(f"File size too large. Got {len(data)}. Maximum is {bytes_max}.")
    return data


def _refusal(error: VipsError, format: str) -> Invalid | TooMuch:
    """Pixels are only computed when they are written: what breaks here is most often the source."""
    words = str(error).lower()
    if "too large" in words or "dimensions" in words:
        return TooMuch(f"The image is too large for the format {format}.")
    if "memory" in words:
        return TooMuch("The image needs more memory than one render may use.")
    return Invalid(BROKEN, format=format)


def _whole(picture: Picture, how: Encode, format: str) -> Image:
    frames = [_fitted(frame, how, format) for frame in picture.frames]
    if len(frames) == 1:
        return frames[0]
    delays = [how.delay_ms] * len(frames) if how.delay_ms is not None else list(picture.delays_ms)
    # Kept in memory: the encoders of animations look at a frame more than once.
    strip = Image.arrayjoin(frames, across=1).copy_memory()
    return tagged(strip, page_height=frames[0].height, delay=delays, loop=picture.loop)


def _fitted(image: Image, how: Encode, format: str) -> Image:
    """Alpha and colour space as the format wants them."""
    if not FORMATS[format].has_alpha or (format == "png" and how.png_depth == 24):
        image = over_color(image, WHITE)
    if format == "png" and how.png_depth == 32:
        image = with_alpha(image)
    wants_cmyk = how.color_space in {ColorSpace.CMYK, ColorSpace.KEEP_CMYK}
    if wants_cmyk and format in {"jpg", "tif"}:
        image = over_color(image, WHITE).icc_transform("cmyk", input_profile="srgb", intent="relative")
    return image


def _written(image: Image, how: Encode, format: str) -> bytes:
    quality = how.quality if isinstance(how.quality, int) else None
    is_lossless = quality is None or quality == 100
    kept: dict[str, Any] = _kept(image, how)
    # The pixels stand upright (or were asked for as they are): nobody is to turn them again. AVIF tells the turn even
    # where no metadata is kept.
    image = tagged(image, orientation=1)
    if how.keeps_metadata:
        image = _without_private(image)
    is_interlaced = how.progressive in {Progressive.YES, Progressive.SEMI, Progressive.STEEP}
    subsampling = {Chroma.S420: "on", Chroma.S444: "off", None: "auto"}[how.chroma]
    match format:
        case "jpg":
            return image.jpegsave_buffer(
                Q=quality or QUALITY,
                optimize_coding=True,
                interlace=is_interlaced,
                subsample_mode=subsampling,
                **kept,
            )
        case "png":
            return image.pngsave_buffer(interlace=is_interlaced, **_palette(how, quality), **kept)
        case "webp":
            return image.webpsave_buffer(Q=quality or QUALITY, lossless=is_lossless, effort=WEBP_EFFORT, **kept)
        case "avif":
            return image.heifsave_buffer(
                compression="av1",
                Q=quality or QUALITY,
                lossless=is_lossless,
                effort=AVIF_EFFORT,
                bitdepth=8,
                subsample_mode=subsampling,
                **kept,
            )
        case "gif":
            loss = (100 - quality) / 100 * 8 if how.is_lossy and quality is not None else 0
            return image.gifsave_buffer(effort=GIF_EFFORT, interframe_maxerror=loss, **kept)
        case "tif":
            return image.tiffsave_buffer(compression="lzw", predictor="horizontal", **kept)
        case "bmp":
            return _bmp(image)
        case _:
            raise Invalid(f"Unsupported format {format}")


def _palette(how: Encode, quality: int | None) -> dict[str, Any]:
    """A PNG of 256 colours where it is asked for, by name or by leave."""
    by_leave = (how.allows_any_format or how.is_lossy) and quality is not None
    if how.png_depth == 8 or (by_leave and how.png_depth is None and how.color_space is not ColorSpace.TRUECOLOR):
        return {"palette": True, "Q": quality or 100, "effort": PALETTE_EFFORT}
    return {}


def _kept(image: Image, how: Encode) -> dict[str, Any]:
    if image.interpretation == "cmyk":
        return {"keep": _KEEP_ICC}
    if how.color_space is ColorSpace.TINY:
        return {"keep": _KEEP_ICC, "profile": "srgb"}
    if how.keeps_metadata and not how.strips_profile:
        return {"keep": _KEEP_EXIF | _KEEP_XMP | _KEEP_IPTC}
    return {"keep": _KEEP_NONE}


def _without_private(image: Image) -> Image:
    for field in image.get_fields():
        names_a_place = field == "xmp-data" and _PRIVATE_XMP.search(blob(image, field)) is not None
        if _PRIVATE_EXIF.match(field) or names_a_place or field == "jpeg-thumbnail-data":
            image.remove(field)
    return image


def _bmp(image: Image) -> bytes:
    colors = image.extract_band(0, n=3)
    written = io.BytesIO()
    Pillow.frombytes("RGB", (colors.width, colors.height), bytes(colors.write_to_memory())).save(written, "BMP")
    return written.getvalue()
