"""Phash: a fingerprint that stays nearly the same when a picture is scaled, recompressed or toned a little."""

from typing import Any

import numpy as np

from safelight.render.analysis.sample import Numbers, Sample
from safelight.render.analysis.waves import cosines, means

_SIDE = 32
_KEPT = 8


def found(sample: Sample) -> dict[str, Any]:
    """`phash`: 16 hex digits. Pictures that look alike differ in few of their 64 bits."""
    low = cosines(_KEPT, _SIDE) @ _shrunk(sample.luminance) @ cosines(_KEPT, _SIDE).T
    flat = low.flatten()
    # The first number is the mean brightness, which says nothing of the shapes.
    bits = flat > np.median(flat[1:])
    return {"phash": f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"}


def _shrunk(luminance: Numbers) -> Numbers:
    """The picture as _SIDE x _SIDE means, whatever its shape is."""
    return means(means(luminance, _SIDE).T, _SIDE).T
