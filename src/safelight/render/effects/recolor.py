"""e_recolor."""

from typing import Annotated

from safelight.render.color import with_alpha
from safelight.render.effect import Lengths, effect
from safelight.render.image import Image
from safelight.transform.spec import Range


@effect(example="e_recolor:0.3:0.7:0.1:0.3:0.6:0.1:0.2:0.5:0.1", sees_alpha=True, opens=True)
def recolor(image: Image, matrix: Annotated[tuple[float, ...], Range(-100, 100), Lengths((9, 16))]) -> Image:
    """Make each of red, green and blue (and alpha) anew as a sum of all.

    `matrix` is 3 rows of 3 numbers, or 4 rows of 4 with alpha: how much of each old band goes into a new one.
    """
    side = 3 if len(matrix) == 9 else 4
    rows = [list(matrix[row * side : row * side + side]) for row in range(side)]
    if side == 3 and image.hasalpha():
        rows = [[*row, 0.0] for row in rows] + [[0.0, 0.0, 0.0, 1.0]]
    work = with_alpha(image) if side == 4 else image
    return work.recomb(Image.new_from_array(rows)).rint().cast("uchar").copy(interpretation="srgb")
