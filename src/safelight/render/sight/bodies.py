"""Bodies: whole persons, by their outlines or by their faces."""

import numpy as np

from safelight.render.sight.boxes import Part, distinct, overlap
from safelight.render.sight.pixels import Pixels

BODIES_MAX = 16
# An outline is a body from this answer of OpenCV's detector on; of trees and columns it says less.
_ANSWER_MIN = 0.9
_ANSWER_SURE = 3.0


def of_faces(faces: list[Part]) -> list[Part]:
    """The bodies that faces stand on: three faces wide, seven high, as draughtsmen say."""
    return [
        Part(face.x - face.width, face.y - face.height * 0.5, face.width * 3, face.height * 7.5, face.score)
        for face in faces
    ]


def by_outline(pixels: Pixels) -> list[Part]:
    """People who stand or walk, seen whole."""
    import cv2

    cv2.setNumThreads(1)
    detector = cv2.HOGDescriptor()
    detector.setSVMDetector(cv2.HOGDescriptor.getDefaultPeopleDetector())  # pyright: ignore[reportArgumentType, reportCallIssue]
    if pixels.shape[0] < 128 or pixels.shape[1] < 64:
        return []
    boxes, answers = detector.detectMultiScale(np.ascontiguousarray(pixels), winStride=(8, 8), scale=1.05)
    found = [
        # The detector wants air around a body, and counts it.
        Part(x + w * 0.12, y + h * 0.06, w * 0.76, h * 0.88, min(1.0, float(answer) / _ANSWER_SURE))
        for (x, y, w, h), answer in zip(boxes, np.reshape(answers, -1), strict=True)
        if answer >= _ANSWER_MIN
    ]
    return distinct(found, 0.3)[:BODIES_MAX]


def united(faces: list[Part], pixels: Pixels) -> list[Part]:
    """Bodies with a face first; outlines where no face was seen."""
    found = of_faces(faces)
    return found + [body for body in by_outline(pixels) if all(overlap(body, other) < 0.1 for other in found)]
