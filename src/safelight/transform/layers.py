"""`l_…` and `u_…` <-> what a layer shows: a picture, a text, a table of colours, a film, a sound, subtitles."""

import base64
import binascii
import re
from typing import Literal

from safelight.kernel.media import Access, Kind
from safelight.transform import percent, text_style, values
from safelight.transform.chain import Component
from safelight.transform.colors import color_of
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    TRANSPARENT,
    Color,
    ImageLayer,
    Lut,
    MovingLayer,
    StyleReference,
    TextLayer,
    TextStyle,
)
from safelight.transform.reference import Reference

NAME_CHARS_MAX = 255
URL_CHARS_MAX = 4096
TEXT_CHARS_MAX = 4000
"""Longest text of one layer."""
FONT_FOLDERS_MAX = 20
"""How deep in folders a font may be."""

_REMOTE = re.compile(r"https?://[^/]", re.IGNORECASE)
# A remote address may end in an extension behind its letters.
_ENCODED = re.compile(r"([A-Za-z0-9_+/-]+)=*(?:\.[A-Za-z0-9]{1,10})?", re.ASCII)
_ACCESSES = {"private": Access.PRIVATE, "authenticated": Access.AUTHENTICATED}
_MOVING: dict[str, Literal["video", "audio"]] = {"video": "video", "audio": "audio"}
# One builder of URLs writes the outline of the letters among the words of their style.
_STYLE_BORDER = re.compile(r"_bo_([0-9]{1,6}px_solid_[^_:]+)", re.ASCII)

Shown = ImageLayer | TextLayer | MovingLayer | Lut


def shown_by(word: Word, beside: Component) -> Shown:
    """What the word of a layer shows; `beside` are the other words of its component."""
    kind, colon, rest = word.value.partition(":")
    if not colon:
        return ImageLayer(_reference(word, word.value))
    match kind:
        case "text":
            return _text(word, rest, beside)
        case "subtitles":
            return _subtitles(word, rest, beside)
        case "lut":
            return Lut(Reference(_name(word, rest), Kind.RAW))
        case "video" | "audio":
            picture = _reference(word, rest, Kind.VIDEO)
            return MovingLayer(_MOVING[kind], picture)
        case _:
            return ImageLayer(_reference(word, word.value))


def value_of(shown: Shown) -> str:
    """The canonical value of its word."""
    match shown:
        case ImageLayer(picture):
            return _reference_text(picture)
        case Lut(table):
            return f"lut:{_name_text(table.name)}"
        case TextLayer(text, style):
            return f"text:{_style_value(style)}:{percent.escaped_twice(text)}"
        case MovingLayer("subtitles", file, style):
            styled = f"{_style_value(style)}:" if style else ""
            return f"subtitles:{styled}{_name_text(file.name)}"
        case MovingLayer(kind, file):
            return f"{kind}:{_reference_text(file)}"


# --- files --------------------------------------------------------------------------------------------------------


def _reference(word: Word, value: str, kind: Kind = Kind.IMAGE) -> Reference:
    first, colon, rest = value.partition(":")
    if colon and first == "fetch":
        return Reference(_remote(word, rest), kind, Access.FETCH)
    if colon and first in _ACCESSES:
        return Reference(_name(word, rest), kind, _ACCESSES[first])
    return Reference(_name(word, value), kind)


def _name(word: Word, value: str) -> str:
    name = value.replace(":", "/")
    if not name.strip("/") or percent.has_controls(name):
        raise word.fault(f"Unknown or invalid referenced image {name}")
    if len(name) > NAME_CHARS_MAX:
        raise word.fault("public_id is too long")
    return name


def _remote(word: Word, encoded: str) -> str:
    written = _ENCODED.fullmatch(encoded)
    try:
        letters = written[1].replace("+", "-").replace("/", "_") if written else ""
        url = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        url = ""
    if not _REMOTE.match(url) or len(url) > URL_CHARS_MAX or percent.has_controls(url):
        raise word.fault(
            "The address of a remote layer is written as base64url, and begins with `http://` or `https://`."
        )
    return url


