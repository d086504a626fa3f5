"""Text -> Words: the parts of each component, decoded, each with its place in the text."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from safelight.transform import codes, percent
from safelight.transform.errors import TransformError

TEXT_CHARS_MAX = 16_384
"""Longest transformation."""
WORDS_MAX = 1000
"""Most parts in one transformation."""

# Parts that carry text of people: a comma in them that is still encoded belongs to the text.
_TEXTUAL = re.compile(
    r"(?:l|u|d|if)_|fl_.*attachment:|\$[A-Za-z][A-Za-z0-9]*_!|[be]_.*[:;(](?:prompt|from|to)_", re.DOTALL
)
_COMMA = re.compile("%2C|,", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """One part of a component, such as `e_sepia:80`: text[start:end]. `code` is "$" for a variable.

    `value` is decoded: once, or twice where it may be text of people. `raw` is the whole part as it was written.
    `origin` names the transformation that brought the word in; empty if it stands in the text itself.
    """

    code: str
    value: str
    raw: str
    text: str = field(repr=False, compare=False)
    start: int = field(compare=False)
    end: int = field(compare=False)
    origin: str = field(default="", compare=False)

    def fault(self, message: str, start: int | None = None, end: int | None = None) -> TransformError:
        """An error that points at this word, or only at `value[start:end]` where the text still has those letters."""
        if self.origin:
            message = f"{message} (in the named transformation `{self.origin}`)"
        elif start is not None and end is not None and self.raw.endswith(self.value):
            offset = self.end - len(self.value)
            return TransformError(message, self.text, offset + start, offset + end)
        return TransformError(message, self.text, self.start, self.end)

    def invalid(self) -> TransformError:
        """The error for a value that the language does not have."""
        return self.fault(f"Invalid {codes.KNOWN.get(self.code, 'value')} in transformation: {self.value}")


def lex(text: str) -> tuple[tuple[Word, ...], ...]:
    """The words of each component; empty components are passed over."""
    if len(text) > TEXT_CHARS_MAX:
        raise TransformError(f"A transformation may have {TEXT_CHARS_MAX} letters.", text, TEXT_CHARS_MAX, len(text))
    found = (_component(text, start, end) for start, end in _spans(text, 0, len(text), "/"))
    components = tuple(words for words in found if words)
    if sum(map(len, components)) > WORDS_MAX:
        raise TransformError(f"A transformation may have {WORDS_MAX} parts.", text, 0, len(text))
    return components


def parts(component: str) -> list[str]:
    """The raw parts of one component, for those who only ask what it looks like."""
    return [component[start:end] for start, end in _part_spans(component, 0, len(component))]


def looks_like_word(part: str) -> bool:
    """Would this be read as a part of a component, and not as the name of a folder?"""
    plain = percent.decoded(part)
    if plain.startswith("$"):
        name, _, value = plain.partition("_")
        return codes.VARIABLE.fullmatch(name) is not None and (value != "" or "_" not in plain)
    code, _, value = plain.partition("_")
    return codes.is_known(code) and value != ""


def _spans(text: str, start: int, end: int, separator: str) -> list[tuple[int, int]]:
    """The spans between separators that are not empty."""
    cuts = [start - 1, *(i for i in range(start, end) if text[i] == separator), end]
    return [(left + 1, right) for left, right in pairwise(cuts) if left + 1 < right]


def _part_spans(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for left, right in _spans(text, start, end, ","):
        if _is_textual(text[left:right]):
            spans.append((left, right))
            continue
        for comma in _COMMA.finditer(text, left, right):
            if left < comma.start():
                spans.append((left, comma.start()))
            left = comma.end()
        if left < right:
            spans.append((left, right))
    return spans


def _is_textual(part: str) -> bool:
    return _TEXTUAL.match(percent.decoded(part)) is not None


def _component(text: str, start: int, end: int) -> tuple[Word, ...]:
    return tuple(_word(text, left, right) for left, right in _part_spans(text, start, end))


def _word(text: str, start: int, end: int) -> Word:
    raw = text[start:end]
    plain = percent.decoded_twice(raw) if _is_textual(raw) else percent.decoded(raw)
    if not looks_like_word(raw):
        raise TransformError(f"Invalid transformation component: {plain}", text, start, end)
    if plain.startswith("$"):
        return Word("$", plain, raw, text, start, end)
    code, _, value = plain.partition("_")
    return Word(code, value, raw, text, start, end)
