"""Mask: what words say of others is taken out of a copy, with a mark that says why; one's own data stay. Pure.

Addresses and telephone numbers are known by their shape, and are masked whoever they belong to but who gets the copy.
Names are known only of people of this installation. A detector helps; it guarantees nothing, and the manifest says what
it did.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

REASON = "others"
"""Why: it would adversely affect the rights of others (GDPR 15(4))."""
NAMES_MAX = 1000
NAME_CHARS_MIN = 3
"""Shorter words are in too many others."""
WORDS_MAX = 2000

_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}(?![\w-])")
_PHONE = re.compile(r"(?<![\w@./:-])(?:\+|00)?\d(?:[ ()./-]{0,2}\d){6,14}(?![\w@]|[./:-]\d)")
_PHONE_BEGINS = ("+", "0", "(")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_HEAD = re.compile(r"^(?:From|To|Cc|Bcc|Reply-To|Sender|Von|An|Kopie|Antwort an): ?(?P<said>\S.*)$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


class Found(StrEnum):
    """What was masked."""

    ADDRESS = "address"
    PHONE = "phone"
    NAME = "name"
    HEADER = "header"


MARKS = {each: f"[{each.value} of another person]" for each in Found}
"""What stands in its place."""


@dataclass(frozen=True)
class Own:
    """Who gets the copy: what is never masked."""

    emails: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """Names, and other words by which they are known."""

    def has(self, text: str) -> bool:
        plain = text.strip().casefold()
        return any(plain == each.strip().casefold() for each in (*self.emails, *self.words))

    def has_number(self, text: str) -> bool:
        return any(_digits(text) == _digits(each) for each in self.words if _digits(each))


@dataclass
class Masked:
    """Words without what they say of others, and how often what was taken out."""

    text: str
    counts: dict[Found, int] = field(default_factory=dict[Found, int])


def mask(text: str, own: Own, names: Sequence[str]) -> Masked:
    """`names` are of people of this installation, the subject's own among them or not."""
    done = Masked(text)

    def put(what: Found, is_other: Callable[[str], bool], group: int | str = 0) -> Callable[[re.Match[str]], str]:
        def mark(found: re.Match[str]) -> str:
            whole, said = found[0], found[group]
            if said in MARKS.values() or not is_other(said):
                return whole
            done.counts[what] = done.counts.get(what, 0) + 1
            return whole[: found.start(group) - found.start()] + MARKS[what] + whole[found.end(group) - found.start() :]

        return mark

    def is_others_head(said: str) -> bool:
        return not any(own.has(each) for each in (said, *_ADDRESS.findall(said)))

    done.text = _HEAD.sub(put(Found.HEADER, is_others_head, "said"), done.text)
    done.text = _ADDRESS.sub(put(Found.ADDRESS, lambda said: not own.has(said)), done.text)
    done.text = _PHONE.sub(put(Found.PHONE, lambda said: _is_phone(said) and not own.has_number(said)), done.text)
    for name in names_of_others(names, own):
        exactly = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", 0 if name in _parts([name]) else re.IGNORECASE)
        done.text = exactly.sub(put(Found.NAME, lambda _said: True), done.text)
    return done


def words_in(text: str) -> list[str]:
    """Words that may be names, for who must find out whose they are: each once."""
    return list(dict.fromkeys(word for word in _WORD.findall(text) if len(word) >= NAME_CHARS_MIN))[:WORDS_MAX]


def names_of_others(names: Sequence[str], own: Own) -> list[str]:
    """Whole names and each of their words, the longest first; without the words that are one's own, too."""
    mine = {word.casefold() for each in own.words for word in [each, *_WORD.findall(each)]}
    told = [name.strip() for name in names[:NAMES_MAX] if not own.has(name)]
    every = dict.fromkeys([*told, *_parts(told)])
    marks = " ".join(MARKS.values()).casefold()
    kept = [
        each
        for each in every
        if len(each) >= NAME_CHARS_MIN and each.casefold() not in mine and each.casefold() not in marks
    ]
    return sorted(kept, key=lambda each: (-len(each), each))


def _parts(names: Sequence[str]) -> list[str]:
    """Single words of names, as they are written: `Will` is a name where `will` is none."""
    return [word for name in names for word in _WORD.findall(name) if word[0].isupper()]


def _is_phone(said: str) -> bool:
    """Numbers that begin as telephone numbers do; not dates, and not whatever is counted."""
    return said.startswith(_PHONE_BEGINS) and not _DATE.match(said)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text) if not re.search(r"[^\W\d_]", text) else ""
