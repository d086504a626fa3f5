"""Items: what stands between `:` and `;` in the value of a word that may hold text of people, lists and blocks.

`gen_remove:prompt_(a;b):region_((x_1;y_2);(x_3;y_4))` has three items. They are cut as they were written, and decoded
afterwards: an encoded `;` or `(` belongs to a text.
"""

from safelight.transform import percent
from safelight.transform.lexer import Word

ITEMS_MAX = 100
"""Most items of one word, or of one list in it."""

_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0"})


def of(word: Word) -> list[str]:
    """The items of a word's value, still encoded."""
    written = word.raw.removeprefix(f"{word.code}_")
    if ":" in percent.decoded(written.partition(":")[0]):
        written = percent.decoded(written)  # all of it was encoded once more than needed
    return split(word, written, ":;")


def split(word: Word, written: str, separators: str = ";") -> list[str]:
    """Cut at separators that stand in no parentheses. A parenthesis in the middle of a text is a letter."""
    found, start, depth = list[str](), 0, 0
    for at, letter in enumerate(written):
        if letter == "(" and (depth or at == start or written[at - 1] == "_"):
            depth += 1
        elif letter == ")" and depth:
            depth -= 1
        elif letter in separators and not depth:
            found.append(written[start:at])
            start = at + 1
    if depth:
        raise word.fault(f"A `)` is missing: {percent.decoded(written)}")
    found.append(written[start:])
    if len(found) > ITEMS_MAX:
        raise word.fault(f"`{word.code}_` may have {ITEMS_MAX} items.")
    return found


def inner(written: str) -> str | None:
    """What a list or block has in its parentheses; None for what is neither."""
    return written[1:-1] if len(written) > 1 and written[0] == "(" and written[-1] == ")" else None


def text(word: Word, written: str, chars_max: int) -> str:
    """Text of people, decoded as often as it may have been encoded."""
    found = percent.decoded_twice(written)
    if len(found) > chars_max:
        raise word.fault(f"A text may have {chars_max} letters here.")
    return found


def is_flag(written: str) -> bool:
    return written in _YES | _NO


def flag(word: Word, written: str) -> bool:
    """`true` or `false`, in the spellings of the language."""
    if not is_flag(written):
        raise word.fault(f"Neither `true` nor `false` in transformation: {percent.decoded(written)}")
    return written in _YES
