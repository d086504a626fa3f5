"""Search expression -> its tokens: words, signs and brackets, each with its place in the text."""

from dataclasses import dataclass
from enum import Enum, auto

from safelight.assets.query import QueryError, Text

CHARS_MAX = 16_384

_SPECIAL = frozenset('!(){}[]^~?:=&><"')
_COMPARISONS = (":>=", ":<=", ":>", ":<", ">=", "<=", ":", "=", ">", "<")


class Sign(Enum):
    AND = auto()
    OR = auto()
    NOT = auto()
    MUST = auto()
    TO = auto()
    COMPARISON = auto()
    OPEN = auto()
    CLOSE = auto()
    RANGE_OPEN = auto()
    RANGE_CLOSE = auto()
    TEXT = auto()
    END = auto()


_BRACKETS = {
    "(": Sign.OPEN,
    ")": Sign.CLOSE,
    "[": Sign.RANGE_OPEN,
    "{": Sign.RANGE_OPEN,
    "]": Sign.RANGE_CLOSE,
    "}": Sign.RANGE_CLOSE,
}
_KEYWORDS = {"AND": Sign.AND, "OR": Sign.OR, "NOT": Sign.NOT, "TO": Sign.TO}
_BEFORE_VALUES = frozenset({Sign.COMPARISON, Sign.RANGE_OPEN, Sign.TO})


@dataclass(frozen=True)
class Token:
    sign: Sign
    text: str
    start: int
    end: int
    word: Text | None = None
    """Of TEXT; of a keyword too, where it stands as a word after all."""


def tokens(text: str) -> list[Token]:
    """All of them, with END behind. Raises QueryError."""
    if len(text) > CHARS_MAX:
        raise QueryError(f"it is too long, the maximum is {CHARS_MAX} letters", text, CHARS_MAX, CHARS_MAX)
    found: list[Token] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        is_value = bool(found) and found[-1].sign in _BEFORE_VALUES
        token = _token(text, place, is_value=is_value)
        found.append(token)
        place = token.end
    return [*found, Token(Sign.END, "", len(text), len(text))]


def _token(text: str, place: int, *, is_value: bool) -> Token:
    letter, pair = text[place], text[place : place + 2]
    if letter in _BRACKETS:
        return Token(_BRACKETS[letter], letter, place, place + 1)
    if pair in ("&&", "||"):
        return Token(Sign.AND if pair == "&&" else Sign.OR, pair, place, place + 2)
    for comparison in _COMPARISONS:
        if text.startswith(comparison, place):
            plain = comparison[1:] or comparison if comparison[0] == ":" else comparison
            return Token(Sign.COMPARISON, plain, place, place + len(comparison))
    if letter == "!" or (letter == "-" and not is_value):
        return Token(Sign.NOT, letter, place, place + 1)
    if letter == "+" and not is_value:
        return Token(Sign.MUST, letter, place, place + 1)
    return _quoted(text, place) if letter == '"' else _word(text, place, is_value=is_value)


def _quoted(text: str, start: int) -> Token:
    letters: list[str] = []
    place = start + 1
    while place < len(text) and text[place] != '"':
        if text[place] == "\\" and text[place + 1 : place + 2] in ('"', "*"):
            place += 1
        elif text[place] == "*":
            if text[place + 1 : place + 2] != '"':
                raise QueryError("a star stands only at the end of a word; otherwise write \\*", text, place, place + 1)
            return _text(text, "".join(letters), start, place + 2, is_prefix=True, is_quoted=True)
        letters.append(text[place])
        place += 1
    if place == len(text):
        raise QueryError("this quote is never closed", text, start, start + 1)
    return _text(text, "".join(letters), start, place + 1, is_quoted=True)


def _word(text: str, start: int, *, is_value: bool) -> Token:
    letters: list[str] = []
    place, is_escaped = start, False
    while place < len(text):
        letter = text[place]
        if letter == "\\":
            if place + 1 == len(text):
                raise QueryError("a backslash needs a letter behind it", text, place, place + 1)
            letters.append(text[place + 1])
            place, is_escaped = place + 2, True
        elif letter == "*":
            if _goes_on(text, place + 1):
                raise QueryError("a star stands only at the end of a word; otherwise write \\*", text, place, place + 1)
            return _text(text, "".join(letters), start, place + 1, is_prefix=True)
        elif letter.isspace() or (letter in _SPECIAL and not (is_value and _is_clock(text, place))):
            break
        else:
            letters.append(letter)
            place += 1
    if place == start:
        raise QueryError(f"`{text[start]}` needs a backslash before it, or quotes around it", text, start, start + 1)
    word = "".join(letters)
    token = _text(text, word, start, place)
    if word in _KEYWORDS and not is_escaped:
        return Token(_KEYWORDS[word], word, start, place, token.word)
    return token


def _goes_on(text: str, place: int) -> bool:
    return place < len(text) and not text[place].isspace() and text[place] not in _SPECIAL


def _is_clock(text: str, place: int) -> bool:
    """The colon of `16:9` and of `2024-01-01T10:00`."""
    return text[place] == ":" and text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()


def _text(text: str, word: str, start: int, end: int, *, is_prefix: bool = False, is_quoted: bool = False) -> Token:
    return Token(Sign.TEXT, text[start:end], start, end, Text(word, start, end, is_prefix, is_quoted))
