"""Blurhash: some twenty letters from which a client paints a blurred picture while the true one is on its way.

The format is that of https://github.com/woltapp/blurhash (Algorithm.md).
"""

import math
from typing import Any

import numpy as np

from safelight.render.analysis.sample import Numbers, Sample

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~"
_WAVES_LONG, _WAVES_SHORT = 4, 3
"""Waves along the longer and the shorter side."""


def found(sample: Sample) -> dict[str, Any]:
    """`blurhash`: the text."""
    return {"blurhash": encoded(sample)}


def encoded(sample: Sample) -> str:
    """What is transparent counts as white."""
    height, width = sample.alpha.shape
    is_wide = width >= height
    across, down = (_WAVES_LONG, _WAVES_SHORT) if is_wide else (_WAVES_SHORT, _WAVES_LONG)
    opaque = sample.colors * sample.alpha[:, :, None] + 255.0 * (1 - sample.alpha[:, :, None])
    linear = _linear(opaque)
    factors = np.array([[_factor(linear, x, y) for x in range(across)] for y in range(down)]).reshape(-1, 3)
    mean, waves = factors[0], factors[1:]
    largest = float(np.abs(waves).max())
    level = max(0, min(82, math.floor(largest * 166 - 0.5)))
    scale = (level + 1) / 166
    text = _digits((across - 1) + (down - 1) * 9, 1) + _digits(level, 1)
    red, green, blue = (_encoded(float(value)) for value in mean)
    return text + _digits((red << 16) + (green << 8) + blue, 4) + "".join(_wave(wave, scale) for wave in waves)


def _factor(linear: Numbers, x: int, y: int) -> Numbers:
    height, width, _ = linear.shape
    across: Numbers = np.cos(np.pi * x * np.arange(width, dtype=np.float64) / width)
    down: Numbers = np.cos(np.pi * y * np.arange(height, dtype=np.float64) / height)
    weight = 1 if x == y == 0 else 2
    return np.einsum("h,w,hwc->c", down, across, linear) * weight / (width * height)


def _wave(wave: Numbers, scale: float) -> str:
    levels = [max(0, min(18, math.floor(_root(float(value) / scale) * 9 + 9.5))) for value in wave]
    return _digits(levels[0] * 361 + levels[1] * 19 + levels[2], 2)


def _root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)


def _linear(encoded: Numbers) -> Numbers:
    share = encoded / 255.0
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def _encoded(linear: float) -> int:
    value = max(0.0, min(1.0, linear))
    share = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return math.floor(share * 255 + 0.5)


def _digits(number: int, count: int) -> str:
    """`count` digits to the base of 83."""
    return "".join(_DIGITS[number // 83**place % 83] for place in reversed(range(count)))
