"""e_gen_remove."""

from safelight.render.effect import effect
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking
from safelight.transform.plan import Area


@effect(example="e_gen_remove:region_(x_40;y_30;w_60;h_50)", sees_alpha=True, needs=PROVIDER)
def gen_remove(
    image: Image,
    prompt: tuple[str, ...] = (),
    region: tuple[Area, ...] = (),
    multiple: bool = False,
    remove_shadow: bool = False,
) -> Image:
    """Take things away and paint what is behind them.

    `prompt` names them, one or several, or `region` says where they are; `multiple` means all of that name;
    `remove_shadow` takes their shadows away too.
    """
    raise lacking("e_gen_remove", PROVIDER)
