"""Windows: which part of a picture is cut out around what was found in it. Numbers only."""

from collections.abc import Sequence

from safelight.render.sight.boxes import Part, largest, union
from safelight.transform.geometry import Size

MARGIN_OF_FACE = 1.6
"""A face fills so much of its window: the longer side of the face times this is the side of the window."""
MARGIN_OF_FACES = 1.25
MARGIN_OF_THINGS = 1.25
MARGIN_OF_EYES = 2.0

# What people said is where is meant as they said it.
_EXACT = ("custom", "region:", "path:")


def subject_of(word: str, parts: Sequence[Part]) -> Part:
    """The box that a word of a gravity means: the largest face, or all of the others together."""
    return largest(parts) if word == "face" else union(parts)


def natural(word: str, parts: Sequence[Part]) -> Part:
    """What a `thumb` shows of what was found: with a margin, not yet of the ratio that is asked for."""
    subject = subject_of(word, parts)
    if (word in {"face", "faces"} and len(parts) == 1) or word == "face":
        side = MARGIN_OF_FACE * max(subject.width, subject.height)
        return centered(subject.middle, side, side)
    margin = _margin(word)
    return centered(subject.middle, subject.width * margin, subject.height * margin)


def of_thumb(word: str, parts: Sequence[Part], size: Size, ratio: float, zoom: float) -> Part:
    """The window of a `thumb`: the natural one, closer by `zoom`, widened to the ratio, inside the picture."""
    around = natural(word, parts)
    return inside(widened(closer(around, zoom), ratio), size)


def of_crop(word: str, parts: Sequence[Part], size: Size, asked: Size, zoom: float) -> Part:
    """The window of a `crop` with sides: as large as asked for, closer by `zoom`, its middle in what was found."""
    middle = subject_of(word, parts).middle
    return inside(closer(centered(middle, asked.width, asked.height), zoom), size)


def of_region(word: str, parts: Sequence[Part], size: Size, zoom: float) -> Part:
    """What was found itself, closer by `zoom`."""
    return inside(closer(subject_of(word, parts), zoom), size)


def of_size(subject: Part, size: Size, window: Size) -> Part:
    """A window of a size that is given, its middle in the subject, shifted into the picture."""
    return inside(centered(subject.middle, window.width, window.height), size)


def centered(middle: tuple[float, float], width: float, height: float) -> Part:
    return Part(middle[0] - width / 2, middle[1] - height / 2, width, height)


def closer(part: Part, zoom: float) -> Part:
    """The same middle; twice the zoom shows half as much."""
    return centered(part.middle, part.width / zoom, part.height / zoom)


def widened(part: Part, ratio: float) -> Part:
    """The smallest part of a ratio (width by height) around the same middle that holds it."""
    return centered(part.middle, max(part.width, part.height * ratio), max(part.height, part.width / ratio))


def inside(part: Part, size: Size) -> Part:
    """Made smaller until it fits, keeping its ratio, then shifted into the picture."""
    factor = min(1.0, size.width / part.width, size.height / part.height)
    width, height = part.width * factor, part.height * factor
    middle_x, middle_y = part.middle
    left = min(max(0.0, middle_x - width / 2), size.width - width)
    top = min(max(0.0, middle_y - height / 2), size.height - height)
    return Part(left, top, width, height, part.score)


def _margin(word: str) -> float:
    if word.startswith(_EXACT):
        return 1.0
    if word == "eyes":
        return MARGIN_OF_EYES
    return MARGIN_OF_FACES if word == "faces" else MARGIN_OF_THINGS
