"""Phash: a fingerprint that stays nearly the same when a picture is scaled, recompressed or toned a little."""

from typing import Any

import numpy as np

from safelight.render.analysis.sample import Numbers, Sample

_SIDE = 32
_KEPT = 8


def found(sample: Sample) -> dict[str, Any]:
    """`phash`: 16 hex digits. Pictures that look alike differ in few of their 64 bits."""
    low = _cosines(_KEPT, _SIDE) @ _shrunk(sample.luminance) @ _cosines(_KEPT, _SIDE).T
    flat = low.flatten()
    # The first number is the mean brightness, which says nothing of the shapes.
    bits = flat > np.median(flat[1:])
    return {"phash": f"{int(''.join('1' if bit else '0' for bit in bits), 2):016x}"}


def _shrunk(luminance: Numbers) -> Numbers:
    """The picture as _SIDE x _SIDE means, whatever its shape is."""
    return _means(_means(luminance, _SIDE).T, _SIDE).T


def _means(rows: Numbers, count: int) -> Numbers:
    """`count` rows, each the mean of its share of the rows (a share may end within a row)."""
    edges = np.arange(count + 1, dtype=np.float64) * (rows.shape[0] / count)
    sums = np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(axis=0)])
    below = np.minimum(edges.astype(np.int64), rows.shape[0] - 1)
    at_edges: Numbers = sums[below] + rows[below] * (edges - below)[:, None]
    return (at_edges[1:] - at_edges[:-1]) / (rows.shape[0] / count)


def _cosines(count: int, side: int) -> Numbers:
    """The first `count` waves of a discrete cosine transform (type II) over `side` samples."""
    waves, places = np.arange(count, dtype=np.float64)[:, None], np.arange(side, dtype=np.float64)[None, :]
    return np.cos(np.pi * waves * (2 * places + 1) / (2 * side))
