"""Formats: one file for each family of picture formats; here stands which one knows a format."""

from importlib import import_module

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


def family(format: str) -> Family:
    """Who reads and writes a format of FAMILIES."""
    found: Family = import_module(f"{__name__}.{FAMILIES[format]}").FAMILY
    return found
