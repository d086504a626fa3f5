"""Probe: the facts of a picture, from a file whose pixels are all there."""

from safelight.render import decode
from safelight.render.formats import family
from safelight.render.model import Probed
from safelight.settings import RenderSettings
from safelight.transform.plan import Source


def probe(file: int, format: str, limits: RenderSettings) -> Probed:
    """Raises Invalid for a file that is broken or cut off, TooMuch past a limit (from the header, before any pixel)."""
    header = decode.read_header(file, format, Source(), limits)
    family(format).check(file, header, limits)
    return Probed(header.format, header.size.width, header.size.height, header.pages, header.has_alpha)
