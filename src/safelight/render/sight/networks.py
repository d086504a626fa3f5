"""Networks: what detectors in an operator's files answer, as parts of the picture."""

import math

import numpy as np

from safelight.render.image import Image
from safelight.render.sight.boxes import Part, distinct
from safelight.render.sight.described import Input, Tensor, answers, input_of, number, word
from safelight.render.sight.models import Models, missing, unusable
from safelight.render.sight.pixels import rgb_of_size
from safelight.transform.geometry import Size

FOUND_MAX = 64
LAYOUTS = ("auto", "v8", "v5", "yolox", "boxes")
"""How an objects' network writes its answers; see docs/how-to/models.md."""

_STRIDES = (8, 16, 32)
_CANDIDATES_MAX = 2000


def faces(image: Image, models: Models) -> tuple[list[Part], list[Part]]:
    """Faces, largest first, and the eyes of all, by a network of the layout of YuNet; in px of the picture."""
    fed = input_of(models, "faces")
    said = models.description("faces")
    score_min, overlap_max = number(said, "faces", "score", 0.6, 0, 1), number(said, "faces", "overlap", 0.3, 0, 1)
    found = answers(models, "faces", _blob(image, fed))
    rows = np.concatenate([_yunet_rows(found, fed, stride) for stride in _STRIDES])
    rows = rows[rows[:, 4] >= score_min]
    across, down = _back(image, fed)
    by_part = {
        Part(row[0] * across, row[1] * down, row[2] * across, row[3] * down, row[4]): row
        for row in rows[np.argsort(-rows[:, 4], kind="stable")][:_CANDIDATES_MAX].tolist()
    }
    kept = distinct(by_part, overlap_max)[:FOUND_MAX]
    eyes: list[Part] = []
    for part in kept:
        _, _, _, _, score, *points = by_part[part]
        width, height = part.width * 0.26, part.height * 0.18
        for x, y in zip(points[0:4:2], points[1:4:2], strict=True):
            eyes.append(Part(x * across - width / 2, y * down - height / 2, width, height, score))
    return sorted(kept, key=lambda part: (-part.area, part.x, part.y)), eyes


def objects(image: Image, models: Models) -> list[tuple[str, Part]]:
    """Things and the names of their classes, the surest first; in px of the picture."""
    if not models.has("objects"):
        raise missing("objects")
    fed = input_of(models, "objects")
    said = models.description("objects")
    score_min, overlap_max = number(said, "objects", "score", 0.3, 0, 1), number(said, "objects", "overlap", 0.5, 0, 1)
    layout = word(said, "objects", "layout", "auto", LAYOUTS)
    classes = models.classes()
    outputs = list(answers(models, "objects", _blob(image, fed)).values())
    rows, kinds = _rows(outputs[0], layout, len(classes), fed)
    sure = rows[:, 4] >= score_min
    rows, kinds = rows[sure], kinds[sure]
    order = np.argsort(-rows[:, 4], kind="stable")[:_CANDIDATES_MAX]
    across, down = _back(image, fed)
    by_class: dict[str, list[Part]] = {}
    for at in order.tolist():
        x, y, width, height, score = rows[at].tolist()
        kind = int(kinds[at])
        if 0 <= kind < len(classes):
            part = Part(x * across, y * down, width * across, height * down, min(1.0, score))
            by_class.setdefault(classes[kind], []).append(part)
    found = [(name, part) for name, parts in by_class.items() for part in distinct(parts, overlap_max)]
    return sorted(found, key=lambda each: (-each[1].score, each[0], each[1].x, each[1].y))[:FOUND_MAX]


def _blob(image: Image, fed: Input) -> Tensor:
    return fed.blob(rgb_of_size(image, Size(*fed.fitted(image.width, image.height))))


def _back(image: Image, fed: Input) -> tuple[float, float]:
    """How many px of the picture one px of the input is, across and down."""
    width, height = fed.fitted(image.width, image.height)
    return image.width / width, image.height / height


