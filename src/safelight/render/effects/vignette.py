"""e_vignette."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image


@effect(example="e_vignette:60")
def vignette(image: Image, strength: Percent = 20) -> Image:
    """Darken the edges, the corners by `strength`."""
    half_width, half_height = image.width / 2, image.height / 2
    place = Image.xyz(image.width, image.height).linear(
        [1 / half_width, 1 / half_height], [0.5 / half_width - 1, 0.5 / half_height - 1]
    )
    # 0 in the middle, 1 in the corners, level where the eye looks first.
    distance = (place[0] ** 2 + place[1] ** 2) / 2
    return image * (distance**1.5 * (-strength / 100) + 1)
