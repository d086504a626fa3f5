"""Values: what an item of an effect may be, and what it is without being given, in words."""

from typing import cast

from safelight.transform.colors import color_text
from safelight.transform.effects import LIST_MAX, STOPS_MAX, TEXT_CHARS_MAX
from safelight.transform.plan import Color, Stop
from safelight.transform.spec import Param

_IN_WORDS = {
    "stops": f"up to {STOPS_MAX} colours",
    "text": f"text, up to {TEXT_CHARS_MAX} letters",
    "texts": f"one text, or up to {LIST_MAX} as `(a;b)`",
    "areas": f"`(x_1;y_2;w_3;h_4)`, or up to {LIST_MAX} of them as `((…);(…))`",
    "color": "colour",
    "flag": "`true` or `false`",
}


def values_text(param: Param) -> str:
    if param.choices:
        return ", ".join(f"`{choice}`" for choice in param.choices)
    if param.range is not None:
        unit = f" {param.range.unit}" if param.range.unit else ""
        bounds = f"{default_text(param.range.low)} to {default_text(param.range.high)}{unit}"
        counts = " or ".join(map(str, param.lengths))
        return f"{counts} numbers, each {bounds}" if counts else bounds
    return _IN_WORDS.get(param.kind, param.kind)


def default_text(value: object) -> str:
    match value:
        case None | () | "" | Color(a=0):
            return "-"
        case bool():
            return "`true`" if value else "`false`"
        case Color():
            return f"`{color_text(value)}`"
        case Stop(color):
            return default_text(color)
        case tuple():
            return ", ".join(default_text(item) for item in cast("tuple[object, ...]", value))
        case float():
            return f"{value:.10g}"
        case _:
            return str(value)
