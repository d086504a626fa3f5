"""Liquid: takes out what matters least, seam by seam, until a picture has the ratio that is asked for (`g_liquid`).

A seam is a path of pixels from edge to edge along which little happens. Seams are found on a small copy, and what they
leave is a map of where each pixel of the result comes from; the picture itself is then drawn by that map. So the work
does not grow with the picture, and where a seam is missing the pixels around it close up softly.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from safelight.kernel.errors import TooMuch
from safelight.render.image import Image
from safelight.render.sight.boxes import Part
from safelight.render.sight.pixels import rgb
from safelight.transform.geometry import Size

PIXELS_MAX = 10_000_000
"""Of the picture that seams are taken out of: maps of larger ones would not fit into a child's memory."""

_SIDE_PX = 256
# A seam through a face costs so much more than through the liveliest ground.
_FACE_COST = 4.0
# A straight line shows where it was cut: seams that leap are dearer than those that run straight.
_SOFTEN_PX = 3.0

Table = NDArray[np.float32]


def scaled_size(current: Size, target: Size) -> Size:
    """The size that a picture is brought to first: it covers the target, and one of its sides is right already."""
    factor = max(target.width / current.width, target.height / current.height)
    width, height = round(current.width * factor), round(current.height * factor)
    return Size(max(target.width, width), max(target.height, height))


def carved(image: Image, target: Size, faces: Sequence[Part]) -> Image:
    """A picture in memory whose sides are at least those of the target, brought to the target."""
    if image.width * image.height > PIXELS_MAX:
        raise TooMuch(f"`g_liquid` takes images of up to {PIXELS_MAX / 1e6:g} megapixels.")
    costs = _costs(image, faces)
    if image.width > target.width:
        image = _drawn(image, _places(costs, target.width / image.width), target.width, is_across=True)
        costs = _costs(image, ())
    if image.height > target.height:
        image = _drawn(image, _places(costs.T.copy(), target.height / image.height), target.height, is_across=False)
    return image


def _costs(image: Image, faces: Sequence[Part]) -> Table:
    """What it costs to take out each pixel of a small copy."""
    import cv2

    cv2.setNumThreads(1)
    pixels = rgb(image, _SIDE_PX)
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    soft = cv2.GaussianBlur(lab, (0, 0), 0.8)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    liveliness = np.asarray(np.sqrt((across**2 + down**2).sum(2)), np.float32)
    # What lies beside something lively belongs to it.
    costs: Table = np.asarray(liveliness + cv2.GaussianBlur(liveliness, (0, 0), _SIDE_PX / 40), np.float32)
    lines, columns = costs.shape
    dear = float(costs.max()) * _FACE_COST + 1
    for face in faces:
        top, bottom = _range(face.y - face.height * 0.4, face.height * 1.7, image.height, lines)
        left, right = _range(face.x - face.width * 0.2, face.width * 1.4, image.width, columns)
        costs[top:bottom, left:right] += dear
    return costs


def _range(start: float, length: float, whole_px: int, cells: int) -> tuple[int, int]:
    first, last = start / whole_px * cells, (start + length) / whole_px * cells
    return max(0, int(first)), min(cells, int(np.ceil(last)))


def _places(costs: Table, share: float) -> Table:
    """For each pixel that is left when only this share of each line is: where in the line it was, from 0 to 1."""
    lines, columns = costs.shape
    kept = max(1, round(columns * share))
    places = np.tile((np.arange(columns, dtype=np.float32) + 0.5) / columns, (lines, 1))
    for _ in range(columns - kept):
        seam = _seam(costs)
        stays = np.ones(costs.shape, bool)
        stays[np.arange(lines), seam] = False
        width = costs.shape[1] - 1
        costs, places = costs[stays].reshape(lines, width), places[stays].reshape(lines, width)
    return places


def _seam(costs: Table) -> NDArray[np.intp]:
    """The column of the cheapest seam in each line."""
    lines, columns = costs.shape
    sums = np.empty_like(costs)
    sums[0] = costs[0]
    edged = np.full(columns + 2, np.inf, np.float32)
    for line in range(1, lines):
        edged[1:-1] = sums[line - 1]
        sums[line] = costs[line] + np.minimum(np.minimum(edged[:-2], edged[2:]), edged[1:-1])
    seam = np.empty(lines, np.intp)
    at = seam[-1] = int(np.argmin(sums[-1]))
    for line in range(lines - 2, -1, -1):
        low, high = max(0, at - 1), min(columns, at + 2)
        at = seam[line] = low + int(np.argmin(sums[line, low:high]))
    return seam


def _drawn(image: Image, places: Table, length: int, *, is_across: bool) -> Image:
    """The picture drawn by a map of places along one side; `length` is that side afterwards."""
    import cv2

    pixels = np.frombuffer(image.write_to_memory(), np.uint8).reshape(image.height, image.width, image.bands)
    pixels = pixels if is_across else pixels.transpose(1, 0, 2)
    lines, columns = pixels.shape[:2]
    # Softened along the lines that a seam crosses, or every leap of a seam would be a step in an edge.
    soft = cv2.GaussianBlur(places, (0, 0), sigmaX=0.8, sigmaY=_SOFTEN_PX)
    across = cv2.resize(np.asarray(soft, np.float32), (length, lines), interpolation=cv2.INTER_LINEAR)
    across = np.maximum.accumulate(across, axis=1) * columns - 0.5
    down = np.tile(np.arange(lines, dtype=np.float32)[:, None], (1, length))
    found = cv2.remap(
        np.ascontiguousarray(pixels),
        np.asarray(across, np.float32),
        down,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    found = found.reshape(lines, length, image.bands)
    found = np.ascontiguousarray(found if is_across else found.transpose(1, 0, 2))
    height, width = found.shape[:2]
    made = Image.new_from_memory(found.tobytes(), width, height, image.bands, "uchar")
    return made.copy(interpretation=image.interpretation)
