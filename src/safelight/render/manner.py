"""Manner: a picture in the colours and the contrast of another one; its brush strokes no formula gives."""

from dataclasses import dataclass

from safelight.render.bleed import bled
from safelight.render.image import Image, join, split

# However flat a picture is, its contrast grows by no more.
_GAIN_MAX = 3.0
_SAMPLE_SIDE_PX = 256


@dataclass(frozen=True)
class _Tone:
    """Of one axis of Lab: where its values lie, and how far apart."""

    mean: float
    spread: float


def painted_like(base: Image, style: Image, strength: float, *, keeps_color: bool) -> Image:
    """The 8-bit sRGB picture `base` with lightness and colours spread as those of `style`; `strength` is 0 to 100.

    With `keeps_color` only light and shade are taken over.
    """
    colors, alpha = split(base)
    lab = colors.colourspace("lab")
    olds, news = _tones(base), _tones(style)
    bands: list[Image] = []
    for band, (old, new) in enumerate(zip(olds, news, strict=True)):
        if keeps_color and band > 0:
            bands.append(lab[band])
            continue
        gain = min(_GAIN_MAX, new.spread / max(0.5, old.spread))
        moved = (lab[band] - old.mean) * gain + new.mean
        bands.append(lab[band] + (moved - lab[band]) * (strength / 100))
    painted = bands[0].bandjoin([*bands[1:]]).copy(interpretation="lab")
    return join(painted.colourspace("srgb"), alpha)


def _tones(image: Image) -> list[_Tone]:
    small = image.thumbnail_image(_SAMPLE_SIDE_PX, height=_SAMPLE_SIDE_PX, size="down").copy_memory()
    colors, alpha = split(small)
    lab = (colors if alpha is None else bled(colors, alpha)).colourspace("lab").copy_memory()
    is_one = lab.width * lab.height == 1  # of which libvips has no deviation
    return [_Tone(lab[band].avg(), 0.0 if is_one else lab[band].deviate()) for band in range(3)]
