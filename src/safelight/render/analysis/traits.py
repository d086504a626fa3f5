"""Traits: whether a picture is grey, see-through, drawn rather than photographed."""

from typing import Any

import numpy as np

from safelight.render.analysis.sample import Numbers, Sample

_GREY_LEVELS = 8
"""Channels that are nowhere further apart than this (of 255) are grey."""
_FLAT_LEVELS = 1.5
"""Neighbours that differ by no more than this (of 255) belong to one flat area; cameras always add more noise."""
_EDGE_LEVELS = 32


def found(sample: Sample) -> dict[str, Any]:
    """`grayscale`, `semi_transparent` and `illustration_score` (0: a photo, 1: a drawing)."""
    return {
        "grayscale": is_grey(sample),
        "semi_transparent": bool((sample.alpha < 1).any()),
        "illustration_score": illustration_score(sample),
    }


def is_grey(sample: Sample) -> bool:
    """Strays are allowed: chroma subsampling and sharp edges leave a few coloured pixels in a grey JPEG."""
    spread = (sample.colors.max(axis=2) - sample.colors.min(axis=2)) * sample.alpha
    return bool(np.quantile(spread, 0.995) <= _GREY_LEVELS)


def illustration_score(sample: Sample) -> float:
    """Drawings are flat with few hard edges in between; photos change a little everywhere."""
    steps = _steps(sample)
    flat = float((steps <= _FLAT_LEVELS).mean())
    soft = float(((steps > _FLAT_LEVELS) & (steps < _EDGE_LEVELS)).mean())
    return round(max(0.0, min(1.0, (flat - soft) * 0.75 + 0.25)), 2)


def _steps(sample: Sample) -> Numbers:
    """The largest difference of each pixel to its right and lower neighbour, over all channels."""
    shown = sample.colors * sample.alpha[:, :, None] + 255.0 * (1 - sample.alpha[:, :, None])
    across = np.abs(np.diff(shown, axis=1, append=shown[:, -1:])).max(axis=2)
    down = np.abs(np.diff(shown, axis=0, append=shown[-1:])).max(axis=2)
    return np.maximum(across, down)
