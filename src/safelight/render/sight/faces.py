"""Faces by what OpenCV itself carries: several cascades that must agree. Mere arithmetic: the same for the same pixels.

A cascade is a list of tests of light and dark, trained on faces; it answers as often as it finds one, slightly moved or
scaled. How often several of them answer for one place, measured against its size, tells faces from leaves.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from safelight.render.sight.boxes import Part, distinct, overlap
from safelight.render.sight.pixels import Pixels

if TYPE_CHECKING:
    import cv2

SIDE_PX = 640
"""The longer side of what is looked at: more costs time, and finds more leaves than faces."""
FACE_PX_MIN = 20
"""The smallest face, in px of that."""
FACES_MAX = 32

# How many answers make a face: more of a large one, for it has more places and scales to answer at. Set by eye and by
# count on portraits, groups and landscapes: faces of 24 px had 14 and more, leaves of 48 px at most 26.
_ANSWERS_A_PX = 0.65
_ANSWERS_LOW = 14.0
_ANSWERS_HIGH = 34.0
# A face from the side is known by one cascade only, which must be the surer.
_SIDE_ANSWERS_MIN = 8
_SIDE_ANSWERS_A_PX = 0.15
_OVERLAP_OF_SAME = 0.25

_FRONT_FIRST = "frontalface_alt2"
_FRONT_OTHERS = ("frontalface_alt", "frontalface_default")
_SIDE = "profileface"
_EYES = "eye_tree_eyeglasses"


def faces(pixels: Pixels) -> list[Part]:
    """The faces, largest first. `pixels` should have SIDE_PX."""
    import cv2

    cv2.setNumThreads(1)
    grey: Pixels = np.ascontiguousarray(cv2.equalizeHist(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)), np.uint8)
    front = [_with_others(grey, part) for part in _answers(grey, _FRONT_FIRST, 1.1)]
    sides = [*_answers(grey, _SIDE, 1.15), *_mirrored(_answers(np.ascontiguousarray(grey[:, ::-1]), _SIDE, 1.15), grey)]
    found: list[Part] = []
    for part in front:
        beside = max((side.score for side in sides if overlap(part, side) > _OVERLAP_OF_SAME), default=0.0)
        certainty = (part.score + beside) / _answers_wanted(part)
        if certainty >= 1:
            found.append(_sure(part, certainty))
    for side in sides:
        certainty = side.score / max(_SIDE_ANSWERS_MIN, _SIDE_ANSWERS_A_PX * side.width)
        if certainty >= 1 and all(overlap(side, other) < _OVERLAP_OF_SAME / 2 for other in found):
            found.append(_sure(side, certainty / 2))
    kept = distinct(found, _OVERLAP_OF_SAME)[:FACES_MAX]
    return sorted(kept, key=lambda part: (-part.area, part.x, part.y))


def eyes(pixels: Pixels, face: Part) -> list[Part]:
    """The eyes of a face, at most two, the surest first."""
    import cv2

    height, width = pixels.shape[:2]
    left, top = max(0, int(face.x)), max(0, int(face.y))
    right, bottom = min(width, int(face.x + face.width)), min(height, int(face.y + face.height * 0.6))
    if right - left < FACE_PX_MIN or bottom - top < FACE_PX_MIN / 2:
        return []
    grey = cv2.cvtColor(np.ascontiguousarray(pixels[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    # Eyes are small: the cascade wants to see them large.
    zoom = max(1.0, 240 / (right - left))
    large = cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_CUBIC)
    side = int(face.width * zoom * 0.14)
    boxes, counts = _cascade(_EYES).detectMultiScale2(cv2.equalizeHist(large), 1.05, 3, minSize=(side, side))
    found = [
        Part(left + x / zoom, top + y / zoom, w / zoom, h / zoom, min(1.0, float(count) / 40))
        for (x, y, w, h), count in zip(boxes, counts, strict=True)
        if w < face.width * zoom * 0.5
    ]
    return distinct(found, 0.1)[:2]


def eyes_by_shape(face: Part) -> list[Part]:
    """Where eyes are in a face whose eyes cannot be made out."""
    width, height = face.width * 0.26, face.height * 0.18
    y = face.y + face.height * 0.3
    return [Part(face.x + face.width * at - width / 2, y, width, height, face.score / 2) for at in (0.3, 0.7)]


def _with_others(grey: Pixels, part: Part) -> Part:
    """The answers of the other cascades about the same place, added."""
    margin = part.width * 0.25
    top, bottom = int(max(0, part.y - margin)), int(min(grey.shape[0], part.y + part.height + margin))
    left, right = int(max(0, part.x - margin)), int(min(grey.shape[1], part.x + part.width + margin))
    around = np.ascontiguousarray(grey[top:bottom, left:right])
    answers = part.score
    for name in _FRONT_OTHERS:
        low, high = max(FACE_PX_MIN, int(part.width * 0.65)), int(part.width * 1.5)
        _, counts = _cascade(name).detectMultiScale2(around, 1.1, 1, minSize=(low, low), maxSize=(high, high))
        answers += float(sum(counts))
    return Part(part.x, part.y, part.width, part.height, answers)


def _answers(grey: Pixels, name: str, step: float) -> list[Part]:
    boxes, counts = _cascade(name).detectMultiScale2(grey, step, 2, minSize=(FACE_PX_MIN, FACE_PX_MIN))
    return [
        Part(float(x), float(y), float(w), float(h), float(count))
        for (x, y, w, h), count in zip(boxes, counts, strict=True)
    ]


def _mirrored(parts: list[Part], grey: Pixels) -> list[Part]:
    return [Part(grey.shape[1] - part.x - part.width, part.y, part.width, part.height, part.score) for part in parts]


def _answers_wanted(part: Part) -> float:
    return min(_ANSWERS_HIGH, max(_ANSWERS_LOW, _ANSWERS_A_PX * part.width))


def _sure(part: Part, certainty: float) -> Part:
    """Twice as many answers as are wanted are half way between a guess and certainty."""
    return Part(part.x, part.y, part.width, part.height, certainty / (1 + certainty))


@cache
def _cascade(name: str) -> "cv2.CascadeClassifier":
    import cv2

    path = Path(cv2.__file__).parent / "data" / f"haarcascade_{name}.xml"
    return cv2.CascadeClassifier(str(path))
