"""Profile: the colour space of a result: plain sRGB, sRGB that says so, CMYK, or that of a stored profile."""

import struct
from functools import cache

from safelight.kernel.errors import Invalid
from safelight.render.color import INTENT, WHITE, over_color
from safelight.render.image import Image, VipsError, with_profile
from safelight.transform.plan import ColorSpace, Encode

# Who can hold the four inks of print.
CMYK_FORMATS = frozenset({"jpg", "tif", "pdf", "ai"})
# Who can carry a profile along.
PROFILE_FORMATS = frozenset({"jpg", "png", "webp", "avif", "tif"})
PROFILE_BYTES_MAX = 8 * 1024 * 1024


def finished(image: Image, how: Encode, format: str, *, stored: bytes | None, was_cmyk: bool) -> Image:
    """8-bit sRGB pixels in the colour space that is asked for; `stored`: the profile that `how.icc` refers to."""
    space = how.color_space
    wants_cmyk = space is ColorSpace.CMYK or (space is ColorSpace.KEEP_CMYK and was_cmyk)
    if stored is not None and format in PROFILE_FORMATS:
        return _through(image, stored, format)
    if wants_cmyk and format in CMYK_FORMATS:
        return over_color(image, WHITE).icc_transform("cmyk", input_profile="srgb", **INTENT)
    if space is ColorSpace.TINY and format in PROFILE_FORMATS:
        return with_profile(image, tiny_srgb())
    return image


def _through(image: Image, profile: bytes, format: str) -> Image:
    """The same colours to the eye, as numbers of another profile, which goes along."""
    if len(profile) > PROFILE_BYTES_MAX or profile[36:40] != b"acsp":
        raise Invalid("The file that `cs_icc` names is no ICC profile")
    if profile[16:20] == b"CMYK":
        if format not in CMYK_FORMATS:
            raise Invalid(f"The format {format} holds no CMYK, which is the colour space of the profile")
        image = over_color(image, WHITE)
    try:
        # libvips takes the profile of the image itself where none is named.
        independent = image.icc_import(input_profile="srgb", **INTENT)
        return with_profile(independent, profile).icc_export(depth=8, **INTENT)
    except VipsError as error:
        raise Invalid("The profile that `cs_icc` names cannot be used for output") from error


# Columns are red, green, blue; rows X, Y, Z as seen in the white of the D50 lamp, as profiles want it.
_SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))
_DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))


@cache
def tiny_srgb() -> bytes:
    """sRGB in some 500 bytes."""
    return _display("sRGB", _SRGB)


@cache
def display_p3() -> bytes:
    """The wider colours of phones and newer screens, for files that name them by number and not by profile."""
    return _display("Display P3", _DISPLAY_P3)


def _display(name: str, primaries: tuple[tuple[float, float, float], ...]) -> bytes:
    """A profile (ICC.1:2010) of three colours, the curve of sRGB, and a name."""
    curve = b"para\0\0\0\0\0\3\0\0" + _fixed(2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    elements: dict[bytes, bytes] = {
        b"desc": _words(name),
        b"cprt": _words("CC0"),
        b"wtpt": _point(0.9642, 1.0, 0.8249),
        b"rXYZ": _point(*primaries[0]),
        b"gXYZ": _point(*primaries[1]),
        b"bXYZ": _point(*primaries[2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    start = 128 + 4 + 12 * len(elements)
    places: dict[bytes, int] = {}
    body = b""
    for data in elements.values():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
    table = struct.pack(">I", len(elements))
    table += b"".join(tag + struct.pack(">II", places[data], len(data)) for tag, data in elements.items())
    head = struct.pack(">I4xI", start + len(body), 0x04200000) + b"mntrRGB XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + table + body


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _point(*numbers: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*numbers)


def _words(text: str) -> bytes:
    letters = text.encode("utf-16-be")
    return b"mluc\0\0\0\0" + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(letters), 28) + letters
