"""Effects of films, sound and layers -> canonical values, and why a picture cannot have them."""

import re
from collections.abc import Callable, Mapping
from typing import Literal

from safelight.transform import items, values
from safelight.transform.colors import color_of, color_text
from safelight.transform.lexer import Word

MILLISECONDS_MAX = 1_000_000

Check = Callable[[Word, str], str]
Needs = Literal["film", "layer"]

# What an effect cannot do without, in words for whoever asked it of a picture.
_WHY: Mapping[Needs, str] = {
    "film": "needs a video or a sound, and this is a picture.",
    "layer": "says how a layer meets the picture below it, and there is no layer beside it.",
}

_DECIBELS = re.compile(r"([+-]?)([0-9]{1,3}(?:\.[0-9]{1,3})?)db", re.ASCII | re.IGNORECASE)
_SECONDS = re.compile(r"[0-9]{1,5}(?:\.[0-9]{1,3})?s", re.ASCII)


def has(word: Word) -> bool:
    """Does the word name one of these effects?"""
    return _name(word) in _EFFECTS


def value_of(word: Word) -> str:
    """The canonical value: the name and its items, each checked."""
    name = _name(word)
    rest = word.value[len(name) + 1 :]
    text = _EFFECTS[name][1](word, rest)
    return f"{name}:{text}" if text else name


def refusal(value: str) -> str:
    """Why a picture cannot have this effect."""
    name = value.partition(":")[0]
    return f"The effect `e_{name}` {_WHY[_EFFECTS[name][0]]}"


def _name(word: Word) -> str:
    return re.split("[:;]", word.value, maxsplit=1)[0]


# --- items --------------------------------------------------------------------------------------------------------


def _nothing(word: Word, text: str) -> str:
    if text:
        raise word.invalid()
    return ""


def _number(low: float, high: float) -> Check:
    """A number, which may be left out."""

    def check(word: Word, text: str) -> str:
        return values.number_text(values.number(word, low, high, text=text)) if text else ""

    return check


def one_of(words: frozenset[str]) -> Check:
    """One of these words, as it is written."""

    def check(word: Word, text: str) -> str:
        if text not in words:
            raise word.invalid()
        return text

    return check


def _color(word: Word, text: str) -> str:
    found = color_of(text, allows_bare_hex=True)
    if found is None:
        raise word.invalid()
    return color_text(found)


def _named(**checks: Check) -> Check:
    """Items with names, in any order."""

    def check(word: Word, text: str) -> str:
        found: dict[str, str] = {}
        for item in items.split(word, text, ":;") if text else ():
            name = next((name for name in sorted(checks, key=len, reverse=True) if item.startswith(f"{name}_")), None)
            if name is None:
                raise word.invalid()
            found[name] = f"{name}_{checks[name](word, item[len(name) + 1 :])}"
        return ";".join(found[name] for name in sorted(found))

    return check


def _accelerated(word: Word, text: str) -> str:
    # Percents; some builders of URLs write how long it lasts in the end instead.
    return text if _SECONDS.fullmatch(text) else _number(-50, 100)(word, text)


def _volume(word: Word, text: str) -> str:
    if text in {"mute", "auto", ""}:
        return text
    if decibels := _DECIBELS.fullmatch(text):
        sign = "-" if decibels[1] == "-" else ""
        return f"{sign}{values.number_text(float(decibels[2]))}dB"
    return values.number_text(values.number(word, -100, 400, text=text))


def _bar(word: Word, text: str) -> str:
    """Type, colour and width, by name or in this order."""
    found: dict[str, str] = {}
    checks: dict[str, Check] = {"type": one_of(frozenset({"bar", "frame"})), "color": _color, "width": _number(1, 1000)}
    for item in items.split(word, text.replace("rgb:", ""), ":;") if text else ():
        name, _, value = item.partition("_")
        if name not in checks:
            value = item
            kinds = {"type": item in {"bar", "frame"}, "width": values.is_number(item) and len(found) > 0}
            name = next((kind for kind, fits in kinds.items() if fits), "color")
        found[name] = f"{name}_{checks[name](word, value)}"
    return ";".join(found[name] for name in ("type", "color", "width") if name in found)


def _blend(word: Word, text: str) -> str:
    for item in text.split(":") if text else ():
        if item != "preserve_color":
            values.number(word, 0, 999, text=item)
    return text


_EFFECTS: Mapping[str, tuple[Needs, Check]] = {
    "accelerate": ("film", _accelerated),
    "boomerang": ("film", _nothing),
    "deshake": ("film", _number(16, 64)),
    "fade": ("film", _number(-MILLISECONDS_MAX, MILLISECONDS_MAX)),
    "preview": (
        "film",
        _named(duration=_number(0.1, 3600), max_seg=_number(1, 1000), min_seg_dur=_number(0.1, 3600)),
    ),
    "progressbar": ("film", _bar),
    "reverse": ("film", _nothing),
    "volume": ("film", _volume),
    "anti_removal": ("layer", _blend),
    "cut_out": ("layer", _blend),
    "displace": ("layer", _blend),
    "mask": ("layer", _blend),
    "multiply": ("layer", _blend),
    "overlay": ("layer", _blend),
    "screen": ("layer", _blend),
    "style_transfer": ("layer", _blend),
    "transition": ("layer", _blend),
}
