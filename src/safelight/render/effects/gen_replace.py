"""e_gen_replace."""

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking


@effect(example="e_gen_replace:from_apple;to_orange", sees_alpha=True, needs=PROVIDER)
def gen_replace(
    image: Image, from_: str = "", to: str = "", preserve_geometry: bool = False, multiple: bool = False
) -> Image:
    """Put one thing in the place of another.

    `from` names what is there, `to` what shall be. `preserve_geometry` keeps its outline; `multiple` means all of that
    name.
    """
    raise lacking("e_gen_replace", PROVIDER)
