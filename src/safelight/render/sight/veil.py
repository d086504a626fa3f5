"""Veil: parts of a picture covered by another version of it, through soft ellipses or rectangles."""

from collections.abc import Callable, Sequence

from safelight.render.image import Image
from safelight.render.sight import boxes
from safelight.render.sight.boxes import Part
from safelight.render.sight.eyes import Eyes
from safelight.transform.geometry import Size
from safelight.transform.plan import SightGravity

# A detector's box ends at brows and chin; who shall not be known needs hair and ears covered, too.
_ACROSS, _DOWN = 1.35, 1.6
# The edge of an ellipse, as a share of its radius.
_EDGE = 0.12


def faces_veiled(image: Image, faces: Sequence[Part], changed: Callable[[Image, Part], Image]) -> Image:
    """Each face of a picture in memory replaced by what `changed` makes of the part around it, inside an ellipse."""
    for face in faces:
        x, y = face.middle
        around = Part(
            x - face.width * _ACROSS / 2, y - face.height * _DOWN / 2, face.width * _ACROSS, face.height * _DOWN
        )
        image = _veiled(image, around, lambda part, face=face: changed(part, face)).copy_memory()
    return image


def regions_changed(image: Image, gravity: SightGravity, eyes: Eyes, changed: Callable[[Image], Image]) -> Image:
    """Each rectangle that a gravity finds in a picture in memory, changed; the picture itself where there is none."""
    found = eyes.sees(image, gravity)
    if found is None:
        return image
    word, parts = found
    for part in parts[:1] if word == "face" else parts:
        box = boxes.box(part, Size(image.width, image.height))
        piece = image.crop(box.left, box.top, box.width, box.height).copy_memory()
        image = image.insert(changed(piece).cast("uchar"), box.left, box.top).copy_memory()
    return image


def _veiled(image: Image, around: Part, changed: Callable[[Image], Image]) -> Image:
    box = boxes.box(around, Size(image.width, image.height))
    piece = image.crop(box.left, box.top, box.width, box.height).copy_memory()
    x, y = around.middle
    middle, radii = [x - box.left - 0.5, y - box.top - 0.5], [around.width / 2, around.height / 2]
    place = (Image.xyz(box.width, box.height) - middle) / radii
    away = (place[0] ** 2 + place[1] ** 2) ** 0.5
    share = ((1 - away) / _EDGE + 1) * (away < 1 + _EDGE).ifthenelse(1.0, 0.0)
    share = (share > 1).ifthenelse(1.0, (share < 0).ifthenelse(0.0, share))
    mixed = (changed(piece) * share + piece * (1 - share)).rint().cast("uchar").copy(interpretation="srgb")
    return image.insert(mixed, box.left, box.top)
