"""e_gen_background_replace."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking
from safelight.transform.spec import Range


@effect(example="e_gen_background_replace:prompt_a%20beach;seed_2", sees_alpha=True, needs=PROVIDER)
def gen_background_replace(
    image: Image, prompt: str = "", seed: Annotated[float, Range(-1, 2_147_483_647)] = -1
) -> Image:
    """Paint another background behind what stands in front.

    `prompt` says what, in words; without it, what suits. The same `seed` is to give the same picture; -1: any.
    """
    raise lacking("e_gen_background_replace", PROVIDER)
