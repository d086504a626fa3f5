"""e_sepia."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.transform.spec import Range

_SEPIA = ((0.393, 0.769, 0.189), (0.349, 0.686, 0.168), (0.272, 0.534, 0.131))


@effect(example="e_sepia:80")
def sepia(image: Image, strength: Annotated[float, Range(1, 100, "%")] = 80) -> Image:
    """Give the image the brown tone of an old print."""
    share = strength / 100
    matrix = [
        [(1.0 if row == column else 0.0) * (1 - share) + _SEPIA[row][column] * share for column in range(3)]
        for row in range(3)
    ]
    return image.recomb(Image.new_from_array(matrix))
