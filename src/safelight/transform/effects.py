"""`e_<name>:<items>` + Vocabulary -> Effect or Trim: every item checked, every default filled in."""

from safelight.transform import values
from safelight.transform.colors import color_of
from safelight.transform.lexer import Word
from safelight.transform.plan import Color, Effect, Stop, Trim, Value
from safelight.transform.spec import EffectSpec, Param, Range, Vocabulary

STOPS_MAX = 10
"""Most colours of one ramp."""

_YES = frozenset({"true", "yes", "y", "1"})
_NO = frozenset({"false", "no", "n", "0"})

# `e_trim` is a step of its own, for it comes before a resize; it is checked as effects are.
_TRIM = EffectSpec(
    name="trim",
    params=(
        Param("tolerance", "number", 10.0, Range(0, 100, "%")),
        Param("color", "color", Color(0, 0, 0, 0)),
    ),
    summary="Cut a uniform border off.",
    description="",
    example="e_trim:20",
)


def effect_of(word: Word, color: Color | None, vocabulary: Vocabulary) -> Effect | Trim:
    """The effect that a word names. `color` is the `co_` beside it."""
    name, *items = _items(word)
    if name == "trim":
        tolerance, border = _arguments(word, _TRIM, items)
        assert isinstance(tolerance, float)
        assert isinstance(border, Color)
        return Trim(tolerance, border if border.a else None)
    values.refuse_expression(word, name)
    spec = vocabulary.get(name)
    if spec is None:
        raise word.fault(f"The effect `{name}` is unknown, or not available in this release.")
    return Effect(
        name,
        _arguments(word, spec, items),
        color if spec.takes_color else None,
        changes_size=spec.changes_size,
        opens=spec.opens,
    )


def _items(word: Word) -> list[str]:
    """Positional and named items; `rgb:` and its digits stay together."""
    items: list[str] = []
    for item in word.value.replace(";", ":").split(":"):
        if items and (items[-1] == "rgb" or items[-1].endswith("_rgb")):
            items[-1] += f":{item}"
        else:
            items.append(item)
    return items


def _arguments(word: Word, spec: EffectSpec, items: list[str]) -> tuple[Value, ...]:
    given: dict[str, Value] = {}
    position = 0
    for index, item in enumerate(items):
        named = next((param for param in spec.params if _name_before(item, param)), None)
        if named:
            given[named.name] = _value(word, named, item[len(named.name) + 1 :])
            continue
        if any(param.kind == "number" and item == param.name for param in spec.params):
            continue  # named without a value: as usual
        # An optional item may be left out when the next one is of another kind: `e_improve:50` has no mode.
        while position < len(spec.params) and not _fits(spec.params[position], item):
            position += 1
        if position == len(spec.params):
            raise _misfit(word, spec, item)
        param = spec.params[position]
        if param.kind in {"numbers", "stops"}:
            given[param.name] = _rest(word, param, items[index:])
            break
        given[param.name] = _value(word, param, item)
        position += 1
    return tuple(_given_or_default(word, param, given) for param in spec.params)


def _given_or_default(word: Word, param: Param, given: dict[str, Value]) -> Value:
    value = given.get(param.name, param.default)
    if value is None:
        raise word.fault(f"`{param.name}` is missing.")
    # 1 and 1.0 are the same key.
    return float(value) if param.kind == "number" and isinstance(value, int) else value


def _name_before(item: str, param: Param) -> bool:
    start = param.name.replace("_", "-") if item.startswith(param.name.replace("_", "-")) else param.name
    return item.startswith(f"{start}_") and not (param.kind == "word" and item in param.choices)


def _fits(param: Param, item: str) -> bool:
    match param.kind:
        case "number":
            return values.is_number(item)
        case "word":
            return item in param.choices if param.choices else not values.is_number(item)
        case "color" | "stops":
            return color_of(item, allows_bare_hex=True) is not None
        case "numbers":
            return values.is_number(item)
        case "flag":
            return item == param.name or item in _YES | _NO


def _value(word: Word, param: Param, item: str) -> Value:
    values.refuse_expression(word, item)
    if not _fits(param, item):
        raise word.fault(f"Invalid `{param.name}` in transformation: {item}")
    match param.kind:
        case "number":
            bounds = param.range
            low, high = (bounds.low, bounds.high) if bounds else (-values.PX_MAX, values.PX_MAX)
            return values.number(word, low, high, text=item, name=param.name)
        case "word":
            return item
        case "color":
            found = color_of(item, allows_bare_hex=True)
            assert found is not None
            return found
        case "flag":
            return item == param.name or item in _YES
        case "numbers" | "stops":
            return _rest(word, param, [item])


def _rest(word: Word, param: Param, items: list[str]) -> tuple[float, ...] | tuple[Stop, ...]:
    """All items that are left, as one value."""
    if param.kind == "stops":
        return _stops(word, param, items)
    if len(items) not in param.lengths:
        counts = " or ".join(map(str, param.lengths))
        raise word.fault(f"`{param.name}` must be {counts} numbers.")
    bounds = param.range or Range(-values.PX_MAX, values.PX_MAX)
    return tuple(values.number(word, bounds.low, bounds.high, text=item, name=param.name) for item in items)


def _stops(word: Word, param: Param, items: list[str]) -> tuple[Stop, ...]:
    """Colours, each perhaps with a place: `red:20p`."""
    stops: list[Stop] = []
    for item in items:
        color = color_of(item, allows_bare_hex=True)
        if color is not None:
            stops.append(Stop(color))
        elif stops and stops[-1].percent is None and item.endswith("p"):
            percent = values.number(word, 0, 100, text=item[:-1], name=param.name)
            stops[-1] = Stop(stops[-1].color, percent)
        else:
            values.refuse_expression(word, item)
            raise word.fault(f"Invalid `{param.name}` in transformation: {item}")
    if len(stops) > STOPS_MAX:
        raise word.fault(f"`{param.name}` may be {STOPS_MAX} colours.")
    return tuple(stops)


def _misfit(word: Word, spec: EffectSpec, item: str) -> Exception:
    values.refuse_expression(word, item)
    if len(spec.params) == 1:
        return word.fault(f"Invalid `{spec.params[0].name}` in transformation: {item}")
    return word.fault(f"Invalid effect in transformation: {word.value}")