def name_of(reference: Reference) -> str:
    """What the word of a layer calls a picture; nothing of it is escaped."""
    match reference.access:
        case Access.FETCH:
            return f"fetch:{base64.urlsafe_b64encode(reference.name.encode()).decode().rstrip('=')}"
        case Access.TEXT:
            return f"text:{reference.name}"
        case Access.UPLOAD:
            return reference.name.replace("/", ":")
        case access:
            return f"{access}:{reference.name.replace('/', ':')}"


def _reference_text(reference: Reference) -> str:
    return ":".join(map(percent.escaped_twice, name_of(reference).split(":")))


def _name_text(name: str) -> str:
    return ":".join(percent.escaped_twice(part) for part in name.split("/"))


# --- letters ------------------------------------------------------------------------------------------------------


def border_of(word: Word, beside: Component) -> Word | None:
    """The word of the outline of the letters, wherever it is written."""
    written = _style_border(word.value.partition(":")[2])[1]
    return (
        Word("bo", written, f"bo_{written}", word.text, word.start, word.end, word.origin)
        if written
        else (beside.word("bo"))
    )


def _style_border(rest: str) -> tuple[str, str]:
    """The value without the border that stands among the words of the style, and that border."""
    found = _STYLE_BORDER.search(rest.partition(":")[0])
    return (rest[: found.start()] + rest[found.end() :], found[1]) if found else (rest, "")


def _text(word: Word, rest: str, beside: Component) -> Shown:
    style, text = _styled(word, _style_border(rest)[0])
    if text is None:
        if isinstance(style, TextStyle):
            raise word.fault("A text layer has a text behind its style, such as `l_text:Arial_40:Hello`.")
        return ImageLayer(style.picture)
    color, background = beside.word("co"), beside.word("b")
    return TextLayer(
        _clean(word, text),
        style,
        values.color(color) if color else Color(0, 0, 0),
        _background(background) if is_plain(background) else None,
    )


def is_plain(background: Word | None) -> bool:
    """Is it a colour? All other backgrounds need the picture of the letters first."""
    return background is None or background.value == "none" or color_of(background.value) is not None


def _styled(word: Word, rest: str) -> tuple[TextStyle | StyleReference, str | None]:
    """The style ends at the first `:` before which there is one; only a font that is a file may be in a folder."""
    items = rest.split(":")
    for count in range(1, min(len(items), FONT_FOLDERS_MAX) + 1):
        written = ":".join(items[:count])
        if text_style.is_style(written):
            style = text_style.read(written, word.fault)
            if count == 1 or style.font_file:
                return style, ":".join(items[count:]) if count < len(items) else None
    name, colon, text = rest.partition(":")
    return StyleReference(Reference(_name(word, name), Kind.IMAGE, Access.TEXT)), text if colon else None


def _clean(word: Word, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise word.fault("A text layer has a text behind its style, such as `l_text:Arial_40:Hello`.")
    if len(text) > TEXT_CHARS_MAX:
        raise word.fault(f"A text layer may have {TEXT_CHARS_MAX} letters.")
    if percent.has_controls(text.replace("\n", " ").replace("\t", " ")):
        raise word.fault("A text may not have control characters.")
    return text


def _background(word: Word | None) -> Color | None:
    if word is None or word.value == "none":
        return None
    color = values.color(word)
    return None if color == TRANSPARENT else color


def _style_value(style: TextStyle | StyleReference) -> str:
    if isinstance(style, StyleReference):
        return percent.escaped_twice(style.picture.name)
    return percent.escaped_twice(text_style.style_text(style))


def _subtitles(word: Word, rest: str, beside: Component) -> MovingLayer:
    first, colon, file = rest.partition(":")
    style = text_style.read(first, word.fault) if colon and text_style.is_style(first) else None
    color = beside.word("co")
    return MovingLayer(
        "subtitles",
        Reference(_name(word, file if style else rest), Kind.RAW),
        style,
        values.color(color) if color else None,
        _background(beside.word("b")),
    )