def _yunet_rows(found: dict[str, Tensor], fed: Input, stride: int) -> Tensor:
    """Left, top, width, height, score and five points for each cell of one of the three grids."""
    columns, lines = math.ceil(fed.width / stride), math.ceil(fed.height / stride)
    try:
        sure, there = found[f"cls_{stride}"].reshape(-1), found[f"obj_{stride}"].reshape(-1)
        box, points = found[f"bbox_{stride}"].reshape(-1, 4), found[f"kps_{stride}"].reshape(-1, 10)
    except (KeyError, ValueError) as error:
        raise unusable("faces", f"its outputs are {sorted(found)}") from error
    if not len(sure) == len(there) == len(box) == len(points) == columns * lines:
        raise unusable("faces", f"{len(sure)} answers where {columns * lines} are expected")
    down, across = np.divmod(np.arange(columns * lines), columns)
    score = np.sqrt(np.clip(sure, 0, 1) * np.clip(there, 0, 1))
    width, height = np.exp(np.minimum(box[:, 2], 10)) * stride, np.exp(np.minimum(box[:, 3], 10)) * stride
    left, top = (across + box[:, 0]) * stride - width / 2, (down + box[:, 1]) * stride - height / 2
    grid = np.tile(np.stack([across, down], 1), (1, 5))
    return np.concatenate([np.stack([left, top, width, height, score], 1), (points + grid) * stride], 1)


def _rows(output: Tensor, layout: str, classes: int, fed: Input) -> tuple[Tensor, Tensor]:
    """Left, top, width, height and score of each answer, and its class."""
    table = output.reshape(output.shape[-2], output.shape[-1]) if output.ndim >= 2 else output.reshape(1, -1)
    if layout == "auto":
        layout = _guessed(table, classes)
    match layout:
        case "v8" if table.shape[0] == 4 + classes:
            table = table.T
            return _centered(table, table[:, 4:])
        case "v5" if table.shape[1] == 5 + classes:
            return _centered(table, table[:, 5:] * table[:, 4:5])
        case "yolox" if table.shape[1] == 5 + classes:
            return _centered(_from_grid(table, fed), table[:, 5:] * table[:, 4:5])
        case "boxes" if table.shape[1] == 6:
            x1, y1, x2, y2, score, kind = table.T
            return np.stack([x1, y1, x2 - x1, y2 - y1, score], 1), kind.astype(np.int64)
        case _:
            raise unusable("objects", f"its output is {output.shape}, with {classes} classes")


def _guessed(table: Tensor, classes: int) -> str:
    if table.shape[0] == 4 + classes:
        return "v8"
    return "boxes" if table.shape[1] == 6 and classes != 1 else "v5"


def _centered(table: Tensor, scores: Tensor) -> tuple[Tensor, Tensor]:
    kinds = scores.argmax(1)
    score = scores[np.arange(len(scores)), kinds]
    x, y, width, height = table[:, 0], table[:, 1], table[:, 2], table[:, 3]
    return np.stack([x - width / 2, y - height / 2, width, height, score], 1), kinds


def _from_grid(table: Tensor, fed: Input) -> Tensor:
    """Places that are told in cells of three grids, in px."""
    cells: list[Tensor] = []
    for stride in _STRIDES:
        columns, lines = fed.width // stride, fed.height // stride
        down, across = np.divmod(np.arange(columns * lines, dtype=np.float32), columns)
        cells.append(np.stack([across, down, np.full(columns * lines, stride)], 1))
    grid = np.concatenate(cells).astype(np.float32)
    if len(grid) != len(table):
        raise unusable("objects", f"{len(table)} answers where {len(grid)} are expected")
    stride = grid[:, 2:]
    return np.concatenate([(table[:, :2] + grid[:, :2]) * stride, np.exp(np.minimum(table[:, 2:4], 10)) * stride], 1)
