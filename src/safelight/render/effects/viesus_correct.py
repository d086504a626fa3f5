"""e_viesus_correct."""

from safelight.render.effect import Percent, effect
from safelight.render.effects.improve import improve
from safelight.render.image import Image


@effect(example="e_viesus_correct", reads_twice=True)
def viesus_correct(image: Image, no_redeye: bool = False, skin_saturation: Percent = 50) -> Image:
    """Correct contrast, lighting and colour by themselves, as `improve` does.

    `no_redeye` and `skin_saturation` are understood and change nothing: eyes and skin are treated as all else.
    """
    return improve(image)
