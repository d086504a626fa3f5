"""Jxl: JPEG XL stills and animations by imagecodecs; what they hold is read from their own headers first."""

import struct
from typing import Any

import imagecodecs
import numpy as np

from safelight.kernel.errors import TooMuch
from safelight.render.formats import bridge, jxl_bits, vips
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.render.image import with_profile
from safelight.render.profile import display_p3
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source

EFFORT = 3
MOVING_SIDE_PX_MAX = 2048

# The codestream and its parts in a container (ISO/IEC 18181-2).
_WHOLE, _PART = b"jxlc", b"jxlp"
_CONTAINER = b"\0\0\0\x0cJXL \r\n\x87\n"
_BROKEN = (EOFError, ValueError, IndexError, struct.error)

_library: Any = imagecodecs


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    stream = _codestream(bridge.whole(file))
    try:
        head = jxl_bits.head_of(stream)
        frames = _shown(stream, head)
    except _BROKEN as error:
        raise broken(format, error) from error
    pages = max(1, len(frames or ()))
    # The decoder itself turns the pixels upright.
    lies = head.orientation >= 5
    size = Size(head.height, head.width) if lies else Size(head.width, head.height)
    return Header(format, size, 1, pages, head.has_alpha, is_moving=pages > 1)


def _shown(stream: bytes, head: jxl_bits.Head) -> list[jxl_bits.Frame] | None:
    """The frames of an animation; None for a still, and where their headers cannot be followed: then only the first
    frame is shown, for how many there are would only be known once all are decoded."""
    if head.animation is None:
        return None
    try:
        return [frame for frame in jxl_bits.frames_of(stream, head) if frame.is_shown]
    except jxl_bits.Unreadable:
        return None


def _codestream(data: bytes) -> bytes:
    if not data.startswith(_CONTAINER):
        return data
    parts: list[bytes] = []
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = at + 8
        if size == 1:
            size, body = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = len(data) if size == 0 else at + size
        if end < body:
            break
        if kind == _WHOLE:
            return data[body:end]
        if kind == _PART:
            parts.append(data[body + 4 : end])
        at = end
    return b"".join(parts)


def read(file: int, header: Header, asked: Asked) -> Picture:
    data = bridge.whole(file)
    try:
        pixels = _library.jpegxl_decode(data, numthreads=1)
    except (_library.JpegxlError, ValueError, RuntimeError) as error:
        raise broken(header.format, error) from error
    pixels = pixels if header.is_moving and pixels.ndim >= 3 and len(pixels) == header.pages else pixels[None]
    if not header.is_moving and pixels[0].shape[:2] != (header.stored.height, header.stored.width):
        # An animation whose frames cannot be counted beforehand.
        pixels = pixels[0]
    stream = _codestream(data)
    head = jxl_bits.head_of(stream)
    frames = _shown(stream, head) or []
    pages = [page for page in asked.pages or (1,) if page <= len(pixels)]
    images = tuple(bridge.from_array(pixels[page - 1]) for page in pages)
    if head.primaries == jxl_bits.DISPLAY_P3:
        images = tuple(with_profile(image, display_p3()) for image in images)
    if not images or (images[0].width, images[0].height) != (header.stored.width, header.stored.height):
        raise broken(header.format)
    if head.animation is None or len(frames) != len(pixels):
        return Picture(images)
    tick_ms = 1000 * head.animation.seconds / head.animation.ticks
    delays = tuple(max(1, round(frames[page - 1].ticks * tick_ms)) for page in pages)
    return Picture(images, delays, head.animation.loops)


def check(file: int, header: Header, limits: RenderSettings) -> None:
    """Small pictures are decoded; of large ones the headers of all frames were followed to their end."""
    if header.stored.width * header.stored.height * header.pages <= _CHECKED_PIXELS_MAX:
        read(file, header, Asked(limits=limits))


_CHECKED_PIXELS_MAX = 25_000_000


def write(picture: Picture, how: Encode, _format: str) -> bytes:
    quality = vips.quality_of(how)
    options: dict[str, Any] = {"effort": EFFORT, "numthreads": 1}
    if vips.is_lossless(how):
        options["lossless"] = True
    else:
        options["level"] = quality
    frames = [bridge.to_array(frame) for frame in picture.frames]
    if len(frames) == 1:
        return bytes(_library.jpegxl_encode(frames[0], **options))
    data = bytes(_library.jpegxl_encode(np.stack(frames), **options))
    try:
        return jxl_bits.retimed(data, vips.delays_of(picture, how), picture.loop)
    except jxl_bits.Unreadable as error:
        # Beyond this size the encoder sorts the parts of a frame, and where its header ends is hard to tell.
        raise TooMuch(f"An animation in the format jxl may have {MOVING_SIDE_PX_MAX} px on a side") from error


FAMILY = Family(header, read, check, write)
