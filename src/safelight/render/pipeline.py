"""Pipeline: a settled Plan and an open source -> a finished file, step by step in the order of the Plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import FORMATS
from safelight.render import color, decode, effect, resize, rotate, shape, trim
from safelight.render.decode import Header, Picture
from safelight.render.encode import encode
from safelight.render.image import VipsError
from safelight.render.model import BROKEN, OpenPart, Rendered
from safelight.settings import RenderSettings
from safelight.transform import geometry
from safelight.transform.geometry import Layout, Size
from safelight.transform.plan import (
    AutoTurn,
    BackgroundMode,
    BlurredBackground,
    Border,
    Effect,
    Flatten,
    Opacity,
    Plan,
    Resize,
    Rotate,
    Round,
    Step,
    Trim,
)
from safelight.transform.reference import Reference


def render(
    plan: Plan,
    file: int,
    source_format: str,
    limits: RenderSettings,
    parts: Mapping[Reference, OpenPart] = MappingProxyType({}),
) -> Rendered:
    """Carry a plan out. Raises Invalid for a source that cannot be decoded, TooMuch past a limit."""
    format = _target(plan, source_format)
    header = decode.read_header(file, source_format, plan.source, limits)
    work = _Work(plan, header, limits, is_moving=keeps_moving(plan, header, format))
    try:
        picture = work.done(file)
    except VipsError as error:
        raise Invalid(BROKEN) from error
    size, frames = picture.size, len(picture.frames)
    data = encode(picture, plan.encode, format, limits.output_bytes_max)
    return Rendered(data, format, size.width, size.height, frames)


def _target(plan: Plan, source_format: str) -> str:
    named = plan.encode.format
    name = named if isinstance(named, str) and named in FORMATS else source_format
    if not FORMATS[name].writable:
        raise Invalid(f"Unsupported format {name}")
    return name


def keeps_moving(plan: Plan, header: Header, target: str) -> bool:
    """Whether all frames of an animation are kept: where it is asked for, and where the format stays what it was."""
    can = header.pages > 1 and FORMATS[header.format].can_animate and FORMATS[target].can_animate
    asked = plan.encode.is_animated or target in {"gif", header.format}
    return can and asked and plan.source.page is None


@dataclass(frozen=True)
class _Work:
    """One render: the plan, and what its source is."""

    plan: Plan
    header: Header
    limits: RenderSettings
    is_moving: bool

    def done(self, file: int) -> Picture:
        steps = self.plan.steps
        match steps:
            case (Resize(turn=None) as first, *rest):
                # The decoder itself makes the picture small, and all else is done to what is left.
                layout = self._layout(first, self.header.size)
                picture = self._read(file, layout.scaled)
                picture = self._arranged(picture, first, layout, is_last=not rest)
            case _:
                rest = steps
                picture = self._read(file, None)
                if rest:
                    picture = picture.settled()
        for step, before in _with_the_one_before(tuple(rest), steps[0] if len(rest) < len(steps) else None):
            picture = self._stepped(picture, step, before)
            self._check(picture.size, len(picture.frames))
        self._check(picture.size, len(picture.frames))
        return picture

    def _read(self, file: int, wanted: Size | None) -> Picture:
        """Pixels in sRGB, upright, and of the size wanted. What is costly comes last: it then meets fewer pixels."""
        orientation = self.header.orientation
        picture = decode.read(file, self.header, self.plan.source, wanted=wanted, is_moving=self.is_moving)
        if wanted is not None:
            stored = decode.turned(wanted, orientation)
            picture = picture.map(lambda frame: resize.scale(frame, stored))
        return decode.upright(picture.map(color.to_srgb), orientation)

    def _stepped(self, picture: Picture, step: Step, before: Step | None) -> Picture:
        match step:
            case Resize():
                return self._resized(picture, step)
            case Rotate(turns, background):
                return picture.settled().map(lambda frame: rotate.rotate(frame, turns, background))
            case Effect():
                return picture.map(lambda frame: effect.carry_out(frame, step))
            case Round(radii):
                return picture.map(lambda frame: shape.rounded(frame, radii))
            case Border(width, ink):
                radii = before.radii if isinstance(before, Round) else None
                is_round = isinstance(before, Round)
                return picture.map(lambda frame: shape.bordered(frame, width, ink, radii, is_round=is_round))
            case Opacity(percent):
                return picture.map(lambda frame: shape.faded(frame, percent))
            case Flatten(background):
                return picture.settled().map(lambda frame: resize.over(frame, background, taken_from=frame))
            case Trim(tolerance, around):
                settled = picture.settled()
                box = trim.union([trim.content_box(frame, tolerance, around) for frame in settled.frames])
                return settled.map(lambda frame: resize.cut(frame, box))

    def _resized(self, picture: Picture, step: Resize) -> Picture:
        if geometry.wants_turn(step, picture.size, self.header.size):
            angle = "d90" if step.turn is AutoTurn.RIGHT else "d270"
            picture = picture.settled().map(lambda frame: frame.rot(angle))
        layout = self._layout(step, picture.size)
        scaled = picture.map(lambda frame: resize.scale(frame, layout.scaled))
        return self._arranged(scaled, step, layout, is_last=False)

    def _arranged(self, picture: Picture, step: Resize, layout: Layout, *, is_last: bool) -> Picture:
        """What comes after scaling: cut, then put on a canvas."""
        # The eye would not forgive a cut that jumps from frame to frame: animations keep the fallback place.
        box, follows_content = layout.cut, layout.is_chosen_by_content and not picture.is_animated
        if box is not None and follows_content:
            size = Size(box.width, box.height)
            picture = picture.settled().map(lambda frame: resize.cut_by_content(frame, size))
        elif box is not None:
            picture = picture.map(lambda frame: resize.cut(frame, box))
        # After the cut, for then there is less to keep.
        if not is_last or isinstance(step.background, BackgroundMode | BlurredBackground):
            picture = picture.settled()
        return picture.map(lambda frame: resize.pad(frame, layout, step.background))

    def _layout(self, step: Resize, current: Size) -> Layout:
        layout = geometry.layout(step, current, self.header.size)
        if layout.scaled.width * layout.scaled.height > self.limits.source_pixels_max:
            raise self._too_many_pixels(layout.scaled, self.limits.source_pixels_max)
        self._check(layout.size, self.header.pages if self.is_moving else 1)
        return layout

    def _check(self, size: Size, frames: int) -> None:
        """The rules of transform/limits.py, again where the true sizes are known."""
        if max(size.width, size.height) > self.limits.side_max:
            raise TooMuch(f"Maximum image width/height is {self.limits.side_max}. Got {size.width}x{size.height}.")
        pixels = size.width * size.height
        if pixels > self.limits.output_pixels_max:
            raise self._too_many_pixels(size, self.limits.output_pixels_max)
        if pixels * frames > self.limits.source_pixels_max:
            raise self._too_many_pixels(size, self.limits.source_pixels_max)

    def _too_many_pixels(self, size: Size, most: int) -> TooMuch:
        return TooMuch(f"Image size exceeds {most / 1e6:g} megapixels: {size.width}x{size.height}.")


def _with_the_one_before(steps: tuple[Step, ...], before: Step | None) -> Iterator[tuple[Step, Step | None]]:
    for step in steps:
        yield step, before
        before = step
