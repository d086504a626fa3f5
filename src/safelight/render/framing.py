"""Framing: a Resize whose cut the content decides: which window of the picture it takes, and how large that is made."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from safelight.render.image import Image
from safelight.render.sight import Eyes, boxes, windows
from safelight.render.sight.boxes import Part
from safelight.transform import geometry
from safelight.transform.geometry import Box, Layout, Size
from safelight.transform.plan import (
    AutoGravity,
    Compass,
    Fit,
    Focus,
    Length,
    Liquid,
    Px,
    Ratio,
    Resize,
    SightGravity,
    Step,
)
from safelight.transform.sighting import is_given, kind_of

if TYPE_CHECKING:
    from safelight.render.sight.auto import Attention

_PADS_WHERE_IT_LOSES = frozenset({Fit.FILL_PAD, Fit.AUTO_PAD})


@dataclass(frozen=True)
class Window:
    """This part of the picture is taken, then made so large; None: it stays as large as it is."""

    box: Box
    size: Size | None


def is_chosen(step: Resize) -> bool:
    """Does the content say where to cut, or whether to cut at all?"""
    return isinstance(step.gravity, AutoGravity | SightGravity) and (
        step.fit in geometry.CUTTING or step.fit in _PADS_WHERE_IT_LOSES
    )


def is_liquid(step: Resize) -> bool:
    """Is it scaled by taking out what matters least?"""
    return isinstance(step.gravity, Liquid) and step.fit is Fit.SCALE


def comes_closer(step: Resize) -> bool:
    """Must the whole picture be seen before it is known how much of it is wanted? Else it may be made small first."""
    if is_liquid(step):
        return True
    if not is_chosen(step):
        return False
    return step.fit in _PADS_WHERE_IT_LOSES or step.fit is Fit.THUMB or geometry.is_zooming(step)


def decided(step: Resize, image: Image, eyes: Eyes, initial: Size) -> Resize:
    """`fill_pad` and `auto_pad`: as fill while the cut loses little of the content, else as pad."""
    if step.fit not in _PADS_WHERE_IT_LOSES:
        return step
    asked = geometry.layout(step, Size(image.width, image.height), initial).size
    gravity = step.gravity if isinstance(step.gravity, AutoGravity) else AutoGravity()
    if _attention(image, gravity, eyes).loses_too_much(asked.width / asked.height):
        return replace(step, fit=Fit.PAD, gravity=None)
    return replace(step, fit=Fit.FILL)


def window(step: Resize, image: Image, eyes: Eyes, initial: Size) -> Window | None:
    """What is cut out of a picture in memory before it is scaled; None: nothing was found, so the fallback holds."""
    size = Size(image.width, image.height)
    asked = geometry.layout(step, size, initial)
    found = _found(step, image, eyes)
    is_region = geometry.is_cut_to_region(step)
    if found is None:
        gravity = _fallback(step, image, eyes)
        if step.fit is not Fit.THUMB or is_region or not isinstance(gravity, AutoGravity):
            return None
        return _close(step, image, gravity, eyes, asked)
    word, parts = found
    if is_region:
        return Window(boxes.box(windows.of_region(word, parts, size, step.zoom), size), None)
    if step.fit is Fit.THUMB:
        part = windows.of_thumb(word, parts, size, asked.size.width / asked.size.height, step.zoom)
        return Window(_shifted(step, part, size, asked.size.width / part.width), asked.size)
    part = windows.of_crop(word, parts, size, asked.size, step.zoom)
    box = _shifted(step, part, size, asked.size.width / part.width)
    return Window(box, None if step.zoom == 1 else asked.size)


def box(step: Resize, layout: Layout, image: Image, eyes: Eyes) -> Box:
    """Where in a picture in memory, already scaled, the cut of a layout is; the layout's own place where none is."""
    if layout.cut is None:
        return Box(0, 0, image.width, image.height)
    size, wanted = Size(image.width, image.height), Size(layout.cut.width, layout.cut.height)
    found = _found(step, image, eyes)
    if found is not None:
        part = windows.of_size(windows.subject_of(*found), size, wanted)
    else:
        gravity = _fallback(step, image, eyes)
        if not isinstance(gravity, AutoGravity):
            return layout.cut
        part = _attention(image, gravity, eyes).window(wanted)
    exact = _shifted(step, part, size, 1.0)
    left, top = min(exact.left, size.width - wanted.width), min(exact.top, size.height - wanted.height)
    return Box(left, top, wanted.width, wanted.height)


