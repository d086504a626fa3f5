"""Waves: a picture as few means, and how much of each wave is in them."""

import numpy as np

from safelight.render.analysis.sample import Numbers


def means(rows: Numbers, count: int) -> Numbers:
    """`count` rows, each the mean of its share of the rows (a share may end within a row)."""
    edges = np.arange(count + 1, dtype=np.float64) * (rows.shape[0] / count)
    sums = np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(axis=0)])
    below = np.minimum(edges.astype(np.int64), rows.shape[0] - 1)
    at_edges: Numbers = sums[below] + rows[below] * (edges - below)[:, None]
    return (at_edges[1:] - at_edges[:-1]) / (rows.shape[0] / count)


def cosines(count: int, side: int) -> Numbers:
    """The first `count` waves of a discrete cosine transform (type II) over `side` samples."""
    waves, places = np.arange(count, dtype=np.float64)[:, None], np.arange(side, dtype=np.float64)[None, :]
    return np.cos(np.pi * waves * (2 * places + 1) / (2 * side))
