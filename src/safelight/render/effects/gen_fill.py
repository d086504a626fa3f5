"""e_gen_fill."""

from typing import Annotated

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking
from safelight.transform.spec import Range


@effect(example="e_gen_fill:prompt_a%20meadow", sees_alpha=True, needs=PROVIDER)
def gen_fill(
    image: Image,
    prompt: str = "",
    seed: Annotated[float, Range(-1, 2_147_483_647)] = -1,
    ignore_foreground: bool = False,
) -> Image:
    """Paint what is transparent, as if the picture went on there. `b_gen_fill` does so with the bars of a pad mode.

    `prompt` says what, in words. The same `seed` is to give the same picture; -1: any. With `ignore_foreground` only
    the background goes on.
    """
    raise lacking("e_gen_fill", PROVIDER)
