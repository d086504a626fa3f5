"""`g_` -> Gravity: compass words, what the content decides, and what needs eyes that this release has not."""

import re

from safelight.transform import codes, values
from safelight.transform.lexer import Word
from safelight.transform.plan import Area, AutoGravity, Compass, Focus, Gravity, XyCenter

FOCUSES_MAX = 20
"""Most things that `g_auto` may be told to look for."""

_ALGORITHMS = frozenset({"subject", "classic"})
_AREA = re.compile(r"aoi_([0-9]{1,6})_([0-9]{1,6})_([0-9]{1,6})_([0-9]{1,6})", re.ASCII)
_WEIGHTED = re.compile(r"(.+)_(avoid|[0-9]{1,3})", re.ASCII)


def gravity_of(word: Word) -> Gravity:
    """The gravity that a word names."""
    values.refuse_expression(word, word.value.split("!")[0])
    first, *rest = word.value.split(":")
    if first == "auto":
        return _auto(word, rest)
    if word.value == "xy_center":
        return XyCenter()
    if word.value in set(Compass):
        return Compass(word.value)
    if first in codes.GRAVITIES_LATER | codes.OBJECTS or first.startswith(codes.GRAVITY_STARTS_LATER):
        raise word.fault(f"The gravity `{first}` is not available in this release.")
    raise word.invalid()


def gravity_text(gravity: Gravity) -> str:
    """The canonical value."""
    match gravity:
        case Compass():
            return gravity.value
        case XyCenter():
            return "xy_center"
        case AutoGravity():
            items = ["auto", *([gravity.algorithm] if gravity.algorithm else []), *map(_focus_text, gravity.focuses)]
            if gravity.aggressiveness is not None:
                items.append(str(gravity.aggressiveness))
            return ":".join(items if gravity.uses_thirds else [*items, "thirds_0"])


def _auto(word: Word, items: list[str]) -> AutoGravity:
    algorithm, focuses, uses_thirds = "", list[Focus](), True
    aggressiveness: int | None = None
    for item in items:
        if item in _ALGORITHMS:
            algorithm = item
        elif item == "thirds_0":
            uses_thirds = False
        elif values.is_number(item):
            aggressiveness = values.whole(word, 0, 100, text=item, name="aggressiveness")
        elif item != "good":  # how the usual algorithm was called once
            focuses.append(_focus(word, item))
    if len(focuses) > FOCUSES_MAX:
        raise word.fault(f"`g_auto` may look for {FOCUSES_MAX} things.")
    return AutoGravity(algorithm, tuple(focuses), aggressiveness, uses_thirds)


def _focus(word: Word, item: str) -> Focus:
    values.refuse_expression(word, item)
    if area := _AREA.fullmatch(item):
        return Focus(Area(*map(int, area.groups())))
    weighted = _WEIGHTED.fullmatch(item)
    name, weight = weighted.groups() if weighted else (item, "")
    if name not in codes.FOCUSES | codes.OBJECTS:
        raise word.invalid()
    if weight == "avoid":
        return Focus(name, is_avoided=True)
    return Focus(name, values.whole(word, 1, 100, text=weight, name="weight") if weight else None)


def _focus_text(focus: Focus) -> str:
    if isinstance(focus.on, Area):
        return f"aoi_{focus.on.x}_{focus.on.y}_{focus.on.width}_{focus.on.height}"
    if focus.is_avoided:
        return f"{focus.on}_avoid"
    return focus.on if focus.weight is None else f"{focus.on}_{focus.weight}"
