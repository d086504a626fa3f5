"""Blend: how the pixels of a layer and those of the picture below it become one."""

import zlib
from collections.abc import Callable

from safelight.kernel.errors import Invalid
from safelight.render.color import with_alpha
from safelight.render.displace import displaced
from safelight.render.image import FULL_ALPHA, Image, Interpolate, join, split
from safelight.render.manner import painted_like
from safelight.render.shape import with_mask
from safelight.transform.geometry import Box
from safelight.transform.plan import Blend, Layer

ANTI_REMOVAL_STRENGTH = 50.0
"""Where a plan names none."""
STYLE_STRENGTH = 100.0
"""Likewise, of `style_transfer`."""

# At full strength: how much of its opacity a spot may lose, how many levels its colours and how many px it may move.
_ALPHA_LOSS = 0.3
_COLOR_LEVELS = 16.0
_SHIFT_PX = 1.5
# The spots are so many px wide.
_SPOT_PX = 12

FULL_LEVEL = 255.0

# BT.709: how bright a colour is.
_LUMA = [[0.2126, 0.7152, 0.0722]]


def blended(base: Image, top: Image, at: Box, layer: Layer) -> Image:
    """8-bit sRGB and 8-bit sRGB -> 8-bit sRGB of the size of the base; alpha only where it is needed. `at` is where
    the layer lies. Both are in memory."""
    match layer.blend:
        case Blend.OVER:
            return _over(base, top, at, is_under=layer.is_under)
        case Blend.ANTI_REMOVAL:
            strength = ANTI_REMOVAL_STRENGTH if layer.strength is None else layer.strength
            return _over(base, _restless(top, strength / 100), at, is_under=layer.is_under)
        case Blend.MULTIPLY | Blend.SCREEN | Blend.OVERLAY:
            return _mixed(base, top, at, layer.blend)
        case Blend.MASK:
            return with_mask(base, _spread(_brightness(top), at, base))
        case Blend.CUTTER:
            return with_mask(base, _spread(_cover(top), at, base))
        case Blend.CUT_OUT:
            return with_mask(base, (_spread(_cover(top), at, base) * -1 + FULL_ALPHA).cast("uchar"))
        case Blend.DISPLACE:
            return displaced(base, top, layer.x, layer.y)
        case Blend.STYLE_TRANSFER:
            strength = STYLE_STRENGTH if layer.strength is None else layer.strength
            return painted_like(base, top, strength, keeps_color=layer.keeps_color)
        case Blend.TRANSITION:
            raise Invalid("e_transition needs a video below the layer.")


# --- laid over, or under ----------------------------------------------------------------------------------------


def _over(base: Image, top: Image, at: Box, *, is_under: bool) -> Image:
    shared = _shared(base, at)
    if shared is None:
        return base
    below, above = _part(base, shared), _part(top, _within(shared, at))
    if is_under:
        below, above = above, below
    mixed = _rounded(below.cast("float").composite2(above.cast("float"), "over")) if above.hasalpha() else above
    if not base.hasalpha():
        mixed = mixed.extract_band(0, n=3)
    elif not mixed.hasalpha():
        mixed = with_alpha(mixed)
    return base.insert(mixed, shared.left, shared.top)


def _mixed(base: Image, top: Image, at: Box, mode: Blend) -> Image:
    """The colours of the base change where the layer covers them; its alpha stays."""
    shared = _shared(base, at)
    if shared is None:
        return base
    below, alpha = split(_part(base, shared))
    above, cover = split(_part(top, _within(shared, at)))
    # Not by libvips, which takes the opacity of the layer into account twice for these.
    change = _FORMULAS[mode](below.cast("float"), above.cast("float")) - below
    mixed = below + (change if cover is None else change * cover / FULL_ALPHA)
    return base.insert(join(mixed.rint(), alpha), shared.left, shared.top)


def _multiplied(below: Image, above: Image) -> Image:
    return below * above / FULL_LEVEL


def _screened(below: Image, above: Image) -> Image:
    return below + above - below * above / FULL_LEVEL


def _overlaid(below: Image, above: Image) -> Image:
    """The dark parts of the base are multiplied, the bright ones screened."""
    bright = (below * -1 + FULL_LEVEL) * (above * -1 + FULL_LEVEL) * (-2 / FULL_LEVEL) + FULL_LEVEL
    return (below * 2 > FULL_LEVEL).ifthenelse(bright, below * above * (2 / FULL_LEVEL))


_FORMULAS: dict[Blend, Callable[[Image, Image], Image]] = {
    Blend.MULTIPLY: _multiplied,
    Blend.SCREEN: _screened,
    Blend.OVERLAY: _overlaid,
}


def _rounded(mixed: Image) -> Image:
    return mixed.rint().cast("uchar").copy(interpretation="srgb")


def _shared(base: Image, at: Box) -> Box | None:
    """The part of the base that the layer covers."""
    left, top = max(0, at.left), max(0, at.top)
    right, bottom = min(base.width, at.left + at.width), min(base.height, at.top + at.height)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _within(shared: Box, at: Box) -> Box:
    return Box(shared.left - at.left, shared.top - at.top, shared.width, shared.height)


def _part(image: Image, part: Box) -> Image:
    return image.crop(part.left, part.top, part.width, part.height)


# --- masks ------------------------------------------------------------------------------------------------------


def _cover(top: Image) -> Image:
    return with_alpha(top)[3]


def _brightness(top: Image) -> Image:
    colors, alpha = split(top)
    luma = colors.recomb(Image.new_from_list(_LUMA))
    return luma if alpha is None else luma * alpha / FULL_ALPHA


def _spread(mask: Image, at: Box, base: Image) -> Image:
    """A mask of the size of the base; beyond the layer there is nothing of it."""
    shared = _shared(base, at)
    if shared is None:
        return Image.black(base.width, base.height)
    part = _part(mask.rint().cast("uchar").copy(interpretation="b-w"), _within(shared, at))
    return part.embed(shared.left, shared.top, base.width, base.height)


# --- hard to remove ---------------------------------------------------------------------------------------------


def _restless(top: Image, strength: float) -> Image:
    """Slightly other opacity, colours and shape from spot to spot, so that no plain subtraction takes the layer away.

    The same layer is always changed in the same way: the seed comes from its pixels.
    """
    top = with_alpha(top).copy_memory()
    seed = zlib.crc32(top.write_to_memory()) & 0x7FFFFFFF
    places = Image.xyz(top.width, top.height)
    shift = _spots(top, seed).bandjoin(_spots(top, seed + 1)) * (_SHIFT_PX * strength)
    linear, clear = Interpolate.new("bilinear"), [0.0, 0.0, 0.0, 0.0]
    moved = top.mapim(places + shift, interpolate=linear, extend="background", background=clear)
    colors, alpha = split(moved.copy(interpretation="srgb"))
    assert alpha is not None
    colors = colors + _spots(top, seed + 2) * (_COLOR_LEVELS * strength)
    alpha = alpha * (_spots(top, seed + 3).abs() * (-_ALPHA_LOSS * strength) + 1)
    return join(colors.rint(), alpha.rint())


def _spots(like: Image, seed: int) -> Image:
    """Soft noise from about -1 to 1."""
    width, height = like.width // _SPOT_PX + 2, like.height // _SPOT_PX + 2
    small = Image.gaussnoise(width, height, mean=0, sigma=0.6, seed=seed % 0x7FFFFFFF).copy_memory()
    large = small.resize(_SPOT_PX, kernel="cubic").crop(0, 0, like.width, like.height)
    return large.copy_memory()
