"""Work: the steps of a plan, done one after another to an opened picture: to its source, and to its layers alike."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render import effect, framing, layer, resize, rotate, shape, trim
from safelight.render.decode import Picture
from safelight.render.image import Image, VipsError
from safelight.render.origin import DrawnOrigin, Origin
from safelight.render.shared import Shared, broken
from safelight.render.sight import Eyes
from safelight.render.sight.boxes import Part
from safelight.render.view import View
from safelight.transform import geometry
from safelight.transform.geometry import Box, Layout, Size
from safelight.transform.plan import (
    AutoTurn,
    Border,
    Color,
    Effect,
    Flatten,
    Layer,
    Lut,
    Opacity,
    Resize,
    Rotate,
    Round,
    SightGravity,
    Step,
    TextLayer,
    Trim,
)


@dataclass(frozen=True)
class Work:
    """What is to be done to one picture."""

    origin: Origin
    steps: tuple[Step, ...]
    shared: Shared
    is_source: bool = False
    """It is the source of the plan, and no layer: what is known of that one is known of it."""

    def done(self) -> Picture:
        steps = self.steps if self.origin.frames == 1 else tuple(map(framing.for_moving, self.steps))
        match steps:
            case (Resize(turn=None) as first, *rest) if not framing.comes_closer(first):
                # The decoder itself makes the picture small, and all else is done to what is left.
                layout = self._layout(first, self.origin.size)
                picture = self._viewed(self.origin.read(layout.scaled), layout.scaled)
                picture = self._arranged(picture, first, layout, is_last=not rest)
            case _:
                rest = steps
                picture = self._viewed(self.origin.read(None), self.origin.size)
                if rest:
                    picture = picture.settled()
        for step, before in _with_the_one_before(tuple(rest), steps[0] if len(rest) < len(steps) else None):
            picture = self._stepped(picture, step, before)
            self._check(picture.size, len(picture.frames))
        self._check(picture.size, len(picture.frames))
        return picture

    def _viewed(self, picture: Picture, scaled: Size) -> Picture:
        return replace(picture, view=View().scaled(self.origin.size, scaled)) if self.is_source else picture

    def _stepped(self, picture: Picture, step: Step, before: Step | None) -> Picture:
        match step:
            case Resize():
                return self._resized(picture, step)
            case Rotate(turns, background):
                turned = picture.settled().map(lambda frame: rotate.rotate(frame, turns, background))
                return replace(turned, view=picture.view and picture.view.turned(turns, picture.size))
            case Effect():
                changed = effect.carried_out(picture, step, self._eyes(picture))
                is_moved = step.changes_size or changed.size != picture.size
                return replace(changed, view=None if is_moved else picture.view)
            case Round(radii):
                return picture.map(lambda frame: shape.rounded(frame, radii))
            case Border(width, ink):
                radii = before.radii if isinstance(before, Round) else None
                is_round = isinstance(before, Round)
                framed = picture.map(lambda frame: shape.bordered(frame, width, ink, radii, is_round=is_round))
                return _moved(framed, -width, -width)
            case Opacity(percent):
                return picture.map(lambda frame: shape.faded(frame, percent))
            case Flatten(background):
                return picture.settled().map(lambda frame: resize.over(frame, background, taken_from=frame))
            case Trim(tolerance, around):
                settled = picture.settled()
                box = trim.union([trim.content_box(frame, tolerance, around) for frame in settled.frames])
                return _cut(settled, box)
            case Lut(reference):
                # Only here: it brings numpy, which most renders do without.
                from safelight.render import lut

                table = lut.parsed(*self.shared.contents(reference, lut.BYTES_MAX), reference.name)
                return picture.map(lambda frame: lut.applied(frame, table))
            case Layer():
                return self._laid(picture, step)

    def _eyes(self, picture: Picture) -> Eyes:
        """For what is in a picture: what is known of the source holds where the picture still shows it."""
        return self.shared.eyes.of(picture, self.shared.initial, self.shared.seen)

    # --- resizing -----------------------------------------------------------------------------------------------

    def _resized(self, picture: Picture, step: Resize) -> Picture:
        if geometry.wants_turn(step, picture.size, self.shared.initial):
            angle = "d90" if step.turn is AutoTurn.RIGHT else "d270"
            degrees = 90.0 if step.turn is AutoTurn.RIGHT else 270.0
            view = picture.view and picture.view.turned((degrees,), picture.size)
            picture = replace(picture.settled().map(lambda frame: frame.rot(angle)), view=view)
        # An effect may have made it move.
        step = framing.resize_for_moving(step) if picture.is_animated else step
        if framing.comes_closer(step):
            return self._framed(picture, step)
        return self._scaled(picture, step)

    def _framed(self, picture: Picture, step: Resize) -> Picture:
        """A resize that must see the whole picture before it is known how much of it is wanted."""
        picture = picture.settled()
        self._layout(step, picture.size)
        eyes, image = self._eyes(picture), picture.frames[0]
        if framing.is_liquid(step):
            return self._carved(picture, step, eyes.wished(image, "face"))
        step = framing.decided(step, image, eyes, self.shared.initial)
        window = framing.window(step, image, eyes, self.shared.initial) if framing.comes_closer(step) else None
        if window is None:
            return self._scaled(picture, framing.fallen_back(step, image, eyes) if framing.comes_closer(step) else step)
        self._note(picture, window.box)
        picture = _cut(picture, window.box)
        size = window.size or picture.size
        self._check(size, 1)
        scaled = picture.map(lambda frame: resize.scale(frame, size)).settled()
        return replace(scaled, view=picture.view and picture.view.scaled(picture.size, size))

    def _carved(self, picture: Picture, step: Resize, faces: list[Part]) -> Picture:
        """As large as a fill would make it, then without what matters least."""
        # Only here: it brings numpy and OpenCV, which most renders do without.
        from safelight.render import liquid

        target = self._layout(step, picture.size).size
        size = liquid.scaled_size(picture.size, target)
        factor = size.width / picture.size.width, size.height / picture.size.height
        near = [
            Part(face.x * factor[0], face.y * factor[1], face.width * factor[0], face.height * factor[1])
            for face in faces
        ]
        scaled = picture.map(lambda frame: resize.scale(frame, size)).settled()
        is_same = size == target
        return replace(
            scaled.map(lambda frame: liquid.carved(frame, target, near)), view=scaled.view if is_same else None
        )

    def _scaled(self, picture: Picture, step: Resize) -> Picture:
        layout = self._layout(step, picture.size)
        scaled = picture.map(lambda frame: resize.scale(frame, layout.scaled))
        if picture.view is not None:
            scaled = replace(scaled, view=picture.view.scaled(picture.size, layout.scaled))
        return self._arranged(scaled, step, layout, is_last=False)

    def _arranged(self, picture: Picture, step: Resize, layout: Layout, *, is_last: bool) -> Picture:
        """What comes after scaling: cut, then put on a canvas."""
        if layout.cut is not None:
            box = layout.cut
            if layout.is_chosen_by_content:
                picture = picture.settled()
                box = framing.box(step, layout, picture.frames[0], self._eyes(picture))
                self._note(picture, box)
            picture = _cut(picture, box)
        # After the cut, for then there is less to keep.
        if not is_last or not isinstance(step.background, Color | None):
            picture = picture.settled()
        padded = picture.map(lambda frame: resize.pad(frame, layout, step.background))
        return _moved(padded, -layout.offset[0], -layout.offset[1]) if layout.canvas else padded

    def _note(self, picture: Picture, box: Box) -> None:
        """What was cut out for its content, for who asks for it."""
        if picture.view is not None:
            self.shared.chosen.append(picture.view.box_in_source(box, self.shared.initial))

    def _layout(self, step: Resize, current: Size) -> Layout:
        layout = geometry.layout(step, current, self.shared.initial)
        limits = self.shared.limits
        if layout.scaled.width * layout.scaled.height > limits.source_pixels_max:
            raise _too_many_pixels(layout.scaled, limits.source_pixels_max)
        self._check(layout.size, self.origin.frames)
        return layout

    def _check(self, size: Size, frames: int) -> None:
        """The rules of transform/limits.py, again where the true sizes are known."""
        limits = self.shared.limits
        if max(size.width, size.height) > limits.side_max:
            raise TooMuch(f"Maximum image width/height is {limits.side_max}. Got {size.width}x{size.height}.")
        pixels = size.width * size.height
        if pixels > limits.output_pixels_max:
            raise _too_many_pixels(size, limits.output_pixels_max)
        if pixels * frames > limits.source_pixels_max:
            raise _too_many_pixels(size, limits.source_pixels_max)

    # --- layers -------------------------------------------------------------------------------------------------

    def _laid(self, base: Picture, step: Layer) -> Picture:
        base = base.settled()
        regions, avoided = self._grounds(base, step)
        if not regions:
            return base
        origin = self.shared.opened(step.source)
        if len(regions) > 1:
            origin = DrawnOrigin(origin.read(None).settled())
        tops: list[tuple[Image, Box]] = []
        for region in regions:
            top = self._top(origin, layer.based(step.steps, base.size, region), step)
            _check_fits(step, base.size, top.size)
            if avoided:
                step = replace(step, gravity=layer.clear_of(step, base.size, top.size, avoided))
            tops.append((top.frames[0], layer.box(step, base.size, top.size, region, self.shared.initial)))
        whole = layer.room(step, base.size, [box for _, box in tops])
        self._check(Size(whole.width, whole.height), len(base.frames))
        return _moved(layer.laid(base, step, tops, whole), whole.left, whole.top)

    def _grounds(self, base: Picture, step: Layer) -> tuple[list[Box | None], list[Part]]:
        """On what a layer is laid: the whole picture (None), or what its gravity finds there, perhaps nothing; and on
        what not."""
        gravity = step.gravity
        if not isinstance(gravity, SightGravity):
            return [None], []
        seen = self._eyes(base).sees(base.frames[0], gravity)
        if seen is None:
            # Where people say what matters, its absence is no reason to leave something out.
            return ([None] if {"custom", "no_faces"} & {*gravity.sought} else []), []
        word, found = seen
        if word == "no_faces":
            return [None], found
        return layer.grounds(word, found, base.size, is_for_each=step.is_for_each_region), []

    def _top(self, origin: Origin, steps: tuple[Step, ...], step: Layer) -> Picture:
        """The pixels of a layer; here a broken one comes to light, and not when the whole is written."""
        try:
            return Work(origin, steps, self.shared).done().settled()
        except VipsError as error:
            raise Invalid(broken(step.source)) from error


def _check_fits(step: Layer, base: Size, top: Size) -> None:
    must_fit = isinstance(step.source, TextLayer) and step.source.must_fit
    if must_fit and (top.width > base.width or top.height > base.height):
        raise Invalid(
            f"The text does not fit: it has {top.width}x{top.height} pixels, the image {base.width}x{base.height}."
        )


def _too_many_pixels(size: Size, most: int) -> TooMuch:
    return TooMuch(f"Image size exceeds {most / 1e6:g} megapixels: {size.width}x{size.height}.")


def _cut(picture: Picture, box: Box) -> Picture:
    return _moved(picture.map(lambda frame: resize.cut(frame, box)), box.left, box.top)


def _moved(picture: Picture, left: int, top: int) -> Picture:
    """After so much was cut off, or put on, on the left and at the top."""
    return replace(picture, view=picture.view.moved(left, top)) if picture.view is not None else picture


def _with_the_one_before(steps: tuple[Step, ...], before: Step | None) -> Iterator[tuple[Step, Step | None]]:
    for step in steps:
        yield step, before
        before = step
