"""Encode: pixels -> the bytes of a file. Nothing about the photographer or the place travels along."""

import struct
from dataclasses import replace

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS, refusal
from safelight.render import color, gain, profile
from safelight.render.decode import Picture
from safelight.render.formats import family
from safelight.render.gain import Gain
from safelight.render.image import Image, VipsError
from safelight.render.model import BROKEN
from safelight.transform.plan import Encode

_MM_AN_INCH = 25.4


def encode(
    picture: Picture,
    how: Encode,
    format: str,
    bytes_max: int,
    *,
    icc: bytes | None = None,
    was_cmyk: bool = False,
    shining: Gain | None = None,
    density_dpi: int | None = None,
) -> bytes:
    """The finished file. `format` is a writable name of kernel/media.py; `icc`: what `how.icc` refers to; `shining`:
    the map that a JPEG keeps; `density_dpi`: how large the picture says that it is on paper."""
    write = family(format).write if FORMATS[format].writable else None
    if write is None:
        raise Invalid(refusal(format))
    try:
        frames = tuple(
            profile.finished(_fitted(frame, how, format), how, format, stored=icc, was_cmyk=was_cmyk)
            for frame in picture.frames
        )
        if density_dpi is not None:
            density = density_dpi / _MM_AN_INCH
            frames = tuple(frame.copy(xres=density, yres=density) for frame in frames)
        if shining is not None:
            data = gain.written(frames[0], how, shining)
        else:
            data = write(replace(picture, frames=frames), how, format)
    except VipsError as error:
        raise _refusal(error, format) from error
    if density_dpi is not None and format == "jpg":
        data = _with_density(data, density_dpi)
    if len(data) > bytes_max:
        raise TooMuch(f"File size too large. Got {len(data)}. Maximum is {bytes_max}.")
    return data


def _with_density(data: bytes, dpi: int) -> bytes:
    """A JPEG that says its density; libvips only says it in EXIF, which does not travel (ISO/IEC 10918-5, 10.1)."""
    if data[2:4] == b"\xff\xe0":
        return data
    return data[:2] + b"\xff\xe0\0\x10JFIF\0\1\1\1" + struct.pack(">HH", dpi, dpi) + b"\0\0" + data[2:]


def _refusal(error: VipsError, format: str) -> Invalid | TooMuch:
    """Pixels are only computed when they are written: what breaks here is most often the source."""
    words = str(error).lower()
    if "too large" in words or "dimensions" in words:
        return TooMuch(f"The image is too large for the format {format}.")
    if "memory" in words:
        return TooMuch("The image needs more memory than one render may use.")
    return Invalid(BROKEN, format=format)


def _fitted(image: Image, how: Encode, format: str) -> Image:
    """Alpha as the format wants it."""
    if not FORMATS[format].has_alpha or (format == "png" and how.png_depth == 24) or how.is_bilevel:
        return color.over_color(image, color.WHITE)
    return color.with_alpha(image) if format == "png" and how.png_depth == 32 else image
