"""Decode: opens a source of a known format, header first, then only the pixels that are needed."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import IO

from PIL import Image as Pillow

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS
from safelight.render import heif
from safelight.render.image import Image, Source, VipsError, load, with_profile
from safelight.render.model import BROKEN
from safelight.settings import RenderSettings
from safelight.transform import plan as p
from safelight.transform.geometry import Size

# The size of a source is checked by ours before pixels are made; Pillow's own guess would only shadow it.
Pillow.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Header:
    """What the first bytes of a source say. `stored` is the size before, `size` after EXIF orientation."""

    format: str
    stored: Size
    orientation: int
    pages: int
    has_alpha: bool

    @property
    def size(self) -> Size:
        return turned(self.stored, self.orientation)


@dataclass(frozen=True)
class Picture:
    """Pixels: one frame, or the frames of an animation, all of one size."""

    frames: tuple[Image, ...]
    delays_ms: tuple[int, ...] = ()
    loop: int = 0
    svg: bytes | None = None
    """The same as vectors, where `e_vectorize` drew them and nothing was done to the pixels since."""

    @property
    def size(self) -> Size:
        return Size(self.frames[0].width, self.frames[0].height)

    @property
    def is_animated(self) -> bool:
        return len(self.frames) > 1

    def map(self, change: Callable[[Image], Image]) -> "Picture":
        return replace(self, frames=tuple(change(frame) for frame in self.frames), svg=None)

    def settled(self) -> "Picture":
        """The same pixels, computed now and kept: for whoever reads them more than once or not from top to bottom."""
        return replace(self.map(lambda frame: frame.copy_memory()), svg=self.svg)


def turned(size: Size, orientation: int) -> Size:
    """EXIF orientations 5 to 8 lie on their side."""
    return Size(size.height, size.width) if orientation >= 5 else size


# --- the header -------------------------------------------------------------------------------------------------


def read_header(file: int, format: str, source: p.Source, limits: RenderSettings) -> Header:
    """The facts of a source, from its first bytes; raises Invalid for what is no such picture, TooMuch past a limit."""
    known = FORMATS.get(format)
    if known is None or not known.readable:
        raise Invalid(f"Unsupported source format {format}")
    match format:
        case "heic":
            header = _heic_header(file)
        case "bmp":
            header = _bmp_header(file)
        case _:
            header = _vips_header(file, format, source)
    if source.ignores_orientation:
        header = replace(header, orientation=1)
    _check(header, limits)
    if source.page is not None and source.page > header.pages:
        raise Invalid(f"Invalid page {source.page}: the image has {header.pages}")
    return header


def _check(header: Header, limits: RenderSettings) -> None:
    width, height = header.size.width, header.size.height
    frames = header.pages if FORMATS[header.format].can_animate else 1
    if max(width, height) > limits.side_max:
        raise TooMuch(f"Maximum image width/height is {limits.side_max}. Got {width}x{height}.")
    if frames > limits.frames_max:
        raise TooMuch(f"Maximum number of frames is {limits.frames_max}. Got {frames}.")
    if width * height * frames > limits.source_pixels_max:
        megapixels = limits.source_pixels_max / 1e6
        raise TooMuch(f"Image size exceeds {megapixels:g} megapixels: {width}x{height}, {frames} frame(s).")


def _number(image: Image, field: str, default: int) -> int:
    if not image.get_typeof(field):
        return default
    value = image.get(field)
    return value if isinstance(value, int) else default


def _numbers(image: Image, field: str) -> list[int]:
    if not image.get_typeof(field):
        return []
    value = image.get(field)
    return [int(item) for item in value if isinstance(item, (int, float))] if isinstance(value, list) else []


def _vips_header(file: int, format: str, source: p.Source) -> Header:
    image = _open(file, format, **_density(format, source))
    orientation = _number(image, "orientation", 1)
    return Header(
        format=format,
        stored=Size(image.width, image.height),
        orientation=orientation if 1 <= orientation <= 8 else 1,
        pages=max(1, _number(image, "n-pages", 1)) if format != "svg" else 1,
        has_alpha=bool(image.hasalpha()),
    )


def _heic_header(file: int) -> Header:
    with _as_file(file) as opened:
        size, has_alpha = heif.facts(opened)
        # libheif has applied the turns of the container, which stand above those of the EXIF.
        return Header("heic", size, 1, 1, has_alpha)


def _bmp_header(file: int) -> Header:
    with _as_file(file) as opened:
        try:
            picture = Pillow.open(opened, formats=["BMP"])
        except (OSError, ValueError, SyntaxError) as error:
            raise Invalid(BROKEN) from error
        return Header("bmp", Size(*picture.size), 1, 1, picture.mode == "RGBA")


# --- the pixels -------------------------------------------------------------------------------------------------


def read(
    file: int, header: Header, source: p.Source, *, wanted: Size | None = None, is_moving: bool = False
) -> Picture:
    """The pixels, upright, not smaller than `wanted` where the whole is to be shrunk to that; all frames if moving."""
    match header.format:
        case "heic":
            return Picture((_heic_pixels(file),))
        case "bmp":
            return Picture((_bmp_pixels(file),))
        case _:
            pass
    options = _density(header.format, source)
    if is_moving:
        return _moving(_open(file, header.format, n=-1, **options), header)
    if source.page is not None and header.pages > 1:
        options["page"] = source.page - 1
    if wanted is not None:
        options |= _shrink_on_load(header, turned(wanted, header.orientation))
    return Picture((_open(file, header.format, **options),))


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


def _open(file: int, format: str, **options: float) -> Image:
    os.lseek(file, 0, os.SEEK_SET)
    try:
        return load(format, Source.new_from_descriptor(file), **options)
    except VipsError as error:
        raise Invalid(BROKEN, format=format) from error


def _density(format: str, source: p.Source) -> dict[str, float]:
    return {"dpi": source.density} if format == "svg" and source.density is not None else {}


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
        case "svg":
            return {"scale": max(wanted.width / width, wanted.height / height)}
        case _:
            return {}


def _moving(image: Image, header: Header) -> Picture:
    """Cut the long strip of all frames, as libvips has it, into single ones."""
    strip = image.copy_memory()
    height = _number(strip, "page-height", strip.height)
    count = strip.height // height
    frames = tuple(strip.crop(0, index * height, strip.width, height) for index in range(count))
    delays = _numbers(strip, "delay")
    delays = (delays + delays[-1:] * count)[:count] if delays else [100] * count
    return Picture(frames, tuple(delays), _number(strip, "loop", 0))


def _heic_pixels(file: int) -> Image:
    with _as_file(file) as opened:
        picture, profile = heif.pixels(opened)
        return _from_pillow(picture, profile)


def _bmp_pixels(file: int) -> Image:
    with _as_file(file) as opened:
        try:
            picture = Pillow.open(opened, formats=["BMP"])
            picture.load()
        except (OSError, ValueError, SyntaxError) as error:
            raise Invalid(BROKEN) from error
        return _from_pillow(picture, None)


def _from_pillow(picture: Pillow.Image, profile: bytes | None) -> Image:
    picture = picture if picture.mode in {"RGB", "RGBA"} else picture.convert("RGB")
    image = Image.new_from_memory(picture.tobytes(), picture.width, picture.height, len(picture.mode), "uchar")
    image = image.copy(interpretation="srgb")
    return with_profile(image, profile) if profile else image


def _as_file(file: int) -> IO[bytes]:
    os.lseek(file, 0, os.SEEK_SET)
    return os.fdopen(os.dup(file), "rb")
