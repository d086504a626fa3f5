"""`e_<name>:<items>` + Vocabulary -> Effect or Trim: every item checked, every default filled in."""

from safelight.transform import items, percent, values
from safelight.transform.arguments import Text
from safelight.transform.colors import color_of, color_text
from safelight.transform.lexer import Word
from safelight.transform.plan import Area, Color, Effect, Stop, Trim, Value
from safelight.transform.spec import EffectSpec, Param, Range, Vocabulary

STOPS_MAX = 10
"""Most colours of one ramp."""
TEXT_CHARS_MAX = 1000
"""Longest text of an item."""
LIST_MAX = 20
"""Most texts or areas of one item."""

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

_OF_PEOPLE = frozenset({"text", "texts", "areas"})
_NONE = "()"
_PAIRED = frozenset({"number", "text"})
_AREA = ("x", "y", "w", "h")


def effect_of(word: Word, color: Color | None, vocabulary: Vocabulary) -> Effect | Trim:
    """The effect that a word names. `color` is the `co_` beside it."""
    name = name_of(word)
    if name == "trim":
        tolerance, border = _arguments(word, _TRIM)
        assert isinstance(tolerance, float)
        assert isinstance(border, Color)
        return Trim(tolerance, border if border.a else None)
    values.refuse_expression(word, name)
    spec = vocabulary.get(name)
    if spec is None:
        raise word.fault(f"The effect `{name}` is unknown, or not available in this release.")
    return Effect(
        name,
        _arguments(word, spec),
        color if spec.takes_color else None,
        changes_size=spec.changes_size,
        opens=spec.opens,
        sees=spec.sees,
    )


def name_of(word: Word) -> str:
    """The name of the effect, which ends at the first `:` or `;`."""
    return word.value.replace(";", ":").partition(":")[0]


def effect_text(effect: Effect) -> str:
    """The canonical value: all items, in the order of the effect's parameters."""
    texts = [text for text in map(_value_text, effect.args) if text]
    return ":".join([effect.name, *texts])


# --- items --------------------------------------------------------------------------------------------------------


def _items(word: Word, spec: EffectSpec) -> list[str]:
    """Positional and named items; `rgb:` and its digits stay together. Where text may be among them, still encoded."""
    if any(param.kind in _OF_PEOPLE for param in spec.params):
        cut = items.of(word)[1:]
    else:
        cut = word.value.replace(";", ":").split(":")[1:]
    found: list[str] = []
    for item in cut:
        if found and (found[-1] == "rgb" or found[-1].endswith("_rgb")):
            found[-1] += f":{item}"
        else:
            found.append(item)
    return found


def _arguments(word: Word, spec: EffectSpec) -> tuple[Value, ...]:
    given: dict[str, Value] = {}
    left = _items(word, spec)
    position = 0
    while left:
        item = left.pop(0)
        named = next((param for param in spec.params if _name_before(item, param)), None)
        if named:
            given[named.name] = _value(word, named, item[len(named.name) + 1 :])
            continue
        if paired := next((param for param in spec.params if param.kind in _PAIRED and item == param.name), None):
            # `colors:15`, or named without a value: then as usual.
            if left and (paired.kind == "text" or values.is_number(left[0])):
                given[paired.name] = _value(word, paired, left.pop(0))
            continue
        # An optional item may be left out when the next one is of another kind: `e_improve:50` has no mode.
        while position < len(spec.params) and not _fits(spec.params[position], item):
            position += 1
        if position == len(spec.params):
            raise _misfit(word, spec, item)
        param = spec.params[position]
        if param.kind in {"numbers", "stops"}:
            given[param.name] = () if item == _NONE else _rest(word, param, [item, *left])
            break
        given[param.name] = _value(word, param, item)
        position += 1
    return tuple(_given_or_default(word, param, given) for param in spec.params)


def _given_or_default(word: Word, param: Param, given: dict[str, Value]) -> Value:
    value = given.get(param.name, param.default)
    if value is None:
        raise word.fault(f"`{param.name}` is missing.")
    if param.kind == "text":
        return Text(value)
    # 1 and 1.0 are the same key.
    return float(value) if param.kind == "number" and isinstance(value, int) else value


def _name_before(item: str, param: Param) -> bool:
    start = param.name.replace("_", "-") if item.startswith(param.name.replace("_", "-")) else param.name
    return item.startswith(f"{start}_") and not (param.kind == "word" and item in param.choices)


def _fits(param: Param, item: str) -> bool:
    item = item if param.kind in _OF_PEOPLE else percent.decoded_twice(item)
    match param.kind:
        case "numbers" | "stops" if item == _NONE:
            return param.default == ()
        case "number" | "numbers":
            return values.is_number(item)
        case "word":
            return item in param.choices if param.choices else not values.is_number(item)
        case "color" | "stops":
            return color_of(item, allows_bare_hex=True) is not None
        case "flag":
            return item == param.name or items.is_flag(item)
        case "text" | "texts":
            return items.inner(item) is not None and not item.startswith("((")
        case "areas":
            return item.startswith(("((", "(x_")) or item == _NONE


