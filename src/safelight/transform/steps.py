"""Component + Vocabulary -> Steps: every value typed and checked, in the order in which they are done."""

import re
from dataclasses import replace

from safelight.transform import geometry, motion, sizing, values
from safelight.transform.backgrounds import background_of
from safelight.transform.chain import Component
from safelight.transform.effects import effect_of
from safelight.transform.lexer import Word
from safelight.transform.plan import (
    AutoTurn,
    Border,
    Effect,
    Flatten,
    Flip,
    Opacity,
    Rotate,
    Round,
    Step,
    Trim,
)
from safelight.transform.spec import Vocabulary

RADIUS_PX_MAX = 100_000
BORDER_PX_MAX = 5000
DEGREES_MAX = 100_000

_ANGLE = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?|[a-z_]+)(?:\.|$)", re.ASCII)
_BORDER = re.compile(r"([0-9]{1,6})px_([a-z]+)_(.+)", re.ASCII | re.DOTALL)
_CORNERS = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}
"""Which item of `r_` each corner takes, clockwise from top left."""


def steps_of(component: Component, vocabulary: Vocabulary) -> tuple[Step, ...]:
    """The steps of one component in the order of the house; words that are no steps are passed over."""
    angle = _Angle(component.word("a"))
    background = background_of(component.word("b"))
    color = component.word("co")
    tint = values.color(color) if color else None
    effect = component.word("e")
    if effect and motion.has(effect):
        effect = None
    does = effect_of(effect, tint, vocabulary) if effect else None
    takes = vocabulary[does.name].takes if isinstance(does, Effect) else ()
    is_region = "w" in takes and not component.has("c", "ar")
    resize = sizing.resize_of(component.without(*takes) if is_region else component, background, angle.auto)
    if isinstance(does, Effect):
        does = replace(does, place=sizing.place_of(component, takes, resize))
    is_padded = resize is not None and resize.fit in geometry.PADDING
    rotate = Rotate(angle.turns) if angle.turns else None
    steps: list[Step | None] = [
        does if isinstance(does, Trim) else None,
        resize,
        None if isinstance(does, Trim) else does,
        rotate,
    ]
    flatten = Flatten(background) if background else None
    if is_padded:
        # The bars have taken the colour; corners that a turn leaves open take it as well, rounded ones do not.
        steps.append(flatten if angle.opens_corners else None)
        flatten = None
    steps += [
        _round(component.word("r")),
        border_of(component.word("bo")),
        _opacity(component.word("o")),
        flatten,
    ]
    return tuple(step for step in steps if step is not None)


def ignores_orientation(component: Component) -> bool:
    """`a_ignore`: the source is opened as its pixels lie."""
    return _Angle(component.word("a")).ignores_orientation


class _Angle:
    """`a_`: turns and flips from left to right, and the words that are none."""

    def __init__(self, word: Word | None) -> None:
        turns: list[float | Flip] = []
        self.auto: AutoTurn | None = None
        self.ignores_orientation = False
        for item in _angle_items(word) if word else ():
            assert word
            if item in set(Flip):
                turns.append(Flip(item))
            elif item in set(AutoTurn):
                self.auto = AutoTurn(item)
            elif item == "ignore":
                self.ignores_orientation = True
            elif item not in {"exif", "auto"}:  # what is done anyway
                turns.append(values.number(word, -DEGREES_MAX, DEGREES_MAX, text=item) % 360)
        self.turns = tuple(turn for turn in turns if turn != 0)
        self.opens_corners = any(not isinstance(turn, Flip) and turn % 90 for turn in self.turns)


def _angle_items(word: Word) -> list[str]:
    values.refuse_expression(word, word.value)
    items, end = list[str](), 0
    for found in _ANGLE.finditer(word.value):
        if found.start() != end:
            break
        items.append(found[1])
        end = found.end()
    if end != len(word.value) or word.value.endswith("."):
        raise word.invalid()
    return items


def _round(word: Word | None) -> Round | None:
    if word is None:
        return None
    if word.value == "max":
        return Round(None)
    items = word.value.split(":")
    if len(items) not in _CORNERS:
        raise word.invalid()
    radii = [values.number(word, 0, RADIUS_PX_MAX, text=item) for item in items]
    top_left, top_right, bottom_right, bottom_left = (radii[i] for i in _CORNERS[len(items)])
    return Round((top_left, top_right, bottom_right, bottom_left)) if any(radii) else None


def border_of(word: Word | None) -> Border | None:
    """The frame that a word asks for; None: none."""
    if word is None:
        return None
    values.refuse_expression(word, word.value)
    written = _BORDER.fullmatch(word.value)
    if written is None or written[2] != "solid":
        raise word.invalid()
    color = values.color(replace(word, value=written[3]))
    width = values.whole(word, 0, BORDER_PX_MAX, text=written[1])
    return Border(width, color) if width else None


def _opacity(word: Word | None) -> Opacity | None:
    if word is None:
        return None
    percent = values.number(word, 0, 100)
    return Opacity(percent) if percent != 100 else None
