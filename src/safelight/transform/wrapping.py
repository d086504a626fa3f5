"""`c_fit` beside a text: the length of its lines in px, where it is said as a share of a picture."""

from dataclasses import replace

from safelight.transform import geometry, values
from safelight.transform.chain import Component
from safelight.transform.geometry import Size
from safelight.transform.lexer import Word
from safelight.transform.plan import Initial, Px, Ratio

_RELATIVE = frozenset({"relative", "region_relative"})
_INITIAL = frozenset({"iw", "ih", "ow", "oh"})


def waits(component: Component) -> bool:
    """Is there a text whose lines can only be measured beside a picture?"""
    is_text = any(word.value.startswith("text:") for word in component.all("l") + component.all("u"))
    fit = component.word("c")
    return is_text and fit is not None and fit.value == "fit" and bool(_shares(component))


def in_px(component: Component, initial: Size, below: Size) -> Component:
    """The same with sides in px; `below` is the size of the picture that the text is laid on."""
    shares = _shares(component)
    words = (_px_word(word, initial, below) if word in shares else word for word in component.words)
    return replace(component, words=tuple(words))


def _shares(component: Component) -> list[Word]:
    is_relative = bool(_RELATIVE & set(component.flags()))
    sides = [word for word in (component.word("w"), component.word("h")) if word]
    return [word for word in sides if word.value in _INITIAL or (is_relative and "." in word.value)]


def _px_word(word: Word, initial: Size, below: Size) -> Word:
    match values.side(word):
        case Px(px):
            length = px
        case Initial("w"):
            length = initial.width
        case Initial("h"):
            length = initial.height
        case Ratio(share):
            length = share * (below.width if word.code == "w" else below.height)
        case _:
            raise word.invalid()
    px_text = str(max(1, geometry.round_half_up(length)))
    return replace(word, value=px_text, raw=f"{word.code}_{px_text}")