def _value(word: Word, param: Param, item: str) -> Value:
    if param.kind in _OF_PEOPLE:
        return _of_people(word, param, item)
    item = percent.decoded_twice(item)
    values.refuse_expression(word, item)
    if not _fits(param, item):
        raise word.fault(f"Invalid `{param.name}` in transformation: {item}")
    match param.kind:
        case "number":
            bounds = param.range
            low, high = (bounds.low, bounds.high) if bounds else (-values.PX_MAX, values.PX_MAX)
            return values.number(word, low, high, text=item, name=param.name)
        case "color":
            found = color_of(item, allows_bare_hex=True)
            assert found is not None
            return found
        case "flag":
            return item == param.name or items.flag(word, item)
        case "numbers" | "stops":
            return _rest(word, param, [item])
        case _:
            return item


def _rest(word: Word, param: Param, left: list[str]) -> tuple[float, ...] | tuple[Stop, ...]:
    """All items that are left, as one value."""
    if param.kind == "stops":
        return _stops(word, param, left)
    if len(left) not in param.lengths:
        counts = " or ".join(map(str, param.lengths))
        raise word.fault(f"`{param.name}` must be {counts} numbers.")
    bounds = param.range or Range(-values.PX_MAX, values.PX_MAX)
    return tuple(values.number(word, bounds.low, bounds.high, text=item, name=param.name) for item in left)


def _stops(word: Word, param: Param, left: list[str]) -> tuple[Stop, ...]:
    """Colours, each perhaps with a place: `red:20p`."""
    stops: list[Stop] = []
    for item in left:
        color = color_of(item, allows_bare_hex=True)
        if color is not None:
            stops.append(Stop(color))
        elif stops and stops[-1].percent is None and item.endswith("p"):
            place = values.number(word, 0, 100, text=item[:-1], name=param.name)
            stops[-1] = Stop(stops[-1].color, place)
        else:
            values.refuse_expression(word, item)
            raise word.fault(f"Invalid `{param.name}` in transformation: {item}")
    if len(stops) > STOPS_MAX:
        raise word.fault(f"`{param.name}` may be {STOPS_MAX} colours.")
    return tuple(stops)


# --- text of people, and areas ------------------------------------------------------------------------------------


def _of_people(word: Word, param: Param, item: str) -> Value:
    inner = items.inner(item)
    if param.kind == "areas":
        return _areas(word, param, item)
    written = [item] if inner is None else items.split(word, inner)
    texts = tuple(filter(None, (items.text(word, each, TEXT_CHARS_MAX) for each in written)))
    if len(texts) > (LIST_MAX if param.kind == "texts" else 1):
        raise word.fault(
            f"`{param.name}` may be {LIST_MAX} texts." if param.kind == "texts" else f"`{param.name}` is one text."
        )
    if param.kind == "text":
        return Text("".join(texts))
    return texts


def _areas(word: Word, param: Param, item: str) -> tuple[Area, ...]:
    inner = items.inner(item)
    if inner is None:
        raise word.fault(f"`{param.name}` is written as `(x_1;y_2;w_3;h_4)`.")
    blocks = items.split(word, inner) if inner.startswith("(") else [item]
    if len(blocks) > LIST_MAX:
        raise word.fault(f"`{param.name}` may be {LIST_MAX} areas.")
    return tuple(_area(word, param, block) for block in blocks if block != _NONE)


def _area(word: Word, param: Param, block: str) -> Area:
    named = {item[:1]: item[2:] for item in (items.inner(block) or "").split(";") if item[1:2] == "_"}
    if set(named) != set(_AREA):
        raise word.fault(f"`{param.name}` is written as `(x_1;y_2;w_3;h_4)`.")
    lows = {"x": 0, "y": 0, "w": 1, "h": 1}
    x, y, width, height = (
        values.whole(word, lows[code], values.PX_MAX, text=named[code], name=f"{param.name} {code}") for code in _AREA
    )
    return Area(x, y, width, height)


# --- canonical text -----------------------------------------------------------------------------------------------


def _value_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Color):
        return color_text(value)
    if isinstance(value, Text):
        return f"({percent.escaped_twice(value)})"
    if isinstance(value, tuple):
        return _list_text(value)
    return value if isinstance(value, str) else values.number_text(value)


def _list_text(value: tuple[float, ...] | tuple[Stop, ...] | tuple[str, ...] | tuple[Area, ...]) -> str:
    texts = list(map(_item_text, value))
    return f"({';'.join(texts)})" if not value or isinstance(value[0], str | Area) else ":".join(texts)


def _item_text(item: float | Stop | str | Area) -> str:
    match item:
        case Stop(color, place):
            return color_text(color) if place is None else f"{color_text(color)}:{values.number_text(place)}p"
        case Area(x, y, width, height):
            return f"(x_{x};y_{y};w_{width};h_{height})"
        case str():
            return percent.escaped_twice(item)
        case _:
            return values.number_text(item)


def _misfit(word: Word, spec: EffectSpec, item: str) -> Exception:
    values.refuse_expression(word, item)
    if len(spec.params) == 1:
        return word.fault(f"Invalid `{spec.params[0].name}` in transformation: {percent.decoded(item)}")
    return word.fault(f"Invalid effect in transformation: {word.value}")
