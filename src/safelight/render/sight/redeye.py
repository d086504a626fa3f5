"""Redeye: the red of a flash in eyes, darkened where it is round, red, and where eyes are."""

from collections.abc import Sequence

import numpy as np

from safelight.render.image import Image
from safelight.render.sight import boxes
from safelight.render.sight.boxes import Part
from safelight.transform.geometry import Box, Size

# A pixel is flash red where red passes the mean of green and blue by this factor, and is bright enough to be seen.
_REDNESS = 1.75
_RED_LEAST = 60
# A pupil is a blob: of this share of the eye's box at least and at most, and as round as this.
_SHARE_MIN, _SHARE_MAX = 0.01, 0.45
_ROUND_MIN = 0.35


def mended(image: Image, eyes: Sequence[Part]) -> Image:
    """The picture in memory, 8-bit without alpha, with the pupils in these eyes grey instead of red."""
    for eye in eyes:
        box = boxes.box(eye, Size(image.width, image.height))
        piece = _mended(image, box)
        if piece is not None:
            image = image.insert(piece, box.left, box.top).copy_memory()
    return image


def _mended(image: Image, box: Box) -> Image | None:
    import cv2

    part = image.crop(box.left, box.top, box.width, box.height)
    pixels = np.frombuffer(part.write_to_memory(), np.uint8).reshape(box.height, box.width, part.bands)
    values = pixels.astype(np.float32)
    red, green, blue = values[:, :, 0], values[:, :, 1], values[:, :, 2]
    others = (green + blue) / 2
    is_red = (red > _RED_LEAST) & (red > others * _REDNESS)
    kept = _pupil(is_red.astype(np.uint8))
    if kept is None:
        return None
    # A little beyond the blob, and soft: the rim of a flash is less red than its middle.
    reach = max(1.0, box.width * 0.02)
    share = np.clip(cv2.GaussianBlur(kept.astype(np.float32), (0, 0), reach) * 1.6, 0, 1)
    share = share * np.clip((red / np.maximum(1, others) - 1.1) / 0.4, 0, 1)
    grey = np.minimum(others, red) * 0.8
    mixed = values * (1 - share[:, :, None]) + grey[:, :, None] * share[:, :, None]
    raw = np.rint(mixed).astype(np.uint8).tobytes()
    return Image.new_from_memory(raw, box.width, box.height, part.bands, "uchar").copy(interpretation="srgb")


def _pupil(
    is_red: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]",
) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]] | None":
    """The largest round blob, filled: the white spark in its middle belongs to it."""
    import cv2

    contours, _ = cv2.findContours(is_red, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    whole = is_red.shape[0] * is_red.shape[1]
    best, area_best = None, 0.0
    for contour in contours:
        area = float(cv2.contourArea(contour))
        length = float(cv2.arcLength(contour, True))
        is_round = length > 0 and 4 * np.pi * area / length**2 >= _ROUND_MIN
        if _SHARE_MIN * whole <= area <= _SHARE_MAX * whole and is_round and area > area_best:
            best, area_best = contour, area
    if best is None:
        return None
    kept = np.zeros(is_red.shape, np.uint8)
    cv2.drawContours(kept, [best], -1, 1, cv2.FILLED)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return kept
