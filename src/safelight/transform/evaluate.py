"""Expression + Scope -> Value, Test + Scope -> bool: what is computed, and what is true of a picture."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from safelight.transform import layers, values
from safelight.transform.expression import Cast, Compared, Defined, Expression, Leaf, Spot, Sum, Test
from safelight.transform.geometry import Size
from safelight.transform.source import SourceFacts

NUMBER_MAX = 1e12
"""Largest number that may be computed."""
TEXT_CHARS_MAX = 1024
"""Longest text that a variable may hold."""
DIGITS_MAX = 10
"""After the dot; what is computed is rounded to it where it is written."""

_LEADING = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,20})?", re.ASCII)
_INSERT = re.compile(r"\$\(([A-Za-z][A-Za-z0-9]*)\)", re.ASCII)


class NeedsSource(Exception):
    """What is computed depends on a picture that is not known yet."""


@dataclass(frozen=True)
class Number:
    """`text` is how it was written, for a dot makes a difference; empty where it was computed."""

    value: float
    text: str = ""


@dataclass(frozen=True)
class Text:
    """Words; as a list, its items stand between `:`."""

    text: str


@dataclass(frozen=True)
class Names:
    """Tags or keys that the asset has."""

    names: frozenset[str]


Value = Number | Text | Names


@dataclass
class Scope:
    """What is known at one place of a chain. `current` gives the size there, None where the content decides it.

    `source` None: nothing is known of the picture yet.
    """

    source: SourceFacts | None
    current: Callable[[], Size | None]
    page: Callable[[], int]
    variables: dict[str, Value] = field(default_factory=dict[str, Value])


def written(value: Value) -> str:
    """The value as a part of a URL has it."""
    match value:
        case Number(number, text):
            return text or values.number_text(round(number, DIGITS_MAX))
        case Text(text):
            return text
        case Names(names):
            return ":".join(sorted(names))


def value_of(expression: Expression, scope: Scope) -> Value:
    """Raises TransformError for what cannot be computed, NeedsSource where the picture is missing."""
    match expression:
        case Leaf():
            return _leaf(expression, scope)
        case Cast(of, to, is_of_text):
            found = value_of(of, scope)
            return found if is_of_text and isinstance(found, Number) else _cast(found, to)
        case Sum(operator, left, right, spot):
            return _computed(operator, _number(left, scope), _number(right, scope), spot)


def variables(leaf: Leaf) -> list[str]:
    """The names of the variables that an operand asks for."""
    if leaf.kind == "variable":
        return [leaf.name]
    return _INSERT.findall(leaf.name) if leaf.kind == "text" else []


def is_true(test: Test, scope: Scope) -> bool:
    """What the left side settles, the right side is not asked."""
    return any(all(_holds(each, scope) for each in every) for every in test)


# --- operands -----------------------------------------------------------------------------------------------------


def _leaf(leaf: Leaf, scope: Scope) -> Value:
    match leaf.kind:
        case "number":
            return Number(_written_number(leaf.name, leaf.spot), leaf.name)
        case "text":
            return Text(_inserted(leaf, scope))
        case "variable":
            return _variable(leaf.name, leaf.spot, scope)
        case "metadata":
            metadata = _known(scope).metadata
            return _metadata(metadata.get(leaf.name, "")) if leaf.name else Names(frozenset(metadata))
        case "context":
            context = _known(scope).context
            return Text(context.get(leaf.name, "")) if leaf.name else Names(frozenset(context))
        case "fact":
            return _fact(leaf, scope)
        case "file":
            return _file(leaf, scope)


def _metadata(value: str | int | list[str]) -> Value:
    """The entries of a list are a set: which of them comes first means nothing."""
    match value:
        case int():
            return Number(float(value), str(value))
        case str():
            return Text(value)
        case _:
            return Names(frozenset(value))


def _file(leaf: Leaf, scope: Scope) -> Text:
    """What names a file, as the word of a layer has it."""
    if leaf.name.startswith("ref:"):
        return Text(leaf.name.removeprefix("ref:").strip("!"))
    itself = _known(scope).itself
    if itself is None:
        raise leaf.spot.fault("This file has no name that a layer could use: `current`")
    return Text(itself.name if leaf.name == "current:public_id" else layers.name_of(itself))


def _written_number(text: str, spot: Spot) -> float:
    across, colon, down = text.partition(":")
    if not colon:
        return float(text) + 0.0
    if float(down) == 0:
        raise spot.fault("Division by zero.")
    return float(across) / float(down)


def _inserted(leaf: Leaf, scope: Scope) -> str:
    text = _INSERT.sub(lambda found: written(_variable(found[1], leaf.spot, scope)), leaf.name)
    if len(text) > TEXT_CHARS_MAX:
        raise leaf.spot.fault(f"A text may have {TEXT_CHARS_MAX} letters.")
    return text


def _variable(name: str, spot: Spot, scope: Scope) -> Value:
    found = scope.variables.get(name)
    if found is None:
        raise spot.fault(f"Undefined variable: {name}")
    return found


def _known(scope: Scope) -> SourceFacts:
    if scope.source is None:
        raise NeedsSource
    return scope.source


def _initial(leaf: Leaf, scope: Scope) -> Size:
    source = _known(scope)
    if source.width is None or source.height is None:
        raise leaf.spot.fault(f"The size of this file is not known, so `{leaf.name}` is not.")
    return Size(source.width, source.height)


def _current(leaf: Leaf, scope: Scope) -> Size:
    _initial(leaf, scope)
    current = scope.current()
    if current is None:
        raise leaf.spot.fault(f"The content decides the size before this, so `{leaf.name}` is not known here.")
    return current


# Facts that no asset of this release has: no eyes, no layers, no trimmed copies are kept.
_UNKNOWN: Mapping[str, str] = {
    "tar": "The aspect ratio after trimming is not available in this release: `tar`",
    "ils": "The likelihood of an illustration is not available in this release: `ils`",
    "pgnames": "Names of layers are not available in this release: `pgnames`",
}


# Formats whose pages have names.
_LAYERED = frozenset({"psd"})


def _fact(leaf: Leaf, scope: Scope) -> Value:
    source = _known(scope)
    match leaf.name:
        case "w":
            return Number(_current(leaf, scope).width)
        case "h":
            return Number(_current(leaf, scope).height)
        case "ar":
            return _aspect(_current(leaf, scope))
        case "iw" | "ow":
            return Number(_initial(leaf, scope).width)
        case "ih" | "oh":
            return Number(_initial(leaf, scope).height)
        case "iar":
            return _aspect(_initial(leaf, scope))
        case "pc":
            return Number(source.frames)
        case "cp":
            return Number(scope.page())
        case "px":
            return Number(source.page_x)
        case "py":
            return Number(source.page_y)
        case "ccc":
            return Number(source.custom_areas)
        case "rc":
            return Number(len(source.region_names))
        case "rn":
            return Names(frozenset(source.region_names))
        case "pgnames" if source.format not in _LAYERED:
            return Names(frozenset())
        case "tags":
            return Names(frozenset(source.tags))
        case "fc":
            return _told(leaf, source.faces, "The number of faces is not available in this release: `fc`")
        case "idn":
            return _told(leaf, source.density, "The density of this file is not known: `idn`")
        case "du" | "idu":
            return _told(leaf, source.duration_seconds, f"This file has no duration: `{leaf.name}`")
        case name:
            raise leaf.spot.fault(_UNKNOWN[name])


def _told(leaf: Leaf, fact: float | None, message: str) -> Number:
    if fact is None:
        raise leaf.spot.fault(message)
    return Number(fact)


def _aspect(size: Size) -> Number:
    return Number(size.width / size.height)


# --- arithmetic ---------------------------------------------------------------------------------------------------


def _number(expression: Expression, scope: Scope) -> float:
    found = value_of(expression, scope)
    number = _as_number(found)
    if number is None:
        raise expression.spot.fault(f"Not a number: `{written(found)}`")
    return number


def _as_number(value: Value) -> float | None:
    if isinstance(value, Number):
        return value.value
    return float(value.text) if isinstance(value, Text) and values.is_number(value.text) else None


def _cast(value: Value, to: Literal["i", "f"]) -> Number:
    number = _as_number(value)
    if number is None:
        # Of a text the number that it begins with; what has none, or what the asset does not have, is nothing.
        leading = _LEADING.match(written(value))
        value = Number(float(leading[0]), leading[0]) if leading else Number(0.0, "0")
        number = value.value
    if to == "i":
        return Number(float(math.trunc(number)))
    return value if isinstance(value, Number) else Number(number, written(value))


def _computed(operator: str, left: float, right: float, spot: Spot) -> Number:
    try:
        number = _applied(operator, left, right)
    except ZeroDivisionError:
        raise spot.fault("Division by zero.") from None
    except OverflowError:
        number = math.inf
    if isinstance(number, complex):
        raise spot.fault("A root of a negative number is no number.")
    if not abs(number) <= NUMBER_MAX:
        raise spot.fault(f"Numbers may be as large as {values.number_text(NUMBER_MAX)}.")
    return Number(number + 0.0)


def _applied(operator: str, left: float, right: float) -> float | complex:
    match operator:
        case "add":
            return left + right
        case "sub":
            return left - right
        case "mul":
            return left * right
        case "div":
            return left / right
        case "mod":
            return left % right
        case _:
            return left**right


# --- conditions ---------------------------------------------------------------------------------------------------


def _holds(test: Compared | Defined, scope: Scope) -> bool:
    if isinstance(test, Defined):
        return (test.name in scope.variables) is test.is_wanted
    left, right = value_of(test.left, scope), value_of(test.right, scope)
    match test.relation:
        case "in":
            return _items(left) <= _items(right)
        case "nin":
            return not _items(left) <= _items(right)
        case "eq":
            return _is_equal(left, right)
        case "ne":
            return not _is_equal(left, right)
        case relation:
            return _is_ordered(relation, left, right)


def _items(value: Value) -> frozenset[str]:
    return value.names if isinstance(value, Names) else frozenset(written(value).split(":"))


def _is_equal(left: Value, right: Value) -> bool:
    if isinstance(left, Names) or isinstance(right, Names):
        return _items(left) == _items(right)
    numbers = _as_number(left), _as_number(right)
    if numbers[0] is None or numbers[1] is None:
        return written(left) == written(right)
    return math.isclose(numbers[0], numbers[1], rel_tol=1e-9)


def _is_ordered(relation: str, left: Value, right: Value) -> bool:
    """Only numbers have an order: of a text, and of what is missing, it is never true."""
    low, high = _as_number(left), _as_number(right)
    if low is None or high is None:
        return False
    if relation in {"gt", "gte"}:
        low, high = high, low
    if math.isclose(low, high, rel_tol=1e-9):
        return relation in {"lte", "gte"}
    return low < high
