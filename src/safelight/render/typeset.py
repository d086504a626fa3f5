"""Typeset: markup and a Setting -> letters as pixels, and where they lie; the one door to Pango."""

import contextlib
import os
import threading
from collections.abc import Generator
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.image import Image, VipsError

SIDE_MAX = 32_767
"""Longest side of a picture of letters that Cairo draws."""

_lock = threading.Lock()


@dataclass(frozen=True)
class Setting:
    """How markup is set. Lengths in px; `font` is a family, or several with commas."""

    font: str
    size: float
    weight: int = 400
    is_italic: bool = False
    align: str = "low"
    """`low`, `centre` or `high`; in lines from right to left, low is on the right."""
    is_justified: bool = False
    width: int | None = None
    spacing: float = 0
    """Between two lines."""
    file: str | None = None
    """A font file that is made known first."""

    def times(self, factor: float) -> "Setting":
        """The same, larger."""
        width = None if self.width is None else max(1, round(self.width * factor))
        return replace(self, size=self.size * factor, width=width, spacing=self.spacing * factor)


@dataclass(frozen=True)
class Ink:
    """Letters, and the place of their picture: px from the top left of the first line's box."""

    image: Image
    left: int
    top: int

    @property
    def right(self) -> int:
        return self.left + self.image.width

    @property
    def bottom(self) -> int:
        return self.top + self.image.height


def escaped(text: str) -> str:
    """Text of people as markup that says just that."""
    return escape(text, quote=False)


def ink(markup: str, setting: Setting) -> Ink | None:
    """The letters in RGBA; None where nothing is to be seen. Raises TooMuch for more than Cairo can draw."""
    options: dict[str, Any] = {}
    if setting.width is not None:
        options["width"] = min(setting.width, SIDE_MAX)
    if setting.file is not None:
        options["fontfile"] = setting.file
    # The last comma ends the list of families: else "Source Sans 3" would be three px high.
    slant = " Italic" if setting.is_italic else ""
    font = f"{setting.font}, weight={setting.weight}{slant} {setting.size:.3f}px"
    try:
        with _lock, _quiet():
            image = Image.text(
                markup,
                font=font,
                dpi=72,
                rgba=True,
                align=setting.align,
                justify=setting.is_justified,
                spacing=round(setting.spacing),
                wrap="word-char",
                **options,
            )
    except VipsError as error:
        # libvips knows no kinds of errors, but it has words for this one.
        if "no text to render" in str(error):
            return None
        if "fontfile" in str(error):
            raise Invalid("Invalid font file: its letters cannot be drawn.") from error
        raise TooMuch("The text is too large to be drawn: make it smaller, or break it with `w_`,`c_fit`.") from error
    return Ink(image, image.xoffset, image.yoffset)


@contextlib.contextmanager
def _quiet() -> Generator[None]:
    """fontconfig tells the log that it cannot write its cache, and Pango what it thinks of a font: to nobody."""
    kept = os.dup(2)
    try:
        os.dup2(1, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
