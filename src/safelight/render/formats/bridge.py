"""Bridge: pictures of Pillow and arrays of numpy <-> images of libvips."""

import os
import struct
from collections.abc import Generator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
from PIL import Image as Pillow

from safelight.kernel.errors import Invalid
from safelight.render.formats.model import Header, Picture, broken
from safelight.render.image import Image, with_profile

# The size of a source is checked by ours before pixels are made; Pillow's own guess would only shadow it.
Pillow.MAX_IMAGE_PIXELS = None

_BROKEN_IN_ITS_WORDS = (
    *(OSError, ValueError, SyntaxError, IndexError, KeyError, TypeError, EOFError, OverflowError, RuntimeError),
    struct.error,
)
_PLAIN = {"L": "b-w", "LA": "b-w", "RGB": "srgb", "RGBA": "srgb", "CMYK": "cmyk"}


def as_file(file: int) -> IO[bytes]:
    """An open file from its start, closed by whoever asks without closing ours."""
    os.lseek(file, 0, os.SEEK_SET)
    return os.fdopen(os.dup(file), "rb")


def whole(file: int) -> bytes:
    """All bytes, for a library that takes nothing else. How many there may be, the upload has decided."""
    with as_file(file) as opened:
        return opened.read()


@contextmanager
def silenced() -> Generator[None]:
    """For a library that tells its troubles with a file to the standard error, and so to our log."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_RDONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


@contextmanager
def opened(file: int, name: str) -> Generator[Pillow.Image]:
    """A file as Pillow sees it, as nothing but the format of this name; what it finds broken is Invalid."""
    with as_file(file) as stream:
        try:
            with Pillow.open(stream, formats=[name]) as picture:
                yield picture
        except Invalid:
            raise
        except _BROKEN_IN_ITS_WORDS as error:
            raise broken(name.lower(), error) from error


def frames(file: int, name: str, header: Header, pages: tuple[int, ...]) -> Picture:
    """Frames by their numbers, each composed as a viewer sees it, with their delays."""
    wanted = set(pages)
    found: dict[int, tuple[Image, int]] = {}
    with opened(file, name) as picture:
        # A damaged file may promise more than it holds.
        for index in range(min(header.pages, getattr(picture, "n_frames", 1))):
            picture.seek(index)
            picture.load()
            if index + 1 in wanted:
                delay_ms = round(float(picture.info.get("duration") or 0)) or 100
                found[index + 1] = (from_pillow(picture.convert("RGBA")), delay_ms)
        loop = int(picture.info.get("loop") or 0)
    chosen = [found[page] for page in pages if page in found]
    if not chosen:
        raise broken(header.format)
    return Picture(tuple(image for image, _ in chosen), tuple(delay_ms for _, delay_ms in chosen), loop)


def check_frames(file: int, name: str, count: int) -> None:
    """Raises Invalid where one of so many frames is missing or damaged."""
    with opened(file, name) as picture:
        if getattr(picture, "n_frames", 1) < count:
            raise broken(name.lower())
        for index in range(count):
            picture.seek(index)
            picture.load()


def from_pillow(picture: Pillow.Image, profile: bytes | None = None) -> Image:
    """Grey, RGB and CMYK with or without alpha as they are; 16-bit grey too; all else as RGB, with alpha if it has."""
    if picture.mode.startswith("I;16"):
        deep = np.asarray(picture).astype(np.uint16)
        image = Image.new_from_array(deep).copy(interpretation="grey16")
        return with_profile(image, profile) if profile else image
    if picture.mode not in _PLAIN:
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    image = Image.new_from_memory(picture.tobytes(), picture.width, picture.height, len(picture.getbands()), "uchar")
    image = image.copy(interpretation=_PLAIN[picture.mode])
    return with_profile(image, profile) if profile else image


def to_pillow(image: Image) -> Pillow.Image:
    """8-bit sRGB, with alpha if there is one."""
    image = image.cast("uchar")
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}[image.bands]
    return Pillow.frombytes(mode, (image.width, image.height), bytes(image.write_to_memory()))


def from_array(pixels: Any) -> Image:
    """Height x width (x bands) of 8 or 16 bits, or of floats from 0 to 1, as libvips names them."""
    if pixels.dtype.kind == "f":
        pixels = (np.clip(np.nan_to_num(pixels.astype(np.float32)), 0, 1) * 65535 + 0.5).astype(np.uint16)
    elif pixels.dtype.kind == "b":
        pixels = pixels.astype(np.uint8) * 255
    is_deep = pixels.dtype.itemsize > 1
    pixels = np.ascontiguousarray(pixels.astype(np.uint16 if is_deep else np.uint8))
    bands = 1 if pixels.ndim == 2 else pixels.shape[2]
    image = Image.new_from_memory(
        pixels.tobytes(), pixels.shape[1], pixels.shape[0], bands, "ushort" if is_deep else "uchar"
    )
    color = ("rgb16" if is_deep else "srgb") if bands >= 3 else ("grey16" if is_deep else "b-w")
    return image.copy(interpretation=color)


def to_array(image: Image) -> Any:
    """Height x width x bands of 8 bits; without the third axis where there is one band."""
    image = image.cast("uchar")
    pixels = np.frombuffer(image.write_to_memory(), dtype=np.uint8)
    shape = (image.height, image.width) if image.bands == 1 else (image.height, image.width, image.bands)
    return pixels.reshape(shape)
