"""e_blur_region."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.effects.blur import blur
from safelight.render.image import Image
from safelight.render.places import region
from safelight.transform.plan import Place
from safelight.transform.spec import Range


@effect(example="e_blur_region:800,h_80,w_80,x_70,y_20", sees_alpha=True, reads_twice=True, takes=("x", "y", "w", "h"))
def blur_region(image: Image, strength: Annotated[float, Range(1, 2000)] = 100, place: Place | None = None) -> Image:
    """Blur a rectangle.

    `x`, `y`, `w` and `h` are its place; what is left out reaches to the edge. Twenty steps of `strength` are one
    pixel of the radius.
    """
    box = region(image, place)
    if box is None:
        return image
    part = image.crop(box.left, box.top, box.width, box.height).copy_memory()
    return image.insert(blur(part, strength), box.left, box.top)
