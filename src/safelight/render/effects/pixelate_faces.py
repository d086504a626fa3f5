"""e_pixelate_faces."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.effects.pixelate import pixelate
from safelight.render.image import Image
from safelight.render.sight import Eyes
from safelight.render.sight.boxes import Part
from safelight.render.sight.veil import faces_veiled
from safelight.transform.spec import Range

_SQUARES_A_FACE = 6


@effect(example="e_pixelate_faces:9", reads_twice=True, sees=("face",))
def pixelate_faces(image: Image, square: Annotated[float, Range(0, 200, "px")] = 0, *, eyes: Eyes) -> Image:
    """Show every face that is found as large squares.

    `square` is the side of one square; 0: by the size of the face. Who must not be known should not depend on a
    detector alone: it misses faces that are turned away, covered, or small.
    """

    def squares(part: Image, face: Part) -> Image:
        return pixelate(part, square or max(2, round(face.width / _SQUARES_A_FACE))).cast("uchar")

    return faces_veiled(image, eyes.parts(image, "face"), squares)
