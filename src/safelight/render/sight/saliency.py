"""Saliency: how much each place of a picture draws the eye, and which window of a size holds most of it.

Places that differ from the rest in colour, that hold fine detail, and where libvips' attention goes; faces and what is
asked for by name count for more than all of that together. Arithmetic on a small copy: the same for the same pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safelight.render.image import Image
from safelight.render.sight.boxes import Part
from safelight.render.sight.described import Tensor
from safelight.render.sight.pixels import rgb, size_within
from safelight.transform.geometry import Size

SIDE_PX = 192
"""The longer side of the map."""

# How much of the map's mass each sign has.
_COLOR, _DETAIL, _ATTENTION = 0.45, 0.35, 0.2
# The middle of a picture is what its photographer looked at; the edge keeps so much.
_EDGE_KEEPS = 0.55
# What is duller than most of the picture is ground, and has no mass.
_GROUND_PERCENTILE = 40
# A picture whose levels differ by less shows nothing.
_EVEN = 1.0

# A thing in the middle of a window counts fully, at its corner so much less; on the lines of thirds a little more.
_FADE = 0.3
_THIRDS, _THIRDS_WIDTH = 0.1, 0.12


@dataclass(frozen=True)
class Weighted:
    """A part of the picture that counts; 1 is as much as everything else together, less than nothing is avoided."""

    part: Part
    weight: float


def mapped(image: Image, weighted: Sequence[Weighted], subject: Tensor | None = None) -> Tensor:
    """The map, SIDE_PX on its longer side; `subject` is the answer of a network, which says more than mere pixels."""
    import cv2

    cv2.setNumThreads(1)
    size = size_within(image, SIDE_PX)
    found = _normal(_of_pixels(image, size))
    if subject is not None:
        found = 0.25 * found + 0.75 * _normal(cv2.resize(subject, (size.width, size.height)))
    for each in weighted:
        blob = _blob(each.part, Size(image.width, image.height), size)
        total = float(blob.sum())
        if total > 0:
            found = found + blob * (each.weight / total)
    return found.astype(np.float32)


def best(
    table: Tensor, share_across: float, share_down: float, whole: Sequence[Weighted] = (), *, uses_thirds: bool = True
) -> tuple[Part, float]:
    """The window of this size (shares of the sides) that holds most, in shares, and what share of the mass it holds.

    What is `whole` (in shares) should be seen whole or not at all: its weight is lost where it is cut in half.
    """
    import cv2

    lines, columns = table.shape
    width, height = _cells(share_across, columns), _cells(share_down, lines)
    answers = cv2.matchTemplate(table, _kernel(width, height, uses_thirds=uses_thirds), cv2.TM_CCORR)
    for each in whole:
        inside = _inside(each.part.y, each.part.height, height, lines)[:, None]
        inside = inside * _inside(each.part.x, each.part.width, width, columns)[None, :]
        # Of what is larger than the window, the most that can be seen counts as the whole.
        inside = inside / max(1e-6, float(inside.max()))
        answers = answers - each.weight * 4 * inside * (1 - inside)
    # Of equals, the one nearest to the middle; rounding makes equals of those that differ by nothing anybody sees.
    down, across = np.mgrid[0 : answers.shape[0], 0 : answers.shape[1]]
    away = ((down * 2 - answers.shape[0] + 1) ** 2 + (across * 2 - answers.shape[1] + 1) ** 2) / (lines**2 + columns**2)
    scale = max(1e-9, float(np.abs(answers).max()))
    at = int(np.argmax(np.round(answers / scale, 4) - 0.002 * away))
    top, left = divmod(at, answers.shape[1])
    mass = np.clip(table, 0, None)
    held = float(mass[top : top + height, left : left + width].sum()) / max(1e-9, float(mass.sum()))
    # The free space is shared alike, so that the last cell is the very edge.
    x = left / max(1, columns - width) * (1 - share_across)
    y = top / max(1, lines - height) * (1 - share_down)
    return Part(x, y, share_across, share_down), held


def _cells(share: float, cells: int) -> int:
    return min(cells, max(1, round(share * cells)))


def _inside(start: float, length: float, window: int, cells: int) -> Tensor:
    """For each place of a window along one side: what share of a part is inside it."""
    low, high = max(0.0, start) * cells, min(1.0, start + length) * cells
    first = np.arange(cells - window + 1)
    shared = np.minimum(first + window, high) - np.maximum(first, low)
    return np.clip(shared / max(1e-6, high - low), 0, 1)


def _of_pixels(image: Image, size: Size) -> Tensor:
    import cv2

    pixels = rgb(image, SIDE_PX)
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB).astype(np.float32)
    soft = cv2.GaussianBlur(lab, (0, 0), SIDE_PX / 64)
    color = np.sqrt(((soft - soft.mean((0, 1))) ** 2).sum(2))
    grey = lab[:, :, 0]
    detail = np.abs(grey - cv2.GaussianBlur(grey, (0, 0), 2.0))
    detail = cv2.GaussianBlur(detail, (0, 0), SIDE_PX / 48)
    if float(color.max()) < _EVEN and float(detail.max()) < _EVEN:
        return _faded(np.ones((size.height, size.width), np.float32))
    attention = _blob(_attention(image), Size(image.width, image.height), size)
    found = _COLOR * _normal(color) + _DETAIL * _normal(detail) + _ATTENTION * _normal(attention)
    return _faded(np.asarray(np.clip(found - np.percentile(found, _GROUND_PERCENTILE), 0, None), np.float32))


def _faded(table: Tensor) -> Tensor:
    """Less towards the edges."""
    down = np.linspace(-1, 1, table.shape[0])[:, None]
    across = np.linspace(-1, 1, table.shape[1])[None, :]
    return table * (1 - (1 - _EDGE_KEEPS) * np.clip((down**2 + across**2) / 2, 0, 1))


def _attention(image: Image) -> Part:
    """Where libvips would cut: a quarter of the shorter side around the middle of what it finds."""
    small = image.flatten(background=[127.0, 127.0, 127.0]) if image.hasalpha() else image
    side = max(1, min(small.width, small.height) // 4)
    found = small.smartcrop(side, side, interesting="attention")
    return Part(-found.xoffset, -found.yoffset, side, side)


def _normal(table: Tensor) -> Tensor:
    """The same with a mass of 1."""
    total = float(table.sum())
    return table / total if total > 0 else np.full_like(table, 1 / table.size)


def _blob(part: Part, size: Size, cells: Size) -> Tensor:
    """A soft ellipse in place of a box."""
    middle_x, middle_y = part.middle[0] / size.width * cells.width, part.middle[1] / size.height * cells.height
    reach_x = max(0.5, part.width / size.width * cells.width / 2)
    reach_y = max(0.5, part.height / size.height * cells.height / 2)
    down = ((np.arange(cells.height) + 0.5 - middle_y) / reach_y)[:, None]
    across = ((np.arange(cells.width) + 0.5 - middle_x) / reach_x)[None, :]
    return np.clip(1.2 - (down**2 + across**2), 0, 1)


def _kernel(width: int, height: int, *, uses_thirds: bool) -> Tensor:
    down = np.abs((np.arange(height) + 0.5) / height * 2 - 1)[:, None]
    across = np.abs((np.arange(width) + 0.5) / width * 2 - 1)[None, :]
    kernel = 1 - _FADE * (down**2 + across**2) / 2
    if uses_thirds:
        lines = np.exp(-(((down - 1 / 3) / _THIRDS_WIDTH) ** 2)) + np.exp(-(((across - 1 / 3) / _THIRDS_WIDTH) ** 2))
        kernel = kernel + _THIRDS * lines / 2
    return kernel.astype(np.float32)
