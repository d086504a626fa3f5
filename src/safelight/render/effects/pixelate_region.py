"""e_pixelate_region."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.effects.pixelate import pixelate
from safelight.render.image import Image
from safelight.render.places import region
from safelight.render.sight import Eyes
from safelight.render.sight.veil import regions_changed
from safelight.transform.plan import Place
from safelight.transform.spec import Range


@effect(
    example="e_pixelate_region:10,h_80,w_80,x_70,y_20",
    sees_alpha=True,
    reads_twice=True,
    takes=("x", "y", "w", "h", "g"),
)
def pixelate_region(
    image: Image, square: Annotated[float, Range(0, 200, "px")] = 0, place: Place | None = None, *, eyes: Eyes
) -> Image:
    """Show a rectangle, or all that is found, as large squares.

    `x`, `y`, `w` and `h` are its place; what is left out reaches to the edge. With `g_faces`, `g_ocr_text` or the like
    it is every place where such a thing is. `square` is the side of one square; 0: by the size of the rectangle.
    """
    if place is not None and place.gravity is not None:
        return regions_changed(image, place.gravity, eyes, lambda part: pixelate(part, square))
    box = region(image, place)
    if box is None:
        return image
    part = image.crop(box.left, box.top, box.width, box.height).copy_memory()
    return image.insert(pixelate(part, square).cast("uchar"), box.left, box.top)
