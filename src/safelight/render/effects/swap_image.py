"""e_swap_image."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import MODELS_3D, lacking
from safelight.transform.spec import Range


@effect(example="e_swap_image:image_sample;index_0", needs=MODELS_3D)
def swap_image(image: Image, image_: str = "", index: Annotated[float, Range(0, 1000)] = 0) -> Image:
    """Put another picture on a 3D model.

    `image` is its public ID, `index` which picture of the model it takes the place of.
    """
    raise lacking("e_swap_image", MODELS_3D)
