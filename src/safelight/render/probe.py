"""Probe: the facts of a picture, from a file whose pixels are all there."""

import os

from safelight.kernel.errors import Invalid
from safelight.render import decode
from safelight.render.decode import Header
from safelight.render.image import VipsError
from safelight.render.model import BROKEN, Probed
from safelight.settings import RenderSettings
from safelight.transform.plan import Source

# A JPEG is read to its end at this shrink: only its entropy decoding is left, the cheapest that notices an end too
# early or missing data.
_SHRINK = 8


def probe(file: int, format: str, limits: RenderSettings) -> Probed:
    """Raises Invalid for a file that is broken or cut off, TooMuch past a limit (from the header, before any pixel)."""
    header = decode.read_header(file, format, Source(), limits)
    _check_whole(file, header)
    return Probed(header.format, header.size.width, header.size.height, header.pages, header.has_alpha)


def _check_whole(file: int, header: Header) -> None:
    """Cheap formats are read through. Where decoding is dear, the container tells whether all of it is there: WebP's
    is checked by opening it."""
    match header.format:
        case "jpg" | "png" | "gif" | "tif":
            _read_through(file, header)
        case "avif" | "heic":
            _check_boxes(file)
        case "bmp":
            decode.read(file, header, Source())
        case _:
            pass


def _read_through(file: int, header: Header) -> None:
    stored = header.stored
    wanted = decode.turned(stored, header.orientation)
    if header.format == "jpg":
        wanted = decode.Size(max(1, wanted.width // _SHRINK), max(1, wanted.height // _SHRINK))
    picture = decode.read(file, header, Source(), wanted=wanted)
    try:
        picture.frames[0].avg()
    except VipsError as error:
        raise Invalid(BROKEN, format=header.format) from error


def _check_boxes(file: int) -> None:
    """Every box of an ISO base media file ends inside the file (ISO/IEC 14496-12, 4.2)."""
    end, at = os.fstat(file).st_size, 0
    while at < end:
        head = os.pread(file, 16, at)
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size == 0:
            return
        if size < 8 or at + size > end:
            raise Invalid(BROKEN)
        at += size
