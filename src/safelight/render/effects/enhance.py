"""e_enhance."""

from safelight.render.effect import effect
from safelight.render.effects.improve import improve
from safelight.render.image import Image


@effect(example="e_enhance", reads_twice=True)
def enhance(image: Image) -> Image:
    """Correct contrast, lighting and colour by themselves, as `improve` does."""
    return improve(image)
