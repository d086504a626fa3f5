"""What a plan may cost: its sizes, step by step, before a byte is opened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safelight.kernel.errors import TooMuch
from safelight.transform import geometry, layer_sizes
from safelight.transform.build import LAYERS_MAX, STEPS_MAX
from safelight.transform.geometry import Size
from safelight.transform.plan import (
    AutoWidth,
    Border,
    Effect,
    Fit,
    Initial,
    Layer,
    Plan,
    Px,
    Resize,
    Rotate,
    Step,
    Trim,
)
from safelight.transform.source import SourceFacts

# Modes whose result is exactly the box that was asked for, whatever the picture is.
_EXACT = frozenset({Fit.SCALE, Fit.FILL, Fit.THUMB, Fit.AUTO, Fit.PAD, Fit.LPAD, Fit.FILL_PAD, Fit.AUTO_PAD})

SCALED_SIDE_MAX = 10_000_000
"""A very long picture may be enlarged beyond the longest side on the way to a small cut; this is what libvips takes."""


@dataclass(frozen=True)
class Limits:
    """`source_pixels_max` counts all frames that are opened, and also all frames of an animated result."""

    source_pixels_max: int
    output_pixels_max: int
    side_max: int
    frames_max: int
    steps_max: int = STEPS_MAX
    layers_max: int = LAYERS_MAX


def check(plan: Plan, source: SourceFacts, limits: Limits) -> None:
    """Raises TooMuch if the source, or what any step makes of it, is larger than allowed.

    Trimming counts as cutting nothing off, an effect or a layer as adding nothing: the renderer, who knows more, checks
    again.
    """
    _check_counts(plan, limits)
    if source.width is None or source.height is None:
        return
    whole = Size(source.width, source.height)
    # Of what does not stay an animation, only one frame or page is ever opened.
    frames = source.frames if plan.encode.is_animated and plan.source.page is None else 1
    if frames > limits.frames_max:
        raise TooMuch(f"Too many frames. Maximum is {limits.frames_max}.", frames=frames)
    _check_side(whole, limits)
    _check_pixels(whole, frames, limits.source_pixels_max)
    for scaled, size in _walk(plan, whole):
        if max(scaled.width, scaled.height) > SCALED_SIDE_MAX:
            raise TooMuch(f"Maximum image width/height is {limits.side_max}.", size=scaled)
        _check_pixels(scaled, 1, limits.source_pixels_max)
        _check_side(size, limits)
        _check_pixels(size, 1, limits.output_pixels_max)
        _check_pixels(size, frames, limits.source_pixels_max)
    for layer, base in _layers(plan, whole):
        _check_layer(layer, base, whole, limits)


def _check_counts(plan: Plan, limits: Limits) -> None:
    """What the language allows in any case is checked when it is read (transform/build.py)."""
    steps, layers = _counts(plan.steps)
    if steps > limits.steps_max:
        raise TooMuch(f"Too many steps in one transformation. Maximum is {limits.steps_max}. Got {steps}.")
    if layers > limits.layers_max:
        raise TooMuch(f"Too many layers in one transformation. Maximum is {limits.layers_max}. Got {layers}.")


def _counts(steps: Sequence[Step]) -> tuple[int, int]:
    """How many steps and layers there are, those of layers included."""
    inner = [_counts(step.steps) for step in steps if isinstance(step, Layer)]
    return len(steps) + sum(each[0] for each in inner), len(inner) + sum(each[1] for each in inner)


def output_size(plan: Plan, source: Size) -> Size | None:
    """The size of the result; None where the content decides it."""
    current: Size | None = source
    for step in plan.steps:
        current = size_after(step, current, source)
    return current


def size_after(step: Step, current: Size | None, initial: Size) -> Size | None:
    """The size that a step leaves; None where the content decides it."""
    if isinstance(step, Trim) or (isinstance(step, Effect) and step.changes_size):
        return None
    if isinstance(step, Resize) and geometry.asks_region(step):
        return None
    if isinstance(step, Layer):
        return current and layer_sizes.canvas_after(step, own_size(step, current, initial), current)
    if current is not None:
        return _after(step, current, initial)[1]
    if isinstance(step, Resize) and _is_exact(step):
        return geometry.layout(step, initial, initial).size
    return None


def own_size(layer: Layer, base: Size | None, initial: Size) -> Size | None:
    """The size of a layer as it is laid on a base; None where only its file, or its letters, know."""
    current: Size | None = None
    for step in layer.steps:
        current = size_after(layer_sizes.based(step, base), current, initial)
    return current


def _layers(plan: Plan, source: Size) -> Iterator[tuple[Layer, Size]]:
    """Every layer of the plan itself, with the size below it, as far as it is known."""
    current = source
    for step in plan.steps:
        if isinstance(step, Layer):
            yield step, current
        current = _after(step, current, source)[1]


def _check_layer(layer: Layer, base: Size | None, initial: Size, limits: Limits) -> None:
    for px in layer_sizes.asked_of(layer):
        _check_side(Size(px, 1), limits)
    current: Size | None = None
    for step in layer.steps:
        if isinstance(step, Layer):
            _check_layer(step, current, initial, limits)
        current = size_after(layer_sizes.based(step, base), current, initial)
        if current:
            _check_side(current, limits)
            _check_pixels(current, 1, limits.output_pixels_max)


def _walk(plan: Plan, source: Size) -> Iterator[tuple[Size, Size]]:
    """After each step: the size on the way, and the size that it leaves."""
    current = source
    for step in plan.steps:
        scaled, current = _after(step, current, source)
        yield scaled, current


def _after(step: Step, current: Size, initial: Size) -> tuple[Size, Size]:
    match step:
        case Resize():
            if geometry.wants_turn(step, current, initial):
                current = Size(current.height, current.width)
            layout = geometry.layout(step, current, initial)
            return layout.scaled, layout.size
        case Rotate(turns):
            current = geometry.rotated(current, turns)
        case Layer():
            current = size_after(step, current, initial) or current
        case Border(width):
            current = Size(current.width + 2 * width, current.height + 2 * width)
        case _:
            pass
    return current, current


def _is_exact(resize: Resize) -> bool:
    sides = (resize.width, resize.height)
    fallback = isinstance(resize.width, AutoWidth) and resize.width.fallback is None
    return resize.fit in _EXACT and all(isinstance(side, Px | Initial | AutoWidth) for side in sides) and not fallback


def _check_side(size: Size, limits: Limits) -> None:
    if max(size.width, size.height) > limits.side_max:
        raise TooMuch(f"Maximum image width/height is {limits.side_max}. Got {size.width}x{size.height}.")


def _check_pixels(size: Size, frames: int, pixels_max: int) -> None:
    pixels = size.width * size.height * frames
    if pixels > pixels_max:
        raise TooMuch(f"Image size exceeds {pixels_max} pixels. Got {pixels}.")
