"""Flight: a view that moves over a still, frame by frame."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from safelight.render.decode import Picture
from safelight.render.image import FULL_ALPHA, Image
from safelight.transform.geometry import Size

FRAMES_MAX = 60
"""Most frames of a movement that is made of a still."""
_PIXELS_MAX = 30_000_000
_FRAMES_LEAST = 6
ZOOM_MAX = 8.0

_COMPASS = {
    "north": (0.5, 0.0),
    "south": (0.5, 1.0),
    "west": (0.0, 0.5),
    "east": (1.0, 0.5),
    "north_west": (0.0, 0.0),
    "north_east": (1.0, 0.0),
    "south_west": (0.0, 1.0),
    "south_east": (1.0, 1.0),
    "center": (0.5, 0.5),
}


@dataclass(frozen=True)
class View:
    """What is seen: the point in its middle (shares of the sides) and how near it is."""

    x: float
    y: float
    zoom: float


def view_of(image: Image, items: Sequence[str], usual: View) -> View:
    """A view in words: `g_…`, `zoom_…`, `x_…`, `y_…`. Raises ValueError for others."""
    x, y, zoom = usual.x, usual.y, usual.zoom
    for item in items:
        code, _, value = item.partition("_")
        if code == "g":
            x, y = _COMPASS.get(value) or _striking(image)
        elif code == "zoom":
            zoom = min(ZOOM_MAX, max(1.0, _number(value, item)))
        elif code in {"x", "y"}:
            side = image.width if code == "x" else image.height
            share = min(1.0, max(0.0, _number(value, item) / side))
            x, y = (share, y) if code == "x" else (x, share)
        else:
            raise ValueError(item)
    return View(x, y, zoom)


def _number(text: str, item: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(item) from None
    if not math.isfinite(value):
        raise ValueError(item)
    return value


def _striking(image: Image) -> tuple[float, float]:
    """Where the eye goes first; a thing that is asked for by its name is looked for there, too."""
    work = image.flatten(background=[255, 255, 255]) if image.hasalpha() else image
    side = max(1, min(work.width, work.height) // 2)
    found = work.copy_memory().smartcrop(side, side, interesting="attention")
    return (side / 2 - found.xoffset) / work.width, (side / 2 - found.yoffset) / work.height


def flown(image: Image, start: View, end: View, *, seconds: float, frames: int) -> Picture:
    """The frames of the flight, all of the size of the picture."""
    size = Size(image.width, image.height)
    allowed = max(_FRAMES_LEAST, _PIXELS_MAX // max(1, size.width * size.height))
    count = max(2, min(frames, allowed))
    # Slow at both ends, as a hand would move.
    eased = [(1 - math.cos(math.pi * index / (count - 1))) / 2 for index in range(count)]
    views = [
        View(
            start.x + (end.x - start.x) * share,
            start.y + (end.y - start.y) * share,
            start.zoom * (end.zoom / start.zoom) ** share,
        )
        for share in eased
    ]
    shown = tuple(_shot(image, view, size) for view in views)
    return Picture(shown, (max(1, round(seconds * 1000 / count)),) * count)


def _shot(image: Image, view: View, size: Size) -> Image:
    width, height = size.width / view.zoom, size.height / view.zoom
    left = min(size.width - width, max(0.0, view.x * size.width - width / 2))
    top = min(size.height - height, max(0.0, view.y * size.height - height / 2))
    # Cut on whole pixels around the view, then moved by the rest: a slow flight must not tremble.
    x, y = math.floor(left), math.floor(top)
    cut = image.crop(x, y, min(size.width, math.ceil(left + width)) - x, min(size.height, math.ceil(top + height)) - y)
    work = cut.premultiply(max_alpha=FULL_ALPHA) if cut.hasalpha() else cut
    work = work.affine(
        [view.zoom, 0, 0, view.zoom],
        odx=(x - left) * view.zoom,
        ody=(y - top) * view.zoom,
        oarea=[0, 0, size.width, size.height],
        extend="copy",
        premultiplied=True,
    )
    work = work.unpremultiply(max_alpha=FULL_ALPHA) if cut.hasalpha() else work
    found = work.cast("uchar").copy(interpretation="srgb")
    return found.copy_memory()
