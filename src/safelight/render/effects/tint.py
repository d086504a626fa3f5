"""e_tint."""

from itertools import pairwise
from typing import Literal

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import blend, lookup, luma
from safelight.transform.plan import Color, Stop

RED = (Stop(Color(255, 0, 0)),)
_BLACK, _WHITE = Color(0, 0, 0), Color(255, 255, 255)


@effect(example="e_tint:100:rgb:102080:rgb:ffd080:70p", reads_twice=True)
def tint(
    image: Image,
    mode: Literal["plain", "equalize"] = "plain",
    amount: Percent = 60,
    colors: tuple[Stop, ...] = RED,
) -> Image:
    """Replace shades by colours: what is dark takes the first, what is bright the last.

    `amount` is how much of the result is mixed in. Each of up to ten `colors` may say where it stands between black
    and white, as `red:20p`; else they are spread evenly, and one alone stands in the middle. `equalize` spreads the
    shades first.
    """
    shades = luma(image)
    shades = shades.hist_equal() if mode == "equalize" else shades
    ramp = _ramp(colors)
    table = lookup([[ramp[level][band] for level in range(256)] for band in range(3)])
    return blend(image, shades.maplut(table), amount)


def _ramp(stops: tuple[Stop, ...]) -> list[tuple[float, float, float]]:
    """256 colours from black's to white's."""
    points = sorted(_placed(stops), key=lambda point: point[0])
    # Past the outermost colours it goes on to black and to white.
    points = [(0.0, _BLACK)] * (points[0][0] > 0) + points + [(100.0, _WHITE)] * (points[-1][0] < 100)
    return [_between(points, level / 2.55) for level in range(256)]


def _placed(stops: tuple[Stop, ...]) -> list[tuple[float, Color]]:
    step = 100 / (len(stops) - 1) if len(stops) > 1 else 0
    usual = [50.0] if len(stops) == 1 else [step * index for index in range(len(stops))]
    return [(at if stop.percent is None else stop.percent, stop.color) for at, stop in zip(usual, stops, strict=True)]


def _between(points: list[tuple[float, Color]], at: float) -> tuple[float, float, float]:
    for (low, one), (high, other) in pairwise(points):
        if at <= high:
            share = (at - low) / (high - low) if high > low else 0.0
            r, g, b = (
                start + (end - start) * share for start, end in ((one.r, other.r), (one.g, other.g), (one.b, other.b))
            )
            return r, g, b
    last = points[-1][1]
    return float(last.r), float(last.g), float(last.b)
