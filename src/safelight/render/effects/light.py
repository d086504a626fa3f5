"""e_light."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.lacking import MODELS_3D, lacking


@effect(example="e_light:shadowintensity_50", needs=MODELS_3D)
def light(image: Image, shadowintensity: Percent = 30) -> Image:
    """Light a 3D model, and let it cast a shadow of this intensity."""
    raise lacking("e_light", MODELS_3D)
