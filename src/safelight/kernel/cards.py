"""Card: a number of a payment card in somebody's words; such words are refused, or the number is masked (PP-02)."""

import re
from collections.abc import Iterator

from safelight.kernel.errors import WrongField

MASK = "[card]"
REFUSED = "This holds the number of a payment card. Take it out: no card number is ever needed or kept here."

_SPACES = r"[ \u00a0\u202f\u2009.\-\u2010-\u2013]"
# In one piece, in fours, as American Express and Diners print it, or with a space after each digit. What touches a
# letter, another digit or a sign that ids are joined with is a part of something else.
_WRITTEN = re.compile(
    r"(?<![\w@/+#])(?<!\w[-.])(?:"
    r"\d{12,19}"
    rf"|\d{{4}}({_SPACES})\d{{4}}\1\d{{4}}\1\d{{1,7}}(?:\1\d{{1,3}})?"
    rf"|\d{{4}}({_SPACES})\d{{6}}\2\d{{4,5}}"
    rf"|\d(?:{_SPACES}\d){{11,18}}"
    r")(?![\w@/])(?![-.:]\w)"
)
_ISSUERS: tuple[tuple[str, frozenset[int]], ...] = (
    (r"4", frozenset({13, 16, 19})),
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", frozenset({16})),
    (r"3[47]", frozenset({15})),
    (r"30[0-5]|3095|36|3[89]", frozenset({14, 16, 17, 18, 19})),
    (r"35(?:2[89]|[3-8])", frozenset({16, 17, 18, 19})),
    (r"6011|64[4-9]|65|62|81", frozenset({16, 17, 18, 19})),
    (r"220[0-4]", frozenset({16, 17, 18, 19})),
    (r"50(?:18|20|38)|5893|6304|6759|676[1-3]", frozenset({12, 13, 14, 15, 16, 17, 18, 19})),
)
"""How numbers of each network begin, and how long they are: who only looks like one by chance rarely fits both."""
_BEGINS = tuple((re.compile(begins), lengths) for begins, lengths in _ISSUERS)


class CardRefused(WrongField):
    """Words with a card number were sent; nothing of them is kept."""

    code = "card_data_refused"


def refuse(text: str, field: str) -> None:
    """Raises CardRefused; its words never repeat the number."""
    if has_card(text):
        raise CardRefused(REFUSED, field)


def has_card(text: str) -> bool:
    return next(_found(text), None) is not None


def masked(text: str) -> str:
    """The same words with `[card]` where a number stood; what is not one is never changed."""
    end, parts = 0, list[str]()
    for match in _found(text):
        parts += [text[end : match.start()], MASK]
        end = match.end()
    return "".join([*parts, text[end:]]) if parts else text


def _found(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _WRITTEN.finditer(text) if _is_card(match[0]))


def _is_card(written: str) -> bool:
    # Digits of other scripts are digits, too.
    digits = "".join(str(int(each)) for each in written if each.isdecimal())
    fits = any(begins.match(digits) and len(digits) in lengths for begins, lengths in _BEGINS)
    return fits and len(set(digits)) > 1 and _sum_is_right(digits)


def _sum_is_right(digits: str) -> bool:
    """The last digit is a checksum (ISO/IEC 7812-1, annex B)."""
    doubled = (int(each) * (2 if place % 2 else 1) for place, each in enumerate(reversed(digits)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
