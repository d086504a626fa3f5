"""e_oil_paint."""

from safelight.render.effect import Percent, effect
from safelight.render.image import Image
from safelight.render.tone import luma

_PERCENT_A_PX = 15
_WORK_SIDE_PX = 1400


@effect(example="e_oil_paint:60", reads_twice=True)
def oil_paint(image: Image, strength: Percent = 30) -> Image:
    """Make the image look painted with a broad brush.

    Each spot takes the colour of its calmest side, so that strokes end at edges (Kuwahara).
    """
    radius = 1 + round(strength / _PERCENT_A_PX)
    radius = min(radius, (min(image.width, image.height) - 1) // 2)
    if radius < 1:
        return image
    # The brush is as broad on a large picture as on a small one.
    shrink = max(1.0, max(image.width, image.height) / _WORK_SIDE_PX)
    small = image.resize(1 / shrink).cast("uchar").copy_memory() if shrink > 1 else image
    painted = _calmest(small, radius)
    if shrink == 1:
        return painted
    return painted.resize(image.width / painted.width, vscale=image.height / painted.height, kernel="cubic")


def _calmest(image: Image, radius: int) -> Image:
    """Of the four squares that touch a pixel with a corner, the mean of the one that varies least."""
    width, height, side = image.width, image.height, radius + 1
    shades = luma(image)
    wide = image.bandjoin([shades, shades * shades]).embed(
        radius, radius, width + 2 * radius, height + 2 * radius, extend="copy"
    )
    row = Image.new_from_array([[1] * side], scale=side)
    # One blur serves all four: the squares differ only in their place.
    means = wide.cast("float").conv(row, precision="float").conv(row.rot90(), precision="float").copy_memory()
    best: Image | None = None
    least: Image | None = None
    half = side // 2
    for left in (0, radius):
        for top in (0, radius):
            here = means.crop(left + half, top + half, width, height)
            varies = here[4] - here[3] * here[3]
            colors = here.extract_band(0, n=3)
            if best is None or least is None:
                best, least = colors, varies
                continue
            is_calmer = varies < least
            best, least = is_calmer.ifthenelse(colors, best), is_calmer.ifthenelse(varies, least)
    assert best is not None
    return best.rint().cast("uchar").copy(interpretation="srgb")
