"""Accessibility: how much of a picture those tell apart who do not see red and green as others do."""

from typing import Any

import numpy as np

from safelight.render.analysis import colors
from safelight.render.analysis.sample import Numbers, Sample, lab

COLORS_COMPARED = 8
SHARE_MIN = 0.01
# Two colours further apart than this (CIE 1976) nobody mistakes for each other; closer than a tenth of it, everybody.
_FAR = 40.0
_EDGE = 8.0

# What is left of sRGB without the medium wavelength cones, on linear values (Viénot, Brettel, Mollon 1999).
_DEUTERANOPIA = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def found(sample: Sample) -> dict[str, Any]:
    """`accessibility_analysis` with marks from 0 to 1: of edges, of colours, and of both; the pair most alike."""
    edges = _edges_kept(sample)
    distinct, pair = _colors_kept(sample)
    analysis: dict[str, Any] = {"distinct_edges": round(edges, 2), "distinct_colors": round(distinct, 2)}
    if pair is not None:
        analysis["most_indistinct_pair"] = pair
    return {
        "accessibility_analysis": {
            "colorblind_accessibility_analysis": analysis,
            "colorblind_accessibility_score": round((edges + distinct) / 2, 2),
        }
    }


def _edges_kept(sample: Sample) -> float:
    """Of all edges that most people see, the share that is still there."""
    seen, left = lab(sample.colors), lab(_as_seen(sample.colors))
    kept, all_edges = 0, 0
    for axis in (0, 1):
        before = np.linalg.norm(np.diff(seen, axis=axis), axis=2) > _EDGE
        after = np.linalg.norm(np.diff(left, axis=axis), axis=2) > _EDGE / 2
        kept, all_edges = kept + int((before & after).sum()), all_edges + int(before.sum())
    return kept / all_edges if all_edges else 1.0


def _colors_kept(sample: Sample) -> tuple[float, list[str] | None]:
    """How far apart the two main colours stay that most people tell apart, but some hardly do."""
    shades, shares = colors.shades(sample)
    main = shades[shares >= SHARE_MIN][:COLORS_COMPARED]
    seen, left = lab(main), lab(_as_seen(main))
    worst, pair = 1.0, None
    for first in range(len(main)):
        for second in range(first + 1, len(main)):
            if np.linalg.norm(seen[first] - seen[second]) < _FAR / 2:
                continue
            mark = min(1.0, float(np.linalg.norm(left[first] - left[second])) / _FAR)
            if mark < worst:
                worst, pair = mark, [_hex(main[first]), _hex(main[second])]
    return worst, pair


def _as_seen(encoded: Numbers) -> Numbers:
    share = encoded / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) @ _DEUTERANOPIA.T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055) * 255.0


def _hex(shade: Numbers) -> str:
    return "#" + "".join(f"{round(float(level)):02X}" for level in shade)
