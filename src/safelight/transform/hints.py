"""Hints: what a request's headers say of the client, and the sizes that they settle."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from safelight.transform.plan import AutoWidth, Initial, Layer, Px, Resize, Step
from safelight.transform.sizing import times_dpr

DPR_HINT_MAX = 5
"""A client's word for more dots than this is not believed."""
WIDTH_HINT_PX_MAX = 10_000


@dataclass(frozen=True)
class Hints:
    """What a request's headers say of the client. `width` is in px of the screen, `viewport_width` in CSS px."""

    accept: str = "*/*"
    dpr: float | None = None
    width: int | None = None
    viewport_width: int | None = None
    saves_data: bool = False


def _dpr(hints: Hints) -> int:
    if hints.dpr is None or not 0 < hints.dpr < math.inf:
        return 1
    return min(math.ceil(hints.dpr), DPR_HINT_MAX)


def settled_step(step: Step, hints: Hints) -> Step:
    """The step with `dpr_auto` and `w_auto` as px."""
    if isinstance(step, Layer):
        return replace(step, steps=tuple(settled_step(each, hints) for each in step.steps))
    if not isinstance(step, Resize):
        return step
    if step.waits_for_dpr:
        step = replace(times_dpr(step, _dpr(hints)), waits_for_dpr=False)
    if isinstance(step.width, AutoWidth) and not step.width.lists_json:
        step = replace(step, width=_settled_width(step.width, hints))
    return step


def every_resize(steps: tuple[Step, ...]) -> Iterator[Resize]:
    """All resizes, also those of layers."""
    for step in steps:
        if isinstance(step, Resize):
            yield step
        elif isinstance(step, Layer):
            yield from every_resize(step.steps)


def _settled_width(auto: AutoWidth, hints: Hints) -> Px | Initial:
    if hints.width:
        needed = hints.width
    elif hints.viewport_width:
        needed = hints.viewport_width * _dpr(hints)
    elif auto.fallback:
        return Px(auto.fallback)
    else:
        return Initial("w")
    needed = min(max(1, needed), WIDTH_HINT_PX_MAX)
    stepped = -(-needed // auto.step) * auto.step
    return Px(max(auto.low or 1, min(stepped, auto.high or stepped)))
