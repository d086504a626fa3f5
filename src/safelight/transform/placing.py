"""A layer's components -> Layer: what it shows, what is done to it before, and how it meets what is below it."""

from dataclasses import dataclass, replace
from typing import Literal

from safelight.transform import geometry, layers, values
from safelight.transform.chain import Component
from safelight.transform.gravity import gravity_of
from safelight.transform.layers import Shown
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    Blend,
    Compass,
    Gravity,
    ImageLayer,
    Layer,
    Length,
    Liquid,
    Lut,
    MovingLayer,
    OfRegion,
    Px,
    Ratio,
    SightGravity,
    Source,
    Step,
    StyleReference,
    TextLayer,
    Video,
    XyCenter,
)
from safelight.transform.stack import Item, Opened
from safelight.transform.steps import border_of

_STRENGTHS = {Blend.ANTI_REMOVAL: (1.0, 50.0), Blend.STYLE_TRANSFER: (0.0, 100.0)}
"""The lowest and the usual one."""

_PLACING = ("g", "x", "y")
# All but those that are not said by an effect.
_BLENDS = frozenset(Blend) - {Blend.OVER, Blend.CUTTER}
_CUTTING = frozenset(geometry.CUTTING)


@dataclass(frozen=True)
class Level:
    """What a chain, or a layer in it, says of its own file: its steps, which part is opened, and words for films."""

    steps: tuple[Step, ...]
    source: Source
    video: Video | None


@dataclass(frozen=True)
class Parts:
    """A layer taken apart. `items` are the components that change it; `placing` has the words that place it."""

    shown: Shown
    items: tuple[Item, ...]
    placing: Component
    gravity: Gravity | None
    blend: Word | None
    flags: frozenset[str]

    @property
    def is_for_each_region(self) -> bool:
        return "region_relative" in self.flags and isinstance(self.gravity, SightGravity)


def parts_of(opened: Opened, word: Word) -> Parts:
    """The parts of a layer; `word` opens it."""
    opening, closing = opened.opening.without("l", "u"), opened.closing
    own = [each for each in (opening, *opened.inside, closing) if isinstance(each, Component)]
    placing, opening = _placing(opening, closing)
    at = next((each for each in reversed(own) if _is_blend(each.word("e"))), None)
    blend = at.word("e") if at else None
    if at and _moves(blend) and not placing.has("x", "y"):  # how far a displacement goes may stand beside it
        placing = Component(placing.words + at.all("x") + at.all("y"))
    shown, opening = _shown(word, opening)
    items = [opening, *opened.inside, *([closing.without(*_PLACING)] if closing else [])]
    gravity = _gravity(placing)
    is_region = isinstance(gravity, SightGravity)
    usual = _usual(own, is_region=is_region)
    return Parts(
        shown=shown,
        items=tuple(_changing(item, usual, is_region=is_region) for item in items),
        placing=placing,
        gravity=gravity,
        blend=blend,
        flags=frozenset(flag for each in own for flag in each.flags()),
    )


def laid(parts: Parts, word: Word, level: Level) -> tuple[Step, ...]:
    """The layer as a step."""
    shown = parts.shown
    match shown:
        case Lut():
            return (shown,)
        case ImageLayer():
            shown = replace(shown, source=level.source)
        case TextLayer():
            shown = replace(
                shown,
                is_trimmed="text_no_trim" not in parts.flags,
                must_fit="text_disallow_overflow" in parts.flags,
            )
        case MovingLayer():
            pass
    blend, strength, keeps_color = _blended(parts.blend, parts.flags)
    layer = Layer(
        source=shown,
        steps=level.steps,
        is_under=word.code == "u",
        gravity=parts.gravity,
        x=_offset(parts, "x"),
        y=_offset(parts, "y"),
        blend=blend,
        strength=strength,
        keeps_color=keeps_color,
        is_tiled="tiled" in parts.flags,
        keeps_canvas="no_overflow" in parts.flags,
        is_for_each_region=parts.is_for_each_region,
        video=level.video,
    )
    return (layer,)


# --- where ---------------------------------------------------------------------------------------------------------


def _placing(opening: Component, closing: Component | None) -> tuple[Component, Component]:
    """The words that place a layer, and its opening component without them.

    They stand in the closing component or, if there are none in it, in the opening one; but there a gravity that looks
    for something belongs to the cut beside it.
    """
    if closing is None:
        return _only(opening, *_PLACING), opening.without(*_PLACING)
    if closing.has(*_PLACING):
        return _only(closing, *_PLACING), opening
    gravity, cut = opening.word("g"), opening.word("c")
    if gravity and cut and cut.value in _CUTTING and not isinstance(gravity_of(gravity), Compass):
        return Component(()), opening
    return _only(opening, *_PLACING), opening.without(*_PLACING)


