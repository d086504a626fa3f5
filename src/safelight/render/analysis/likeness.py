"""Likeness: by which shapes and colours a picture is found among a million others."""

from typing import Any

import numpy as np

from safelight.render.analysis import phash
from safelight.render.analysis.sample import Numbers, Sample, lab
from safelight.render.analysis.waves import cosines, means
from safelight.render.likeness import KIND, LIGHTS, TINTS, Likeness

PLAIN = 0.01
"""A picture whose lightness spreads no further than this share is a surface without shapes."""

_SIDE = 8
# The first waves of a picture, from the longest on: the mean, across, down, and so on along the diagonals.
_WAVES = ((0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2))


def found(sample: Sample) -> dict[str, Any]:
    """`likeness`: the hash of its shapes, the layout of its colours, and the cell in which it stands."""
    lights, greens, yellows = (_layout(plane) for plane in np.moveaxis(_squares(sample), 2, 0))
    layout = (*lights[:LIGHTS], *greens[:TINTS], *yellows[:TINTS])
    # What is left of the waves of a plain surface is what numbers leave when they are rounded.
    has_shape = float(sample.luminance.std()) > PLAIN
    return {KIND: Likeness.of(phash.found(sample)["phash"] if has_shape else "0", layout).facts()}


def _squares(sample: Sample) -> Numbers:
    """The picture as _SIDE x _SIDE mean colours in L*a*b*; what is transparent counts as white."""
    opaque = sample.colors * sample.alpha[:, :, None] + 255.0 * (1 - sample.alpha[:, :, None])
    planes = [means(means(opaque[:, :, band], _SIDE).T, _SIDE).T for band in range(3)]
    return lab(np.stack(planes, axis=-1))


def _layout(plane: Numbers) -> list[int]:
    """How strong each wave is, in steps of the plane's own measure; the first is the mean."""
    waves = cosines(_SIDE, _SIDE)
    strength = waves @ plane @ waves.T / plane.size
    return [round(float(strength[down, across]) * (1 if down == across == 0 else 2)) for down, across in _WAVES]
