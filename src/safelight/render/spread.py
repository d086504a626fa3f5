"""Spread: what is bright (or opaque) grows or shrinks by a kernel, quickly for large ones too."""

import math

from safelight.render.image import Image

Offsets = tuple[tuple[int, int], ...]
"""A kernel: which neighbours count, as steps to the right and down."""

# Past this the mask is made smaller first: an edge so far away is soft anyway.
_RADIUS_PX_MAX = 8.0
_SIGMA_PX = 1.2


def disk(radius: float) -> Offsets:
    """All places within a radius."""
    reach = math.floor(radius)
    span = range(-reach, reach + 1)
    return tuple((x, y) for y in span for x in span if math.hypot(x, y) <= radius + 0.25)


def dilated(image: Image, offsets: Offsets) -> Image:
    """Each pixel takes the highest value among its neighbours."""
    reach = max(max(abs(x), abs(y)) for x, y in offsets)
    wide = image.embed(reach, reach, image.width + 2 * reach, image.height + 2 * reach, extend="copy").copy_memory()
    shifted = [wide.crop(reach + x, reach + y, image.width, image.height) for x, y in offsets]
    while len(shifted) > 1:
        pairs = [one.maxpair(other) for one, other in zip(shifted[::2], shifted[1::2], strict=False)]
        shifted = pairs + shifted[len(pairs) * 2 :]
    return shifted[0].copy_memory()


def eroded(image: Image, offsets: Offsets) -> Image:
    """Each pixel takes the lowest value among its neighbours."""
    return dilated(image.invert(), tuple((-x, -y) for x, y in offsets)).invert()


def grown(mask: Image, radius_px: float) -> Image:
    """An 8-bit mask that reaches so much further out, with a soft edge."""
    shrink = max(1.0, radius_px / _RADIUS_PX_MAX)
    width, height = max(1, round(mask.width / shrink)), max(1, round(mask.height / shrink))
    if shrink == 1 or width < 2 or height < 2:
        return dilated(mask, disk(radius_px))
    small = mask.resize(width / mask.width, vscale=height / mask.height, kernel="linear").cast("uchar")
    # The enlarged edge is as wide as the mask was made small; the slope makes it sharp again.
    # A small disk has corners: a little blur takes them away.
    large = dilated(small, disk(radius_px / shrink)).gaussblur(_SIGMA_PX)
    large = large.resize(mask.width / width, vscale=mask.height / height, kernel="cubic")
    large = large.embed(0, 0, mask.width, mask.height, extend="copy")
    # Kept: whoever blurs it reads every line many times.
    return ((large - 127.5) * shrink + 127.5).cast("uchar").maxpair(mask).copy_memory()
