"""Heic: the one door to pi-heif, which reads the HEIC that libvips was built without."""

import importlib
from typing import IO, Any

from PIL import Image as Pillow

from safelight.render.formats import boxes, bridge
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Source

# The library carries no types; all that is asked of it stands in this file.
_library: Any = importlib.import_module("pi_heif")
# One thread a job: there are as many children as cores.
_library.options.DECODE_THREADS = 1

_BROKEN_IN_ITS_WORDS = (ValueError, OSError, SyntaxError, IndexError, EOFError, RuntimeError)


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    with bridge.as_file(file) as opened:
        try:
            image = _main(opened)
            width, height = image.size
            # libheif has applied the turns of the container, which stand above those of the EXIF.
            return Header(format, Size(int(width), int(height)), 1, 1, str(image.mode).endswith("A"))
        except _BROKEN_IN_ITS_WORDS as error:
            raise broken(format, error) from error


def read(file: int, header: Header, _asked: Asked) -> Picture:
    with bridge.as_file(file) as opened:
        try:
            image = _main(opened)
            picture: Pillow.Image = image.to_pillow()
        except _BROKEN_IN_ITS_WORDS as error:
            raise broken(header.format, error) from error
    profile = image.info.get("icc_profile")
    return Picture((bridge.from_pillow(picture, profile if isinstance(profile, bytes) else None),))


def check(file: int, _header: Header, _limits: RenderSettings) -> None:
    """Decoding is dear; the container tells whether all of it is there."""
    boxes.check(file)


def _main(opened: IO[bytes]) -> Any:
    container = _library.open_heif(opened)
    return container[container.primary_index]


FAMILY = Family(header, read, check)
