"""e_blur_region."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.effects.blur import blur
from safelight.render.image import Image
from safelight.render.places import region
from safelight.render.sight import Eyes
from safelight.render.sight.veil import regions_changed
from safelight.transform.plan import Place
from safelight.transform.spec import Range


@effect(
    example="e_blur_region:800,h_80,w_80,x_70,y_20",
    sees_alpha=True,
    reads_twice=True,
    takes=("x", "y", "w", "h", "g"),
)
def blur_region(
    image: Image, strength: Annotated[float, Range(1, 10_000)] = 100, place: Place | None = None, *, eyes: Eyes
) -> Image:
    """Blur a rectangle, or all that is found.

    `x`, `y`, `w` and `h` are its place; what is left out reaches to the edge. With `g_faces`, `g_ocr_text` or the like
    it is every place where such a thing is. Twenty steps of `strength` are one pixel of the radius, 2000 are the most.
    """
    strength = min(strength, 2000)
    if place is not None and place.gravity is not None:
        return regions_changed(image, place.gravity, eyes, lambda part: blur(part, strength))
    box = region(image, place)
    if box is None:
        return image
    part = image.crop(box.left, box.top, box.width, box.height).copy_memory()
    return image.insert(blur(part, strength), box.left, box.top)
