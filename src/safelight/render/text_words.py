"""Words: text of people -> lines that can be drawn: what cannot be seen is dropped, and each line knows its way."""

import re
import unicodedata

from safelight.kernel.errors import TooMuch

CHARS_MAX = 10_000
"""Longest text."""
LINES_MAX = 500
"""Most lines that a text itself begins; lines that are broken at a width are bounded by the pixels."""
WORD_CHARS_MAX = 200
"""Longest word that Pango may look for a break in: it takes time by the square of the length."""
ELLIPSIS = "…"
RULER = "\U0010fffd"
"""The one letter that people may not write: that of the font we measure with."""

_LONG_WORD = re.compile(rf"(\S{{{WORD_CHARS_MAX}}})(?=\S)")
_BREAK_WITHOUT_WIDTH = "\u200b"

_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Controls, halves of surrogate pairs, and what Unicode promises never to be a character: XML has no room for them.
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]|["
    + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_JOINER = "\u200d"
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def cleaned(text: str) -> str:
    """What of a text can be drawn; every kind of line break is `\\n`. Raises TooMuch for a text that is too long."""
    if len(text) > CHARS_MAX:
        raise TooMuch(f"Text may have {CHARS_MAX} characters. Got {len(text)}.")
    found = _DROPPED.sub("", _BREAKS.sub("\n", text)).replace(RULER, "")
    lines = found.count("\n") + 1
    if lines > LINES_MAX:
        raise TooMuch(f"Text may have {LINES_MAX} lines. Got {lines}.")
    return _LONG_WORD.sub(rf"\1{_BREAK_WITHOUT_WIDTH}", found)


def is_leftward(line: str) -> bool:
    """Whether a line runs from right to left: its first letter that has a direction says so."""
    for character in line:
        match unicodedata.bidirectional(character):
            case "L":
                return False
            case "R" | "AL":
                return True
            case _:
                continue
    return False


def cut(text: str, length: int) -> str:
    """The first so many characters and an ellipsis; what is drawn as one sign is not cut in two."""
    while 0 < length < len(text) and not _is_border(text, length):
        length -= 1
    return text[:length].rstrip() + ELLIPSIS


def _is_border(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before == _JOINER or after == _JOINER or ord(after) in _SKIN_TONES:
        return False
    if ord(after) in _FLAG_LETTERS and ord(before) in _FLAG_LETTERS:
        # Flags are pairs: cut only after an even number of letters.
        start = at
        while start > 0 and ord(text[start - 1]) in _FLAG_LETTERS:
            start -= 1
        return (at - start) % 2 == 0
    return not unicodedata.category(after).startswith("M")
