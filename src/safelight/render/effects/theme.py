"""e_theme."""

from typing import Annotated

from safelight.render.color import taken_from
from safelight.render.colorfield import lab_of, ramp
from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.plan import BackgroundMode, Color
from safelight.transform.spec import Range

BLACK = Color(0, 0, 0)
_MIDDLE = 50.0
_CHROMA_A_SENSITIVITY = 0.35
_NEAR, _FAR = 4.0, 40.0


@effect(example="e_theme:color_rgb:102030", reads_twice=True)
def theme(
    image: Image,
    color_: Color = BLACK,
    photosensitivity: Annotated[float, Range(0, 200)] = 100,
) -> Image:
    """Give a picture of a screen another background, dark or light, and keep its text readable.

    `color` is the new background. Strong colours are taken for pictures and stay: the more of them, the lower
    `photosensitivity` is.
    """
    old, new = lab_of(taken_from(image, BackgroundMode.PREDOMINANT)), lab_of(color_)
    lab = image.colourspace("lab")
    lightness, a, b = lab.bandsplit()
    is_other_side = (old[0] > _MIDDLE) != (new[0] > _MIDDLE)
    turned = lightness * -1 + 100 if is_other_side else lightness
    ground = 100 - old[0] if is_other_side else old[0]
    chroma = (a * a + b * b) ** 0.5
    limit = photosensitivity * _CHROMA_A_SENSITIVITY
    flat = ramp(chroma, limit, limit + 20) * -1 + 1
    near = ramp((turned - ground).abs(), _NEAR, _FAR) * -1 + 1
    lights = lightness + (turned - lightness + near * (new[0] - ground)) * flat
    share = near * flat
    bands = [lights, a + share * (new[1] - old[1]), b + share * (new[2] - old[2])]
    return bands[0].bandjoin([*bands[1:]]).copy(interpretation="lab").colourspace("srgb")
