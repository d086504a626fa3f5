"""Words -> numbers, lengths and colours: checked, or an error that points."""

import re
from decimal import Decimal

from safelight.transform import codes
from safelight.transform.colors import color_of
from safelight.transform.lexer import Word
from safelight.transform.plan import Color, Initial, Length, Px, Ratio

PX_MAX = 1_000_000
"""Largest length that can be written, in px; what may be made is bounded by limits.py."""
RATIO_MAX = 1000
ASPECT_MIN, ASPECT_MAX = 0.0001, 10_000

_NUMBER = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,20})?", re.ASCII)
_INITIAL: dict[str, Initial] = {"iw": Initial("w"), "ow": Initial("w"), "ih": Initial("h"), "oh": Initial("h")}


def is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def number_text(value: float) -> str:
    """The shortest text that gives back the same number; without an exponent, and without a needless dot."""
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0")


def number(word: Word, low: float, high: float, *, text: str | None = None, name: str = "") -> float:
    """The number that a word, or the item `text` of it, is."""
    item = word.value if text is None else text
    refuse_expression(word, item)
    if not is_number(item):
        raise word.invalid()
    value = float(item) + 0.0
    if not low <= value <= high:
        name = name or codes.KNOWN.get(word.code, word.code)
        raise word.fault(f"`{name}` must lie between {number_text(low)} and {number_text(high)}.")
    return value


def whole(word: Word, low: int, high: int, *, text: str | None = None, name: str = "") -> int:
    """As `number`, without a dot."""
    value = number(word, low, high, text=text, name=name)
    if "." in (word.value if text is None else text):
        raise word.invalid()
    return int(value)


def refuse_expression(word: Word, text: str) -> None:
    """Where nothing can be computed, arithmetic is recognised, so that nobody looks for a spelling mistake."""
    if codes.is_expression(text):
        raise word.fault(f"Invalid {codes.KNOWN.get(word.code, 'value')} in transformation, nothing to compute: {text}")


def side(word: Word) -> Length:
    """A width or height: px, at least 1, or more than nothing of a side."""
    length = place(word)
    if isinstance(length, Px | Ratio) and length.value <= 0:
        raise word.invalid()
    return length


def place(word: Word) -> Length:
    """A length that may be negative. The dot decides: `1` is one px, `1.0` a whole side."""
    if word.value in _INITIAL:
        return _INITIAL[word.value]
    if "." in word.value:
        return Ratio(number(word, -RATIO_MAX, RATIO_MAX))
    return Px(int(number(word, -PX_MAX, PX_MAX)))


def aspect(word: Word) -> float:
    """`16:9` or `1.78`, as width through height."""
    across, colon, down = word.value.partition(":")
    value = number(word, 0, PX_MAX, text=across)
    if colon:
        divisor = number(word, 0, PX_MAX, text=down)
        value = value / divisor if divisor else 0
    if not ASPECT_MIN <= value <= ASPECT_MAX:
        raise word.invalid()
    return value


def color(word: Word) -> Color:
    """A colour name or `rgb:` and hex digits."""
    refuse_expression(word, word.value)
    found = color_of(word.value)
    if found is None:
        raise word.invalid()
    return found
