"""Variables inside the word of a layer: `l_$logo`, `l_text:Arial_$(size):Hello $(name)`.

They are found in the text decoded once: a `$` that is still encoded then is a letter of the text.
"""

import re
from collections.abc import Callable

from safelight.transform import percent
from safelight.transform.lexer import Word

_NAME = "[A-Za-z][A-Za-z0-9]*"
_INSERT = re.compile(rf"\$\(({_NAME})\)", re.ASCII)
_BARE = re.compile(rf"(?:(?<=[:_])|^)\$({_NAME})(?=[:_]|$)", re.ASCII)
# Before the letters of a text, and where a variable is all of them.
_STYLE = re.compile(r"(?:text|subtitles):[^:]*", re.ASCII)
_WHOLE_TEXT = re.compile(rf"(?:text|subtitles):[^:]*:\$({_NAME})$", re.ASCII)


def names(word: Word) -> list[str]:
    """The variables that the word of a layer asks for, as they stand in it."""
    return [name for _, _, name in _found(_once(word))]


def inserted(word: Word, value: Callable[[str, bool], str]) -> str:
    """The value of the word with `value(name, is_in_style)` for each of its variables."""
    once = _once(word)
    style = _STYLE.match(once)
    text, at = "", 0
    for start, end, name in _found(once):
        text += percent.decoded(once[at:start]) + value(name, bool(style and end <= style.end()))
        at = end
    return text + percent.decoded(once[at:])


def _once(word: Word) -> str:
    return percent.decoded(word.raw).partition("_")[2]


def _found(once: str) -> list[tuple[int, int, str]]:
    """Start, end and name of each, in order."""
    spans = [(*found.span(), found[1]) for found in _INSERT.finditer(once)]
    style = _STYLE.match(once)
    bare = _BARE.finditer(once, 0, style.end() if style else len(once))
    spans += [(*found.span(), found[1]) for found in bare]
    if whole := _WHOLE_TEXT.match(once):
        spans.append((whole.start(1) - 1, whole.end(), whole[1]))
    return sorted(spans)