def fallen_back(step: Resize, image: Image, eyes: Eyes) -> Resize:
    """The same where what is looked for is not there."""
    gravity = _fallback(step, image, eyes)
    return replace(step, gravity=gravity) if isinstance(gravity, AutoGravity) else without_content(step)


def for_moving(step: Step) -> Step:
    """A step of a picture that moves; see resize_for_moving."""
    return resize_for_moving(step) if isinstance(step, Resize) else step


def resize_for_moving(step: Resize) -> Resize:
    """The same for a picture that moves: what people said is where holds for all of its frames, all else for none.

    The eye would not forgive a cut that jumps from frame to frame.
    """
    if not isinstance(step.gravity, AutoGravity | SightGravity | Liquid):
        return step
    sought = step.gravity.sought if isinstance(step.gravity, SightGravity) else ()
    said = tuple(word for word in sought if is_given(kind_of(word)))
    if said:
        return replace(step, gravity=SightGravity(said))
    return without_content(replace(step, gravity=Compass.CENTER))


def without_content(step: Resize) -> Resize:
    """The same where nothing can be chosen: the place that is usual."""
    match step.gravity:
        case SightGravity(otherwise=Compass() as otherwise):
            gravity = otherwise
        case Compass() as gravity:
            pass
        case _:
            gravity = Compass.CENTER
    fit = Fit.FILL if step.fit is Fit.THUMB else step.fit
    return replace(step, gravity=gravity, fit=fit)


def _found(step: Resize, image: Image, eyes: Eyes) -> tuple[str, list[Part]] | None:
    match step.gravity:
        case SightGravity() as gravity:
            found = eyes.sees(image, gravity)
            return None if found is not None and found[0] == "no_faces" else found
        case AutoGravity() as gravity:
            said = _custom(image, gravity, eyes)
            return ("custom", said) if said else None
        case _:
            return None


def _custom(image: Image, gravity: AutoGravity, eyes: Eyes) -> list[Part]:
    """What the owner of an asset said is where goes before what is found, unless that is declined."""
    declined = any(focus.on in {"custom_no_override", "none"} for focus in gravity.focuses)
    return [] if declined else eyes.wished(image, "custom")


def _attention(image: Image, gravity: AutoGravity, eyes: Eyes) -> "Attention":
    # Only here: numpy and OpenCV are large, and most renders need neither.
    from safelight.render.sight import auto

    return auto.attention(image, gravity, eyes)


def _fallback(step: Resize, image: Image, eyes: Eyes) -> AutoGravity | Compass:
    match step.gravity:
        case AutoGravity() as gravity:
            return gravity
        case SightGravity(sought, otherwise):
            if "no_faces" in sought and eyes.wished(image, "face"):
                return AutoGravity(focuses=(Focus("faces", weight=100, is_avoided=True),))
            return otherwise
        case _:
            return Compass.CENTER


def _close(step: Resize, image: Image, gravity: AutoGravity, eyes: Eyes, asked: Layout) -> Window:
    """A `thumb` of what draws the eye: as close as it may come without being enlarged more than a fill would be."""
    size = Size(image.width, image.height)
    ratio = asked.size.width / asked.size.height
    least = max(asked.size.width / size.width, asked.size.height / size.height)
    part = _attention(image, gravity, eyes).close_window(ratio, min(1.0, least), gravity.aggressiveness)
    return Window(_shifted(step, part, size, asked.size.width / part.width), asked.size)


def _shifted(step: Resize, part: Part, size: Size, factor: float) -> Box:
    """`x` and `y` beside it, in px of the result, move the window; it stays inside."""
    x, y = _offset(step.x, size.width, factor), _offset(step.y, size.height, factor)
    moved = Part(part.x + x, part.y + y, part.width, part.height)
    return boxes.box(windows.inside(moved, size), size)


def _offset(length: Length | None, whole_px: int, factor: float) -> float:
    match length:
        case Px(value):
            return value / factor
        case Ratio(value):
            return value * whole_px
        case _:
            return 0.0
