"""The words of `text` -> TextAsk: a text to draw, as clients ask for it."""

import re

from safelight.kernel.errors import Invalid
from safelight.transform.colors import color_of
from safelight.transform.errors import TransformError
from safelight.transform.layers import TEXT_CHARS_MAX
from safelight.transform.plan import Color, TextStyle
from safelight.transform.text_style import text_style
from safelight.uploads.text import TextAsk, check_text
from safelight.wire.params import Words, text

FAMILY = "Arial"
SIZE = "12"

_NUMBER = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?", re.ASCII)
_WORD = re.compile(r"[a-z0-9]{1,20}", re.ASCII)
# Parameter -> how a style says it in front of its value.
_TOKENS = {
    "font_weight": "",
    "font_style": "",
    "text_decoration": "",
    "text_align": "",
    "font_antialiasing": "antialias_",
    "font_hinting": "hinting_",
}
_SPACINGS = ("letter_spacing", "line_spacing")


def text_ask(words: Words) -> TextAsk:
    """Raises Invalid for what is missing or cannot be."""
    written = text(words, "text")
    if written is None:
        raise Invalid("Missing required parameter - text")
    background = _color(words, "background", "transparent")
    return TextAsk(
        text=check_text(written, TEXT_CHARS_MAX),
        style=_style(words),
        color=_color(words, "font_color", "black"),
        background=background if background.a else None,
        opacity=_opacity(words),
        name=text(words, "public_id"),
    )


def _style(words: Words) -> TextStyle:
    family, size = text(words, "font_family") or FAMILY, text(words, "font_size") or SIZE
    if not _NUMBER.fullmatch(size):
        raise Invalid(f"Invalid value {size[:50]} for parameter font_size")
    try:
        style = text_style("_".join([family, size, *_tokens(words)]))
    except TransformError as error:
        raise Invalid(error.message) from error
    # A family that says a size of its own would be read as another one.
    if style.size != float(size):
        raise Invalid(f"Invalid value {family[:50]} for parameter font_family")
    return style


def _tokens(words: Words) -> list[str]:
    found: list[str] = []
    for name, before in _TOKENS.items():
        word = text(words, name)
        if word is not None:
            if not _WORD.fullmatch(word.lower()):
                raise Invalid(f"Invalid value {word[:50]} for parameter {name}")
            found.append(before + word.lower())
    for name in _SPACINGS:
        px = text(words, name)
        if px is not None:
            if not _NUMBER.fullmatch(px):
                raise Invalid(f"Invalid value {px[:50]} for parameter {name}")
            found.append(f"{name}_{px}")
    return found


def _color(words: Words, name: str, usual: str) -> Color:
    word = text(words, name) or usual
    color = color_of(word.removeprefix("#"), allows_bare_hex=True)
    if color is None:
        raise Invalid(f"Invalid color {word[:50]} for parameter {name}")
    return color


def _opacity(words: Words) -> float:
    word = text(words, "opacity") or "100"
    if not _NUMBER.fullmatch(word) or not 0 <= float(word) <= 100:
        raise Invalid(f"Invalid value {word[:50]} for parameter opacity: must be a number from 0 to 100")
    return float(word)
