"""Cinemagraph: how much a picture is one that stands still but for something in it that moves."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from safelight.render.analysis.sample import Sample

FRAMES_MAX = 16
"""So many frames, taken all along the way, are compared."""
# Compression makes still pixels tremble a little; of 255.
_TREMBLING = 16.0
# Less than this share of the picture is no motion that anybody sees; more than the other is an animation.
_MOVING_MIN, _MOVING_MAX = 0.002, 0.8


def found(frames: Sequence[Sample]) -> dict[str, Any]:
    """`cinemagraph_score`: 0 for what stands still or moves all over, and up to 1 the more of it stands still."""
    return {"cinemagraph_analysis": {"cinemagraph_score": round(_score(frames), 2)}}


def _score(frames: Sequence[Sample]) -> float:
    if len(frames) < 2:
        return 0.0
    luminance = np.stack([frame.luminance for frame in frames]) * 255.0
    moving = float((luminance.max(axis=0) - luminance.min(axis=0) > _TREMBLING).mean())
    if not _MOVING_MIN <= moving <= _MOVING_MAX:
        return 0.0
    return 1.0 - moving / _MOVING_MAX


def places(count: int) -> tuple[int, ...]:
    """Which of so many frames are compared, from 1."""
    taken = min(count, FRAMES_MAX)
    return tuple(sorted({1 + round(at * (count - 1) / max(1, taken - 1)) for at in range(taken)}))
