"""Layer -> sizes, as far as they are known before its file is opened: its own, and that of the canvas below it."""

from collections.abc import Iterator
from dataclasses import replace

from safelight.transform import geometry
from safelight.transform.geometry import Size
from safelight.transform.plan import (
    Blend,
    Compass,
    Layer,
    Length,
    OfBase,
    Px,
    Resize,
    Step,
    TextLayer,
)

# Those that leave the canvas below as it is.
_INSIDE = frozenset(Blend) - {Blend.OVER, Blend.ANTI_REMOVAL}


def based(step: Step, base: Size | None) -> Step:
    """The step of a layer with what is a multiple of the picture below in px, where its size is known."""
    if not isinstance(step, Resize) or base is None:
        return step
    width = step.width
    if isinstance(width, OfBase):
        width = _px(width, base.width)
    return replace(step, width=width, height=_px(step.height, base.height))


def canvas_after(layer: Layer, own: Size | None, base: Size) -> Size | None:
    """The size of both together; None where only who opens the layer's file knows."""
    if layer.keeps_canvas or layer.is_tiled or layer.blend in _INSIDE:
        return base
    is_placed = layer.x is not None or layer.y is not None or not isinstance(layer.gravity, Compass | None)
    if own is None or is_placed:
        return None
    return Size(max(base.width, own.width), max(base.height, own.height))


def asked_of(layer: Layer) -> Iterator[int]:
    """The lengths in px that are asked of letters."""
    if isinstance(layer.source, TextLayer):
        yield from (px for px in (layer.source.width, layer.source.height) if px is not None)


def _px(length: Length | None, base_px: int) -> Length | None:
    return Px(max(1, geometry.round_half_up(length.value * base_px))) if isinstance(length, OfBase) else length
