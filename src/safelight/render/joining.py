"""Joining: a picture and others behind it, as frames of an animation or pages of a document."""

from collections.abc import Sequence
from dataclasses import replace

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render import color
from safelight.render.decode import Picture
from safelight.render.image import Image, VipsError
from safelight.render.model import BROKEN
from safelight.render.shared import Shared
from safelight.render.work import Work
from safelight.transform.plan import Fit, ImageLayer, Px, Resize
from safelight.transform.reference import Reference


def joined(picture: Picture, behind: Sequence[Reference], shared: Shared) -> Picture:
    """All of the size of the first: a larger one is made smaller, around a smaller one it is transparent."""
    size, limits = picture.size, shared.limits
    count = len(picture.frames) + len(behind)
    if count > limits.frames_max:
        raise TooMuch(f"Maximum number of frames is {limits.frames_max}. Got {count}.")
    if size.width * size.height * count > limits.source_pixels_max:
        most = limits.source_pixels_max / 1e6
        raise TooMuch(f"Image size exceeds {most:g} megapixels: {count} times {size.width}x{size.height}.")
    fitting = Resize(Px(size.width), Px(size.height), Fit.LPAD)
    frames = [color.with_alpha(frame) for frame in picture.settled().frames]
    frames += [color.with_alpha(_frame(reference, fitting, shared)) for reference in behind]
    return replace(picture, frames=tuple(frames), svg=None, view=None)


def _frame(reference: Reference, fitting: Resize, shared: Shared) -> Image:
    origin = shared.opened(ImageLayer(reference))
    try:
        return Work(origin, (fitting,), shared).done().settled().frames[0]
    except VipsError as error:
        raise Invalid(f"{BROKEN}: {reference.name}") from error
