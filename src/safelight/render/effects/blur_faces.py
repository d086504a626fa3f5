"""e_blur_faces."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.sight import Eyes
from safelight.render.sight.veil import faces_veiled
from safelight.render.soften import soften
from safelight.transform.spec import Range

_STRENGTH_A_SIGMA = 20.0
# At the usual strength a face of any size becomes a few soft spots.
_SIGMA_A_WIDTH = 0.2
_STRENGTH_USUAL = 500.0


@effect(example="e_blur_faces:800", reads_twice=True, sees=("face",))
def blur_faces(image: Image, strength: Annotated[float, Range(1, 2000)] = 500, *, eyes: Eyes) -> Image:
    """Blur every face that is found.

    `strength` grows with the size of the face, so that a near one is hidden as well as a far one. Who must not be
    known should not depend on a detector alone: it misses faces that are turned away, covered, or small.
    """
    return faces_veiled(
        image,
        eyes.parts(image, "face"),
        lambda part, face: soften(
            part, max(strength / _STRENGTH_A_SIGMA, face.width * _SIGMA_A_WIDTH * strength / _STRENGTH_USUAL)
        ),
    )
