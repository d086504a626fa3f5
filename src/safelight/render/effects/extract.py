"""e_extract."""

from typing import Literal

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking


@effect(example="e_extract:prompt_(dog;cat);mode_mask", sees_alpha=True, needs=PROVIDER)
def extract(
    image: Image,
    prompt: tuple[str, ...] = (),
    mode: Literal["content", "mask"] = "content",
    multiple: bool = False,
    invert: bool = False,
    preserve_alpha: bool = False,
) -> Image:
    """Keep of the picture only the things that are named.

    `prompt` names them, one or several; `multiple` means all of that name; `invert` keeps everything else. The mode
    `mask` gives their shape in white on black. `preserve_alpha` leaves transparent what was so.
    """
    raise lacking("e_extract", PROVIDER)
