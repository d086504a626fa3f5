"""Breakpoints: a plan with `w_auto:breakpoints:json` -> the list of its widths, as JSON."""

import json
from collections.abc import Callable
from dataclasses import replace

from safelight.render.model import Rendered
from safelight.transform import breakpoints, limits
from safelight.transform.geometry import Size
from safelight.transform.plan import AutoWidth, Plan, Px, Resize

Make = Callable[[Plan], Rendered]


def asked_at(plan: Plan) -> int | None:
    """The place of the resize whose widths are to be listed."""
    return next((at for at, step in enumerate(plan.steps) if _lists(step)), None)


def listed(plan: Plan, at: int, source: Size, make: Make) -> Rendered:
    """Some sizes are made, and all others follow from them."""
    resize = plan.steps[at]
    assert isinstance(resize, Resize)
    auto = resize.width
    assert isinstance(auto, AutoWidth)
    plan = replace(plan, wants_info=False)
    high = min(auto.high or breakpoints.HIGH_PX, _width_before(plan, at, source, make))
    low = min(auto.low or breakpoints.LOW_PX, high)
    bytes_at = {width: len(make(_with(plan, at, resize, width)).data) for width in breakpoints.measured(low, high)}
    found = breakpoints.widths(bytes_at, auto.bytes_step, auto.widths_max)
    data = json.dumps({"breakpoints": found}, separators=(",", ":")).encode()
    return Rendered(data, "json", high, 1, 1)


def _width_before(plan: Plan, at: int, source: Size, make: Make) -> int:
    """How wide the picture is that the resize meets: more than that nobody needs."""
    size = limits.output_size(replace(plan, steps=plan.steps[:at]), source)
    return size.width if size else make(replace(plan, steps=plan.steps[:at])).width


def _with(plan: Plan, at: int, resize: Resize, width: int) -> Plan:
    return replace(plan, steps=(*plan.steps[:at], replace(resize, width=Px(width)), *plan.steps[at + 1 :]))


def _lists(step: object) -> bool:
    return isinstance(step, Resize) and isinstance(step.width, AutoWidth) and step.width.lists_json
