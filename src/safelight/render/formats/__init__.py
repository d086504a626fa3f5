"""Formats: one file for each family of picture formats; here stands which one knows a format."""

from importlib import import_module
from importlib.util import find_spec

from safelight.kernel.errors import Invalid
from safelight.render.formats.model import Family

# Format -> the file of this room. Imported when first needed: most children never meet most formats.
FAMILIES: dict[str, str] = {
    "jpg": "vips",
    "gif": "gif",
    "webp": "vips",
    "tif": "tiff",
    "png": "png",
    "avif": "avif",
    "heic": "heic",
    "jxl": "jxl",
    "svg": "svg",
    "pdf": "pdf",
    "ai": "pdf",
    "psd": "psd",
    "ico": "ico",
    **dict.fromkeys(("bmp", "tga", "bw", "jp2", "j2k", "eps"), "pillow"),
    "wdp": "jxr",
    **dict.fromkeys(("dng", "cr2", "cr3", "nef", "arw", "pef", "raf", "orf", "rw2"), "raw"),
}


# The file of this room -> the library without which it can do nothing.
LIBRARIES: dict[str, str] = {
    "heic": "pi_heif",
    "jxl": "imagecodecs",
    "jxr": "imagecodecs",
    "pdf": "pypdfium2",
    "psd": "psd_tools",
    "raw": "rawpy",
}


def family(format: str) -> Family:
    """Who reads and writes a format of FAMILIES; raises Invalid where its library is not on this machine."""
    name = FAMILIES[format]
    try:
        found: Family = import_module(f"{__name__}.{name}").FAMILY
    except ImportError as error:
        library = LIBRARIES.get(name, error.name or name)
        raise Invalid(f"Unsupported format {format}: the library {library} is missing on this machine") from error
    return found


def missing() -> dict[str, str]:
    """Formats that this machine cannot do, and the library that each of them lacks."""
    absent = {library for library in LIBRARIES.values() if find_spec(library) is None}
    return {format: LIBRARIES[name] for format, name in FAMILIES.items() if LIBRARIES.get(name) in absent}
