"""e_gen_restore."""

from safelight.render.effect import effect
from safelight.render.image import Image

_CHROMA_SIGMA_PX = 1.5
_BRUSH_PX = 3
_SPECK_LEVELS = 6.0


@effect(example="e_gen_restore", reads_twice=True)
def gen_restore(image: Image) -> Image:
    """Repair what strong compression and noise have left.

    Specks and blotches of colour are smoothed, edges sharpened again. Nothing is invented: no model is asked.
    """
    if min(image.width, image.height) < _BRUSH_PX:
        return image
    lightness, a, b = image.colourspace("lab").bandsplit()
    calm = lightness.rank(_BRUSH_PX, _BRUSH_PX, _BRUSH_PX * _BRUSH_PX // 2)
    # What differs a little from its neighbours is noise, what differs much is a line.
    is_noise = (lightness - calm).abs() < _SPECK_LEVELS
    lightness = is_noise.ifthenelse(calm, lightness)
    bands = [band.gaussblur(_CHROMA_SIGMA_PX, min_ampl=0.1) for band in (a, b)]
    restored = lightness.bandjoin([*bands]).copy(interpretation="lab").colourspace("labs")
    return restored.sharpen(sigma=0.8, m2=2).colourspace("srgb")
