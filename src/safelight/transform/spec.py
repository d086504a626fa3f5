"""Param, EffectSpec and Vocabulary: what a word of the language may say. The owners of the words fill it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from safelight.transform.arguments import Value


@dataclass(frozen=True)
class Range:
    """The bounds of a number and its unit, both ends included."""

    low: float
    high: float
    unit: str = ""


@dataclass(frozen=True)
class Param:
    """One positional item of an effect. `range` for numbers, `choices` for words."""

    name: str
    kind: Literal["number", "word", "color", "flag", "numbers", "stops", "text", "texts", "areas"]
    """`numbers` and `stops` (colours with an optional place, `red:20p`) take all items that are left.

    `text` is text of people, `texts` one or several of them (`prompt_(a;b)`), `areas` rectangles in px of the picture
    (`region_(x_1;y_2;w_3;h_4)`, `region_((…);(…))`). Where they are not given by name, they stand in parentheses.
    """
    default: Value | None
    range: Range | None = None
    choices: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    """How many `numbers` there may be."""


@dataclass(frozen=True)
class EffectSpec:
    """What `e_<name>` takes, and what its manual page says. `example` is a whole chain that shows it."""

    name: str
    params: tuple[Param, ...]
    summary: str
    description: str
    example: str
    takes_color: bool = False
    takes: tuple[Literal["x", "y", "w", "h", "g"], ...] = ()
    """The codes beside it that say where it acts. With `w` and `h` they are its own where no crop mode is given."""
    changes_size: bool = False
    opens: bool = False
    """A picture without alpha may get one."""
    sees: tuple[str, ...] = ()
    """The kinds of Region that it acts on."""
    needs: str = ""
    """What it cannot do without, and what not every installation has, in words."""


Vocabulary = Mapping[str, EffectSpec]
