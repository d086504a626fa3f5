"""`Arial_40_bold` <-> TextStyle: how letters look, in the words of `l_text`."""

import re
from collections.abc import Callable

from safelight.kernel.media import Access, Kind
from safelight.transform import percent
from safelight.transform.errors import TransformError
from safelight.transform.plan import TextStyle
from safelight.transform.reference import Reference
from safelight.transform.values import number_text

FONT_CHARS_MAX = 255
SIZE_PX_MAX = 5000
SPACING_PX_MAX = 5000

_SIZE = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6})?", re.ASCII)
_SPACING = re.compile(r"-?[0-9]{1,6}(?:\.[0-9]{1,6})?", re.ASCII)
_FONT_FILE = re.compile(r".+\.(?:ttf|otf|woff2?)", re.IGNORECASE | re.DOTALL)

# A font that is named with the collection that it comes from; ours come from where the installation has them.
_COLLECTION = "@google"

WEIGHTS = {
    "thin": 100,
    "extralight": 200,
    "ultralight": 200,
    "light": 300,
    "book": 400,
    "medium": 500,
    "demibold": 600,
    "semibold": 600,
    "bold": 700,
    "extrabold": 800,
    "ultrabold": 800,
    "black": 900,
    "heavy": 900,
}
_WEIGHT_WORDS = {100: "thin", 200: "extralight", 300: "light", 500: "medium", 600: "semibold", 700: "bold"} | {
    800: "extrabold",
    900: "black",
}
_ALIGNS = ("start", "left", "center", "right", "end", "justify")
_ANTIALIASES = frozenset({"none", "gray", "subpixel", "fast", "good", "best"})
_HINTINGS = frozenset({"none", "slight", "medium", "full"})


def text_style(text: str) -> TextStyle:
    """The style that a text is; raises TransformError, which points at it."""
    return read(text, lambda message: TransformError(message, text, 0, len(text)))


def is_style(text: str) -> bool:
    """Has it a font and a size?"""
    return any(_SIZE.fullmatch(item) for item in text.split("_")[1:])


def read(text: str, fault: Callable[[str], Exception]) -> TextStyle:
    """As `text_style`, where an error points elsewhere."""
    items = text.split("_")
    at = next((index for index, item in enumerate(items) if index and _SIZE.fullmatch(item)), None)
    if at is None:
        raise fault(f"A text style has a font and a size, such as `Arial_40`: {text}")
    font, size = "_".join(items[:at]).removesuffix(_COLLECTION), float(items[at])
    if not 0 < len(font) <= FONT_CHARS_MAX or percent.has_controls(font):
        raise fault(f"Invalid font in transformation: {font}")
    if not 1 <= size <= SIZE_PX_MAX:
        raise fault(f"The size of a text must lie between 1 and {SIZE_PX_MAX}.")
    file = None
    if _FONT_FILE.fullmatch(font):
        file = Reference(font.replace(":", "/"), Kind.RAW, Access.AUTHENTICATED)
    return _Reading(items[at + 1 :], fault).onto({"font": font, "size": size, "font_file": file})


def style_text(style: TextStyle) -> str:
    """The canonical text, not yet escaped."""
    items = [style.font, number_text(style.size)]
    if style.weight != TextStyle.weight:
        items.append(_WEIGHT_WORDS.get(style.weight, str(style.weight)))
    items += ["italic"] if style.is_italic else []
    items += [word for word in (style.decoration,) if word != TextStyle.decoration]
    items += [word for word in (style.align,) if word != TextStyle.align]
    items += ["stroke"] if style.is_stroked else []
    for name, px in (("letter_spacing", style.letter_spacing), ("line_spacing", style.line_spacing)):
        items += [f"{name}_{number_text(px)}"] if px else []
    for name, word in (("antialias", style.antialias), ("hinting", style.hinting)):
        items += [f"{name}_{word}"] if word else []
    return "_".join(items)


class _Reading:
    """One walk over what stands behind the size, in any order; said twice, the last one counts."""

    def __init__(self, items: list[str], fault: Callable[[str], Exception]) -> None:
        self.items = items
        self.fault = fault

    def onto(self, fields: dict[str, object]) -> TextStyle:
        while self.items:
            fields |= self._field(self.items.pop(0))
        return TextStyle(**fields)  # pyright: ignore[reportArgumentType]

    def _field(self, item: str) -> dict[str, object]:
        if item in WEIGHTS:
            return {"weight": WEIGHTS[item]}
        if item in _ALIGNS:
            return {"align": item}
        match item:
            case "normal" | "none" | "":
                return {}
            case "italic":
                return {"is_italic": True}
            case "underline" | "strikethrough":
                return {"decoration": item}
            case "stroke":
                return {"is_stroked": True}
            case "letter" | "line":
                self._expect("spacing", item)
                return {f"{item}_spacing": self._px(item)}
            case "antialias":
                return {"antialias": self._word(item, _ANTIALIASES)}
            case "hinting":
                return {"hinting": self._word(item, _HINTINGS)}
            case _ if item.isascii() and item.isdigit() and 100 <= int(item[:4]) <= 900 and len(item) == 3:
                return {"weight": int(item)}
            case _:
                raise self.fault(f"Invalid text style in transformation: {item}")

    def _expect(self, wanted: str, after: str) -> None:
        if not self.items or self.items.pop(0) != wanted:
            raise self.fault(f"Invalid text style in transformation: {after}")

    def _px(self, name: str) -> float:
        item = self.items.pop(0) if self.items else ""
        if not _SPACING.fullmatch(item) or abs(float(item)) > SPACING_PX_MAX:
            raise self.fault(f"Invalid `{name}_spacing` in transformation: {item}")
        return float(item) + 0.0

    def _word(self, name: str, words: frozenset[str]) -> str:
        item = self.items.pop(0) if self.items else ""
        if item not in words:
            raise self.fault(f"Invalid `{name}` in transformation: {item}")
        return item
