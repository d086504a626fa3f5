"""Colours: which a picture is made of, and how much of it each of them takes."""

import math
from collections import Counter
from typing import Any

import numpy as np

from safelight.render.analysis.sample import Numbers, Sample, lab

COLORS_MAX = 32
"""Most colours that are told."""
SHARE_MIN = 0.001
"""Colours that take less than this share of the picture are left out."""
_LEVELS = 8
"""So many steps of each channel make one colour: what is nearer together counts as the same."""

# Colours of less chroma than this (CIE 1976, D65) are white, grey or black.
_CHROMA_MIN = 14.0
_BLACK_LIGHTNESS_MAX, _WHITE_LIGHTNESS_MIN = 18.0, 86.0
# Where a hue ends, in degrees around L*a*b*, and its name; red comes once more at the end of the circle.
_HUES = ((20, "pink"), (48, "red"), (75, "orange"), (108, "yellow"), (165, "green"), (230, "teal"), (310, "blue"))
_HUES_REST = ((342, "purple"), (360, "pink"))
_PINK_LIGHTNESS_MIN, _BROWN_LIGHTNESS_MAX, _LIGHT_MIN, _OLIVE_LIGHTNESS_MAX = 58.0, 50.0, 66.0, 62.0

# What the second palette calls otherwise: a name, the lightness that it holds between, and the other name.
_CLOUDINARY = (
    ("teal", 0.0, 100.0, "cyan"),
    ("blue", _LIGHT_MIN, 100.0, "lightblue"),
    ("yellow", 0.0, _OLIVE_LIGHTNESS_MAX, "olive"),
    ("green", 80.0, 100.0, "lime"),
)


def found(sample: Sample) -> dict[str, Any]:
    """`colors`: hex and percent, most frequent first; `predominant`: the same by the names of two palettes."""
    shades, shares = _shades(sample)
    has_alpha = bool((sample.alpha < 1).any())
    listed = [
        [_hex(shade, has_alpha), _percent(share)]
        for shade, share in zip(shades[:COLORS_MAX], shares[:COLORS_MAX], strict=True)
        if share >= SHARE_MIN
    ]
    google, cloudinary = Counter[str](), Counter[str]()
    for shade, share in zip(lab(shades[:, :3]), shares.tolist(), strict=True):
        name = name_of(shade)
        google[name] += share
        cloudinary[_other_name(name, float(shade[0]))] += share
    return {"colors": listed, "predominant": {"google": _ranked(google), "cloudinary": _ranked(cloudinary)}}


def shades(sample: Sample) -> tuple[Numbers, Numbers]:
    """The colours (n x 3) and their shares, most frequent first."""
    mixed, shares = _shades(sample)
    return mixed[:, :3], shares


def _shades(sample: Sample) -> tuple[Numbers, Numbers]:
    """Colours with alpha (n x 4, 0 to 255) that stand for all pixels, and the share of each."""
    pixels = np.concatenate([sample.colors, sample.alpha[:, :, None] * 255.0], axis=2).reshape(-1, 4)
    step = 256 / _LEVELS
    bins = np.floor(pixels / step).astype(np.int64)
    keys = bins @ np.array([_LEVELS**3, _LEVELS**2, _LEVELS, 1])
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(places, weights=pixels[:, band]) for band in range(4)], axis=1)
    order = np.argsort(-counts, kind="stable")
    return (sums / counts[:, None])[order], (counts / counts.sum())[order]


def name_of(shade: Numbers) -> str:
    """What most people call a colour, given as L*a*b*."""
    lightness, a, b = (float(value) for value in shade)
    if math.hypot(a, b) < _CHROMA_MIN:
        if lightness <= _BLACK_LIGHTNESS_MAX:
            return "black"
        return "white" if lightness >= _WHITE_LIGHTNESS_MIN else "gray"
    degrees = math.degrees(math.atan2(b, a)) % 360
    name = next(name for end, name in (*_HUES, *_HUES_REST) if degrees <= end)
    if name == "pink" and lightness < _PINK_LIGHTNESS_MIN:
        return "red" if degrees <= 20 else "purple"
    if name == "red" and lightness >= _PINK_LIGHTNESS_MIN + 10:
        return "pink"
    if name in {"orange", "yellow"} and lightness < _BROWN_LIGHTNESS_MAX:
        return "brown"
    return name


def _other_name(name: str, lightness: float) -> str:
    for known, low, high, other in _CLOUDINARY:
        if name == known and low <= lightness <= high:
            return other
    return name


def _ranked(shares: Counter[str]) -> list[list[Any]]:
    return [[name, _percent(share)] for name, share in shares.most_common() if share >= SHARE_MIN]


def _hex(shade: Numbers, has_alpha: bool) -> str:
    levels = [round(float(level)) for level in (shade if has_alpha else shade[:3])]
    return "#" + "".join(f"{level:02X}" for level in levels)


def _percent(share: float) -> float:
    return round(float(share) * 100, 1)
