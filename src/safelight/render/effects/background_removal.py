"""e_background_removal."""

from safelight.render.color import with_alpha
from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.shape import with_mask
from safelight.render.sight import Eyes

_NEEDS = "a matte model: the file `matte.onnx` in the folder that SAFELIGHT_MODELS names"


@effect(example="e_background_removal", sees_alpha=True, reads_twice=True, opens=True, needs=_NEEDS)
def background_removal(image: Image, fineedges: bool = False, hints: tuple[str, ...] = (), *, eyes: Eyes) -> Image:
    """Make transparent what is not the subject of the picture.

    An operator's model says what belongs to the subject; its edge is then moved to the edges of the picture, and with
    `fineedges` on twice as large a copy, for hair and fur. `hints` name what the subject is (`hints_(dog;cat)`); they
    are understood, and this model needs none.
    """
    matte = eyes.matte(image, is_fine=fineedges)
    return with_mask(with_alpha(image), matte)
