"""Bleed: where nothing is seen, the colours of what is seen nearby, so that no effect meets hidden ones."""

from safelight.render.image import FULL_ALPHA, Image

# The filling is drawn small: it is never seen itself.
_SIDE_PX = 96
_SIGMA_PX = 3.0
_SEEN = 0.5


def bled(colors: Image, alpha: Image) -> Image:
    """The colours of an 8-bit picture, in memory, with those of its wholly transparent pixels replaced."""
    whole = colors.bandjoin(alpha).copy(interpretation="srgb").premultiply(max_alpha=FULL_ALPHA)
    shrink = max(1.0, max(whole.width, whole.height) / _SIDE_PX)
    small = whole.resize(1 / shrink, kernel="linear").copy_memory()
    near = small.gaussblur(min(_SIGMA_PX, max(small.width, small.height) / 4)).copy_memory()
    share = near[3] / FULL_ALPHA
    seen = small[3].avg()
    if seen == 0:
        return colors
    mean = [small[band].avg() * FULL_ALPHA / seen for band in range(3)]
    around = (share * FULL_ALPHA > _SEEN).ifthenelse(near.extract_band(0, n=3) / share, mean)
    filling = around.cast("uchar").resize(
        colors.width / small.width, vscale=colors.height / small.height, kernel="linear"
    )
    filling = filling.embed(0, 0, colors.width, colors.height, extend="copy")
    found = (alpha < 1).ifthenelse(filling, colors).copy_memory()
    return found.copy(interpretation="srgb")
