"""Quality: how sharp, how well lit and how large a picture is, each from 0 (poor) to 1 (good)."""

from typing import Any

import numpy as np

from safelight.render.analysis.sample import Numbers, Sample

# A picture of so many pixels is as large as anybody needs; one of a hundredth of it is small.
_PIXELS_ENOUGH = 2_000_000
# The steepest slopes of a sharp picture (luminance, 0 to 1, from pixel to pixel) reach this; of a blurred one a tenth.
_SLOPE_SHARP = 0.25
_NOISE_MAX = 0.04
"""The scatter of luminance from pixel to pixel at which a picture counts as nothing but noise."""


def found(sample: Sample) -> dict[str, Any]:
    """`quality_analysis`: marks by what they judge; `quality_score`: all in one."""
    luminance = sample.luminance
    marks = {
        "focus": _focus(luminance),
        "noise": _noise(luminance),
        "exposure": _exposure(luminance),
        "lighting": _lighting(luminance),
        "resolution": _resolution(sample),
        "color_score": _color(sample),
    }
    rounded = {name: round(float(mark), 2) for name, mark in marks.items()}
    weights = {"focus": 3.0, "noise": 1.0, "exposure": 1.5, "lighting": 1.0, "resolution": 1.5, "color_score": 1.0}
    total = sum(weights[name] * mark for name, mark in marks.items()) / sum(weights.values())
    return {"quality_analysis": rounded, "quality_score": round(float(total), 2)}


def _mark(value: float) -> float:
    return max(0.0, min(1.0, value))


def _focus(luminance: Numbers) -> float:
    """A sharp picture is steep somewhere, however much of it is plain."""
    across, down = np.diff(luminance, axis=1), np.diff(luminance, axis=0)
    slopes = np.concatenate([np.abs(across).flatten(), np.abs(down).flatten(), np.zeros(1)])
    return _mark(float(np.quantile(slopes, 0.995)) / _SLOPE_SHARP)


def _noise(luminance: Numbers) -> float:
    """1 without noise. Noise is what is left in the calmest quarter of the picture."""
    if min(luminance.shape) < 3:
        return 1.0
    inner = luminance[1:-1, 1:-1]
    around = (luminance[:-2, 1:-1] + luminance[2:, 1:-1] + luminance[1:-1, :-2] + luminance[1:-1, 2:]) / 4
    return _mark(1 - float(np.quantile(np.abs(inner - around), 0.25)) / _NOISE_MAX)


def _exposure(luminance: Numbers) -> float:
    """1 where hardly anything is wholly black or wholly white."""
    burnt = float(((luminance > 0.99) | (luminance < 0.01)).mean())
    return _mark(1 - burnt)


def _lighting(luminance: Numbers) -> float:
    """1 where the mean lies in the middle, 0 in the dark or the glare."""
    return _mark(1 - abs(float(luminance.mean()) - 0.5) * 2)


def _resolution(sample: Sample) -> float:
    pixels = sample.whole.width * sample.whole.height
    return _mark(1 + float(np.log10(pixels / _PIXELS_ENOUGH)) / 2)


def _color(sample: Sample) -> float:
    """How rich the colours are: the scatter of the two opponent channels (red-green, yellow-blue)."""
    red, green, blue = (sample.colors[:, :, band] for band in range(3))
    opponents = np.stack([red - green, (red + green) / 2 - blue])
    return _mark(float(opponents.std(axis=(1, 2)).mean() + 0.3 * np.abs(opponents.mean(axis=(1, 2))).mean()) / 60)
