"""Image: the one door to libvips, with its caches off and every loader shut but those on our list."""

from typing import Any

import pyvips
from pyvips import Error as VipsError
from pyvips import Image as Image
from pyvips import Interpolate as Interpolate
from pyvips import Source as Source

from safelight.render import font_set

__all__ = [
    "FULL_ALPHA",
    "LOADERS",
    "Image",
    "Interpolate",
    "Source",
    "VipsError",
    "blob",
    "join",
    "load",
    "split",
    "tagged",
    "with_profile",
]

# The whole list of what libvips may open: our format -> the operation, and the class that it belongs to.
LOADERS: dict[str, tuple[str, str]] = {
    "jpg": ("jpegload_source", "VipsForeignLoadJpeg"),
    "png": ("pngload_source", "VipsForeignLoadPng"),
    "webp": ("webpload_source", "VipsForeignLoadWebp"),
    "gif": ("gifload_source", "VipsForeignLoadNsgif"),
    "avif": ("heifload_source", "VipsForeignLoadHeif"),
    "tif": ("tiffload_source", "VipsForeignLoadTiff"),
    "svg": ("svgload_source", "VipsForeignLoadSvg"),
    # A JPEG with a map for brighter screens, where that is wanted beside the pixels.
    "uhdr": ("uhdrload_source", "VipsForeignLoadUhdr"),
}

FULL_ALPHA = 255.0


def _shut() -> None:
    """Every loader is blocked by its common ancestor, then ours are opened again one by one."""
    pyvips.block_untrusted_set(True)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for _, family in LOADERS.values():
        pyvips.operation_block_set(family, False)
    # Pictures differ from job to job: a cache of operations only costs memory. (One thread a job is the parent's
    # affair, by VIPS_CONCURRENCY.)
    pyvips.cache_set_max(0)


_shut()

# Letters, also those in SVG, are of our fonts in every process, and not of those that it happens to find.
font_set.use()


def load(format: str, source: Source, **options: Any) -> Image:
    """Open a source by the loader of its format, never by guessing; pixels flow once, from top to bottom."""
    operation, _ = LOADERS[format]
    # Missing data is an error, an odd field is not. Of a TIFF, libvips notices the end of its file only so.
    fail_on = "error" if format == "tif" else "truncated"
    opened: Image = pyvips.Operation.call(operation, source, access="sequential", fail_on=fail_on, **options)
    return opened


def split(image: Image) -> tuple[Image, Image | None]:
    """The colour bands, and the alpha band if there is one."""
    if not image.hasalpha():
        return image, None
    return image.extract_band(0, n=image.bands - 1), image[image.bands - 1]


def join(colors: Image, alpha: Image | None) -> Image:
    """Colour bands as 8-bit sRGB, with their alpha put back."""
    colors = colors.cast("uchar").copy(interpretation="srgb")
    return colors if alpha is None else colors.bandjoin(alpha.cast("uchar"))


def tagged(image: Image, **fields: int | list[int]) -> Image:
    """A copy with metadata fields set; `_` in a name stands for `-`."""
    image = image.copy()
    for name, value in fields.items():
        kind = pyvips.GValue.gint_type if isinstance(value, int) else pyvips.GValue.array_int_type
        image.set_type(kind, name.replace("_", "-"), value)
    return image


def blob(image: Image, field: str) -> bytes:
    """A metadata field of raw bytes; empty where there is none."""
    value: Any = image.get(field) if image.get_typeof(field) else b""
    return value if isinstance(value, bytes) else b""


def with_profile(image: Image, profile: bytes) -> Image:
    """A copy that carries an ICC profile."""
    image = image.copy()
    image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)  # pyright: ignore[reportArgumentType]
    return image
