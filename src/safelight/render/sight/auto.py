"""Auto: the window that `g_auto` cuts out: what draws the eye, united with faces and with what is asked for."""

from dataclasses import dataclass

from safelight.render.image import Image
from safelight.render.sight import mattes, saliency
from safelight.render.sight.boxes import Part
from safelight.render.sight.described import Tensor
from safelight.render.sight.eyes import Eyes
from safelight.render.sight.saliency import Weighted
from safelight.transform.geometry import LOST_SHARE_MAX, Size
from safelight.transform.plan import Area, AutoGravity, Focus
from safelight.transform.sighting import kind_of

# All faces together count this much more than the rest of the picture; a focus that is asked for, by its weight.
_FACES_WEIGHT = 2.5
_WEIGHT_USUAL = 50
_WEIGHT_UNIT = 20.0
# Hair, chin and ears around what detectors call a face, and the shoulders below.
_HEAD = 1.5
_SHOULDERS_WEIGHT = 0.25
_WHOLE_WEIGHT = 1.2

AGGRESSIVENESS_USUAL = 25
# What share of the mass a `thumb` keeps: all of it would be the whole picture.
_KEPT_LEAST_CLOSE, _KEPT_MOST_CLOSE = 0.98, 0.5
_STEPS = (1.0, 0.92, 0.85, 0.78, 0.72, 0.66, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3, 0.25)


@dataclass(frozen=True)
class Attention:
    """A picture as `g_auto` sees it."""

    table: Tensor
    size: Size
    heads: tuple[Weighted, ...] = ()
    """Faces with their hair, in shares of the sides: to be seen whole or not at all."""
    uses_thirds: bool = True

    def window(self, size: Size) -> Part:
        """The window of this size in px."""
        return self._px(self._best(size.width / self.size.width, size.height / self.size.height)[0])

    def loses_too_much(self, ratio: float) -> bool:
        """Would the largest cut of this ratio lose more of the content than a picture may lose?"""
        whole = _largest(self.size, ratio)
        held = self._best(whole.width / self.size.width, whole.height / self.size.height)[1]
        return 1 - held > LOST_SHARE_MAX

    def close_window(self, ratio: float, least: float, aggressiveness: int | None) -> Part:
        """The smallest window of a ratio that holds enough; not smaller than `least` of the largest."""
        share = (AGGRESSIVENESS_USUAL if aggressiveness is None else aggressiveness) / 100
        kept = _KEPT_LEAST_CLOSE + (_KEPT_MOST_CLOSE - _KEPT_LEAST_CLOSE) * share
        whole = _largest(self.size, ratio)
        across, down = whole.width / self.size.width, whole.height / self.size.height
        # No closer than a whole head.
        least = max(least, *(max(head.part.width / across, head.part.height / down) for head in self.heads), 0.0)
        chosen, most = self._best(across, down)
        for step in _STEPS[1:]:
            window, held = self._best(across * step, down * step)
            # Compared with what the largest window holds: what lies outside of that is lost in any case.
            if step < least or held < kept * most:
                break
            chosen = window
        return self._px(chosen)

    def _best(self, across: float, down: float) -> tuple[Part, float]:
        across, down = min(1.0, across), min(1.0, down)
        return saliency.best(self.table, across, down, self.heads, uses_thirds=self.uses_thirds)

    def _px(self, part: Part) -> Part:
        width, height = self.size.width, self.size.height
        return Part(part.x * width, part.y * height, part.width * width, part.height * height)


def attention(image: Image, gravity: AutoGravity, eyes: Eyes) -> Attention:
    """How a picture in memory looks to `g_auto`."""
    weighted = [each for focus in gravity.focuses for each in _of_focus(image, focus, eyes)]
    named = {focus.on for focus in gravity.focuses}
    faces = [] if "none" in named else eyes.wished(image, "face")
    if not named & {"face", "faces"}:
        weighted += _heads(faces, _FACES_WEIGHT)
    table = saliency.mapped(image, weighted, _subject(image, gravity, eyes))
    size = Size(image.width, image.height)
    heads = _shared([_in_shares(_grown(face, _HEAD), size) for face in faces], _WHOLE_WEIGHT)
    return Attention(table, size, tuple(heads), gravity.uses_thirds)


def _subject(image: Image, gravity: AutoGravity, eyes: Eyes) -> Tensor | None:
    models = eyes.models
    name = "subject" if models.has("subject") else "matte"
    if gravity.algorithm == "classic" or not models.has(name):
        return None
    return mattes.coarse(image, models, name)


def _of_focus(image: Image, focus: Focus, eyes: Eyes) -> list[Weighted]:
    weight = (_WEIGHT_USUAL if focus.weight is None else focus.weight) / _WEIGHT_UNIT
    weight = -weight if focus.is_avoided else weight
    if isinstance(focus.on, Area):
        area = focus.on
        return [Weighted(Part(area.x, area.y, area.width, area.height), weight)]
    kind = kind_of(focus.on)
    if kind in {"none", "custom"}:
        return []
    parts = eyes.wished(image, kind)
    if focus.on == "face":
        return _heads(parts[:1], weight) + _heads(parts[1:], weight / 4)
    return _heads(parts, weight) if kind == "face" else _shared(parts, weight)


def _heads(faces: list[Part], weight: float) -> list[Weighted]:
    """Faces with their hair, and a little of what is below them; larger ones count for more."""
    heads = [_grown(face, _HEAD) for face in faces]
    if weight < 0:
        return _shared(heads, weight)
    shoulders = [Part(face.x - face.width, face.y + face.height, face.width * 3, face.height * 2) for face in faces]
    return _shared(heads, weight) + _shared(shoulders, weight * _SHOULDERS_WEIGHT)


def _shared(parts: list[Part], weight: float) -> list[Weighted]:
    """One weight for all, shared by their width: an area would let the nearest one outweigh a group."""
    total = sum(part.area**0.5 for part in parts)
    return [Weighted(part, weight * part.area**0.5 / total) for part in parts if part.area > 0]


def _grown(part: Part, factor: float) -> Part:
    x, y = part.middle
    return Part(x - part.width * factor / 2, y - part.height * factor / 2, part.width * factor, part.height * factor)


def _in_shares(part: Part, size: Size) -> Part:
    return Part(part.x / size.width, part.y / size.height, part.width / size.width, part.height / size.height)


def _largest(size: Size, ratio: float) -> Part:
    """The largest part of a ratio inside a picture."""
    width = min(float(size.width), size.height * ratio)
    return Part(0, 0, width, width / ratio)
