"""Soften: a Gaussian blur that stays quick for large radii."""

from safelight.render.image import FULL_ALPHA, Image

# Past this, the picture is made smaller first: what the eye sees is the same, the work is not.
_SIGMA_PX_MAX = 6.0


def soften(image: Image, sigma_px: float) -> Image:
    """Blur an 8-bit sRGB picture; colours of transparent pixels do not bleed into their neighbours."""
    if sigma_px < 0.2:
        return image
    has_alpha = image.hasalpha()
    work = image.premultiply(max_alpha=FULL_ALPHA) if has_alpha else image
    shrink = min(sigma_px / _SIGMA_PX_MAX, image.width / 4, image.height / 4)
    if shrink > 1:
        work = work.resize(1 / shrink, kernel="linear")
        # min_ampl: how far the bell is followed; the edges are continued by their last pixel.
        work = work.gaussblur(sigma_px / shrink, min_ampl=0.05)
        work = work.resize(image.width / work.width, vscale=image.height / work.height, kernel="linear")
        work = work.crop(0, 0, image.width, image.height)
    else:
        work = work.gaussblur(sigma_px, min_ampl=0.05)
    work = work.unpremultiply(max_alpha=FULL_ALPHA) if has_alpha else work
    return work.cast("uchar").copy(interpretation="srgb")