def _only(component: Component, *codes: str) -> Component:
    return Component(tuple(word for word in component.words if word.code in codes))


def _gravity(placing: Component) -> Gravity | None:
    word = placing.word("g")
    gravity = gravity_of(word) if word else None
    match gravity:
        case Liquid():
            assert word
            raise word.fault("The gravity `liquid` cannot place a layer.")
        case XyCenter() if not placing.has("x", "y"):
            return None
        case Compass.CENTER:
            return None
        case _:
            return gravity


def _offset(parts: Parts, code: str) -> Length | None:
    word = parts.placing.word(code)
    length = values.place(word) if word else None
    if length in (Px(0), Ratio(0.0)) and not isinstance(parts.gravity, XyCenter):
        return None
    return OfRegion(length.value) if parts.is_for_each_region and isinstance(length, Ratio) else length


def _usual(own: list[Component], *, is_region: bool) -> Literal["base", "region"] | None:
    """What sizes are multiples of where a flag says so for the whole layer, for it stands beside no size."""
    flagged = [each for each in own if {"relative", "region_relative"} & set(each.flags())]
    if any(each.has("w", "h") for each in flagged):
        return None
    return _relative_to([flag for each in flagged for flag in each.flags()], is_region=is_region)


def _relative_to(flags: list[str], *, is_region: bool) -> Literal["base", "region"] | None:
    if "region_relative" in flags:
        return "region" if is_region else "base"
    return "base" if "relative" in flags else None


# --- what is done to it, and how it meets what is below it ----------------------------------------------------------


def _changing(item: Item, usual: Literal["base", "region"] | None, *, is_region: bool) -> Item:
    """A component inside a layer without what is said of the layer; `usual`: what its sizes are multiples of."""
    if not isinstance(item, Component):
        return item
    effect = item.word("e")
    if _moves(effect):
        item = item.without("x", "y")
    plain = item.without("e") if _is_blend(effect) else item
    return replace(plain, relative_to=_relative_to(item.flags(), is_region=is_region) or usual)


def _moves(word: Word | None) -> bool:
    """Does it say of pixels below how far they move?"""
    return word is not None and word.value.split(":")[0] == Blend.DISPLACE


def _is_blend(word: Word | None) -> bool:
    return word is not None and word.value.split(":")[0] in _BLENDS


def _blended(word: Word | None, flags: frozenset[str]) -> tuple[Blend, float | None, bool]:
    """How it meets what is below, how much, and whether colours are kept."""
    if "cutter" in flags:
        return Blend.CUTTER, None, False
    if word is None:
        return Blend.OVER, None, False
    name, *items = word.value.split(":")
    blend = Blend(name)
    keeps_color = blend is Blend.STYLE_TRANSFER and "preserve_color" in items
    items = [item for item in items if not keeps_color or item != "preserve_color"]
    if len(items) > (1 if blend in _STRENGTHS else 0):
        raise word.invalid()
    if blend not in _STRENGTHS:
        return blend, None, False
    low, usual = _STRENGTHS[blend]
    return blend, values.number(word, low, 100, text=items[0], name="strength") if items else usual, keeps_color


# --- letters --------------------------------------------------------------------------------------------------------


def _shown(word: Word, opening: Component) -> tuple[Shown, Component]:
    """What is shown, and the opening component without the words that say how it is drawn."""
    shown = layers.shown_by(word, opening)
    match shown:
        case MovingLayer("subtitles"):
            return shown, opening.without("b", "co")
        case TextLayer(style=style):
            written = layers.border_of(word, opening)
            opening = opening.without("bo", "co", *(("b",) if layers.is_plain(opening.word("b")) else ()))
            if isinstance(style, StyleReference) or style.is_stroked:
                shown = replace(shown, border=border_of(written))
            elif written:
                opening = Component((*opening.words, written))
            return _wrapped(shown, opening)
        case _:
            return shown, opening


def _wrapped(shown: TextLayer, opening: Component) -> tuple[TextLayer, Component]:
    """`c_fit` beside a text breaks its lines, where a width in px says at what length."""
    fit, width, height = opening.word("c"), opening.word("w"), opening.word("h")
    if fit is None or fit.value != "fit" or width is None or width.value.startswith("auto"):
        return shown, opening
    across, down = values.side(width), values.side(height) if height else None
    if not isinstance(across, Px) or not isinstance(down, Px | None):
        return shown, opening
    wrapped = replace(shown, width=across.value, height=down.value if down else None)
    return wrapped, opening.without("c", "w", "h", "ar")
