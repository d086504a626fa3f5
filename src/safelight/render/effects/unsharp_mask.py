"""e_unsharp_mask."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

_SIGMA_PX = 3.0


@effect(example="e_unsharp_mask:150", reads_twice=True)
def unsharp_mask(image: Image, strength: Annotated[float, Range(1, 2000)] = 100) -> Image:
    """Sharpen with a larger radius than `sharpen`.

    `strength` percent of what a blur takes away are added again.
    """
    share = strength / 100
    return image * (1 + share) - image.gaussblur(_SIGMA_PX) * share
