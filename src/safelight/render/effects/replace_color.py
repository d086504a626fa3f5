"""e_replace_color."""

import colorsys
import math
from collections import defaultdict

from safelight.render.color import most_frequent
from safelight.render.colorfield import lab_of, ramp
from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.transform.plan import TRANSPARENT, Color

_SAMPLE_SIDE_PX = 64
_HUES = 24
_DISTANCE_A_PERCENT = 0.8
# From where on a colour is one, and no grey.
_CHROMA_WEAK, _CHROMA_STRONG = 6.0, 18.0
# Shadows and lights of the old colour stay; only part of the way is gone in lightness.
_LIGHTNESS_SHARE = 0.6
_GAIN_MAX = 1.3


@effect(example="e_replace_color:rgb:3050e0:60:rgb:e61e28", reads_twice=True)
def replace_color(
    image: Image, target: Color = TRANSPARENT, tolerance: Percent = 50, source: Color = TRANSPARENT
) -> Image:
    """Paint all that has about the colour `source` in the colour `target`; light and shade stay.

    `target` is given first; without one nothing changes. `tolerance` is how far a colour may be off. Without a
    `source`, it is the most prevalent colour that is no grey.
    """
    if target == TRANSPARENT:
        return image
    old = lab_of(_prevalent(image) if source == TRANSPARENT else source)
    new = lab_of(target)
    lab = image.colourspace("lab")
    off = lab - list(old)
    # The same cloth is lighter and darker in its folds: lightness counts less than colour.
    distance = ((off * off) * [0.15, 1.0, 1.0]).bandmean()
    distance = (distance * 3) ** 0.5
    reach = max(1.0, tolerance * _DISTANCE_A_PERCENT)
    share = ramp(distance, reach * 0.7, reach) * -1 + 1
    lightness = lab[0] + share * ((new[0] - old[0]) * _LIGHTNESS_SHARE)
    strong = math.hypot(old[1], old[2])
    if strong > _CHROMA_STRONG:
        # A colour was meant: greys stay, however near they are. And what was pale stays pale.
        chroma = (lab[1] * lab[1] + lab[2] * lab[2]) ** 0.5
        share = share * ramp(chroma, _CHROMA_WEAK, _CHROMA_STRONG)
        gain = ramp(chroma, 0, strong * _GAIN_MAX) * _GAIN_MAX
        bands = [lab[band] + share * (gain * new[band] - lab[band]) for band in (1, 2)]
    else:
        bands = [lab[band] + share * (new[band] - old[band]) for band in (1, 2)]
    return lightness.bandjoin([*bands]).copy(interpretation="lab").colourspace("srgb")


def _prevalent(image: Image) -> Color:
    """The mean of the hue that weighs most, where strong colours weigh more."""
    sample = image.thumbnail_image(_SAMPLE_SIDE_PX, height=_SAMPLE_SIDE_PX, size="down")
    raw = bytes(sample.write_to_memory())
    weights: dict[int, float] = defaultdict(float)
    members: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for pixel in zip(raw[0::3], raw[1::3], raw[2::3], strict=True):
        hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in pixel))
        weight = saturation * value
        weights[int(hue * _HUES)] += weight * weight
        members[int(hue * _HUES)].append(pixel)
    return most_frequent(members[max(weights, key=lambda hue: weights[hue])])
