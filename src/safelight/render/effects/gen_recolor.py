"""e_gen_recolor."""

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking
from safelight.transform.plan import TRANSPARENT, Color


@effect(example="e_gen_recolor:prompt_(hat;scarf);to-color_8fbc8f;multiple_true", sees_alpha=True, needs=PROVIDER)
def gen_recolor(
    image: Image,
    prompt: tuple[str, ...] = (),
    to_color: Color = TRANSPARENT,
    apply_to_tier: bool = False,
    multiple: bool = False,
) -> Image:
    """Give things another colour, found by their names.

    `prompt` names them, one or several; `to_color` (written `to-color_`) is the new colour. `multiple` means all of
    that name and not the most striking one; `apply_to_tier` is understood and changes nothing.
    """
    raise lacking("e_gen_recolor", PROVIDER)
