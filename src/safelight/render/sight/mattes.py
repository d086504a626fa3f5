"""Mattes: how much each pixel belongs to the subject of a picture, by an operator's network; and its edges, refined."""

import numpy as np

from safelight.render.image import Image
from safelight.render.sight.boxes import Part
from safelight.render.sight.described import Tensor, answers, input_of
from safelight.render.sight.models import Models, unusable
from safelight.render.sight.pixels import Pixels, rgb, rgb_of_size
from safelight.transform.geometry import Size

REFINED_SIDE_PX = 1024
FINE_SIDE_PX = 2048
"""The edges are refined on a picture whose longer side has so many px, then enlarged softly."""

_SUBJECT_FROM = 0.5
_SUBJECT_SHARE_MIN = 0.002
# Of the guided filter: how far it looks, as a share of the side, and how strong an edge must be to be followed.
_REACH_SHARE = 1 / 128
_EDGE_LEAST = 1e-4


def coarse(image: Image, models: Models, name: str) -> Tensor:
    """0 to 1 for each cell of the network's own grid, stretched over the whole picture."""
    fed = input_of(models, name)
    said = models.description(name)
    width, height = fed.fitted(image.width, image.height)
    found = answers(models, name, fed.blob(rgb_of_size(image, Size(width, height))))
    wanted = said.get("output")
    if wanted is not None and wanted not in found:
        raise unusable(name, f"it has no output {wanted!r}, but {sorted(found)}")
    output = found[str(wanted)] if wanted is not None else next(iter(found.values()))
    if output.ndim < 2:
        raise unusable(name, f"its output is {output.shape}")
    table = output.reshape(-1, *output.shape[-2:])[0]
    if fed.keeps_shape:
        lines, columns = table.shape
        table = table[: max(1, round(lines * height / fed.height)), : max(1, round(columns * width / fed.width))]
    low, high = float(table.min()), float(table.max())
    if said.get("stretch", True) is True and high - low > 1e-6:
        table = (table - low) / (high - low)
    return np.clip(table, 0, 1).astype(np.float32)


def matte(image: Image, models: Models, *, is_fine: bool = False) -> Image:
    """The alpha of the subject, 0 to 255, of the picture's own size."""
    table = coarse(image, models, "matte")
    side_px = FINE_SIDE_PX if is_fine else REFINED_SIDE_PX
    refined = _along_edges(rgb(image, side_px), table)
    lines, columns = refined.shape
    levels = np.rint(refined * 255).astype(np.uint8)
    small = Image.new_from_memory(levels.tobytes(), columns, lines, 1, "uchar")
    if (columns, lines) == (image.width, image.height):
        return small
    large = small.resize(image.width / columns, vscale=image.height / lines, kernel="linear").cast("uchar")
    return large.embed(0, 0, image.width, image.height, extend="copy")


def subject(image: Image, models: Models) -> Part | None:
    """The box around what belongs to the subject; None where nothing does."""
    table = coarse(image, models, "subject" if models.has("subject") else "matte")
    inside = table >= _SUBJECT_FROM
    if inside.mean() < _SUBJECT_SHARE_MIN:
        return None
    lines, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    across, down = image.width / table.shape[1], image.height / table.shape[0]
    left, top = float(columns[0]), float(lines[0])
    width, height = float(columns[-1]) + 1 - left, float(lines[-1]) + 1 - top
    return Part(left * across, top * down, width * across, height * down, float(table[inside].mean()))


def _along_edges(pixels: Pixels, table: Tensor) -> Tensor:
    """The matte made as large as the pixels, its edge moved to the nearest edge of the picture (a guided filter)."""
    import cv2

    cv2.setNumThreads(1)
    lines, columns = pixels.shape[:2]
    soft = cv2.resize(table, (columns, lines), interpolation=cv2.INTER_LINEAR)
    guide = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    reach = max(1, round(max(lines, columns) * _REACH_SHARE)) * 2 + 1

    def mean(values: Tensor) -> Tensor:
        return np.asarray(cv2.blur(values, (reach, reach)), np.float32)

    of_guide, of_soft = mean(guide), mean(soft)
    slope = (mean(guide * soft) - of_guide * of_soft) / (mean(guide * guide) - of_guide**2 + _EDGE_LEAST)
    found = mean(slope) * guide + mean(of_soft - slope * of_guide)
    # What is sure stays as it is: only the edge is the filter's affair.
    found = np.where(soft > 0.98, 1.0, np.where(soft < 0.02, 0.0, found))
    return np.clip((found - 0.02) / 0.96, 0, 1).astype(np.float32)
