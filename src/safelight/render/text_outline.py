"""Outline: a line around letters, with soft edges and round corners."""

from safelight.render.image import Image
from safelight.transform.plan import Border


def reach(border: Border | None) -> int:
    """How far the outline goes beyond the letters, px."""
    return 0 if border is None else border.width + 1


def outlined(letters: Image, border: Border, factor: int, opacity: float) -> Image:
    """Letters (RGBA, `factor` times their size) in an outline of the border's width and colour.

    `opacity` 0 to 1 is that of the letters; the outline does not show through them.
    """
    # Late: most pictures have no letters.
    import cv2
    import numpy as np

    alpha = letters[3].numpy()
    # The letters' edge is where half a pixel is covered; the distance from there gives the outline its soft edge.
    outside = np.where(alpha >= 128, 0, 255).astype(np.uint8)
    if not outside.all():
        distance = cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        ring = np.clip(border.width * factor + 0.5 - distance, 0, 1) * border.color.a
    else:
        ring = np.zeros(alpha.shape, dtype=np.float32)
    if opacity < 1:
        ring = ring * (1 - alpha / 255)
        letters = letters[0:3].bandjoin((letters[3] * opacity).rint().cast("uchar")).copy(interpretation="srgb")
    color = border.color
    strip = Image.new_from_array(np.rint(ring).astype(np.uint8))
    dark = Image.black(letters.width, letters.height, bands=3)
    plain = dark.linear([1] * 3, [color.r, color.g, color.b]).cast("uchar")
    below = plain.bandjoin(strip).copy(interpretation="srgb")
    return below.composite(letters, "over").rint().cast("uchar").copy(interpretation="srgb")
