"""Heif: the one door to pi-heif, which reads the HEIC that libvips was built without."""

import importlib
from typing import IO, Any

from PIL import Image as Pillow

from safelight.kernel.errors import Invalid
from safelight.render.model import BROKEN
from safelight.transform.geometry import Size

# The library carries no types; all that is asked of it stands in this file.
_library: Any = importlib.import_module("pi_heif")

_BROKEN_IN_ITS_WORDS = (ValueError, OSError, SyntaxError, IndexError, EOFError, RuntimeError)


def facts(opened: IO[bytes]) -> tuple[Size, bool]:
    """Size and whether there is alpha, without decoding."""
    try:
        image = _main(opened)
        width, height = image.size
        return Size(int(width), int(height)), str(image.mode).endswith("A")
    except _BROKEN_IN_ITS_WORDS as error:
        raise Invalid(BROKEN) from error


def pixels(opened: IO[bytes]) -> tuple[Pillow.Image, bytes | None]:
    """The main picture and its ICC profile."""
    try:
        image = _main(opened)
        picture: Pillow.Image = image.to_pillow()
    except _BROKEN_IN_ITS_WORDS as error:
        raise Invalid(BROKEN) from error
    profile = image.info.get("icc_profile")
    return picture, profile if isinstance(profile, bytes) else None


def _main(opened: IO[bytes]) -> Any:
    container = _library.open_heif(opened)
    return container[container.primary_index]
