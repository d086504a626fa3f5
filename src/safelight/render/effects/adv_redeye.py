"""e_adv_redeye."""

from safelight.render.effect import effect
from safelight.render.effects.redeye import redeye
from safelight.render.image import Image
from safelight.render.sight import Eyes


@effect(example="e_adv_redeye", reads_twice=True, sees=("eyes",))
def adv_redeye(image: Image, *, eyes: Eyes) -> Image:
    """Take the red of a flash out of eyes, by the same eyes as `redeye`."""
    return redeye(image, eyes=eyes)
