"""e_auto_enhance."""

from safelight.render.effect import effect
from safelight.render.effects.improve import improve
from safelight.render.effects.vibrance import vibrance
from safelight.render.image import Image

_VIBRANCE = 20


@effect(example="e_auto_enhance:enhance-colors_true", reads_twice=True)
def auto_enhance(image: Image, enhance_colors: bool = False) -> Image:
    """Correct contrast, lighting and colour by themselves, as `improve` does; and make colours stronger, if asked."""
    better = improve(image).cast("uchar").copy(interpretation="srgb")
    return vibrance(better, _VIBRANCE) if enhance_colors else better
