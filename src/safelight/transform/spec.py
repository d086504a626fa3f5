"""Param, EffectSpec and Vocabulary: what a word of the language may say. The owners of the words fill it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from safelight.transform.plan import Value


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
    kind: Literal["number", "word", "color", "flag"]
    default: Value | None
    range: Range | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class EffectSpec:
    """What `e_<name>` takes, and what its manual page says. `example` is a whole chain that shows it."""

    name: str
    params: tuple[Param, ...]
    summary: str
    description: str
    example: str
    takes_color: bool = False


Vocabulary = Mapping[str, EffectSpec]
