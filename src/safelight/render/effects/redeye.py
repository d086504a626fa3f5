"""e_redeye."""

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.sight import Eyes


@effect(example="e_redeye", reads_twice=True, sees=("eyes",))
def redeye(image: Image, *, eyes: Eyes) -> Image:
    """Take the red of a flash out of eyes.

    In the eyes of every face that is found, a round red spot becomes dark; all other red stays.
    """
    # Only here: numpy and OpenCV are large, and most renders need neither.
    from safelight.render.sight.redeye import mended

    return mended(image, eyes.parts(image, "eyes"))
