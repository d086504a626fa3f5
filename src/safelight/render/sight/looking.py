"""Looking: which things are where in a picture, each kind by the eye that this installation has for it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from safelight.kernel.errors import Invalid
from safelight.render.image import Image
from safelight.render.sight import bodies, faces, mattes, networks, objects
from safelight.render.sight.boxes import Part, regions
from safelight.render.sight.identity import eye_of, is_seen_by
from safelight.render.sight.models import Models, missing
from safelight.render.sight.pixels import Pixels, rgb
from safelight.transform.geometry import Size
from safelight.transform.source import Region

NAME_CHARS_MAX = 60
"""Of a class of a model; longer ones are cut."""
LOOKED_SIDE_PX = 1280
"""The longer side of a picture that is looked at; larger ones are made smaller first."""


def find(image: Image, kinds: Iterable[str], models: Models) -> tuple[Region, ...]:
    """Regions of these kinds, in the order of the kinds. Raises Invalid for a kind that nothing here can see."""
    look = _Look(image, models)
    found: list[Region] = []
    for kind in dict.fromkeys(kinds):
        found += _BY_EYE[eye_of(kind)](look, kind)
    return tuple(found)


@dataclass(frozen=True)
class _Look:
    """One picture and what has been found in it so far: faces are looked for once, whoever asks."""

    image: Image
    models: Models

    @cached_property
    def small(self) -> Image:
        factor = min(1.0, LOOKED_SIDE_PX / max(self.image.width, self.image.height))
        return (self.image.resize(factor, kernel="linear") if factor < 1 else self.image).copy_memory()

    @cached_property
    def size(self) -> Size:
        return Size(self.small.width, self.small.height)

    @cached_property
    def pixels(self) -> Pixels:
        """What the cascades look at."""
        return rgb(self.small, faces.SIDE_PX)

    @cached_property
    def pixels_size(self) -> Size:
        return Size(self.pixels.shape[1], self.pixels.shape[0])

    @cached_property
    def by_network(self) -> tuple[list[Part], list[Part]]:
        return networks.faces(self.small, self.models)

    @cached_property
    def by_cascades(self) -> list[Part]:
        return faces.faces(self.pixels)

    @cached_property
    def objects(self) -> list[tuple[str, Part]]:
        return networks.objects(self.small, self.models)

    def of_faces(self, kind: str) -> list[Region]:
        if self.models.has("faces"):
            seen_faces, seen_eyes = self.by_network
            return regions(kind, seen_faces if kind == "face" else seen_eyes, self.size)
        if kind == "face":
            return regions(kind, self.by_cascades, self.pixels_size)
        found: list[Part] = []
        for face in self.by_cascades:
            seen = faces.eyes(self.pixels, face)
            found += seen if len(seen) == 2 else faces.eyes_by_shape(face)
        return regions(kind, found, self.pixels_size)

    def of_bodies(self, kind: str) -> list[Region]:
        if self.models.has("objects"):
            return regions(kind, [part for name, part in self.objects if objects.is_meant("person", name)], self.size)
        if self.models.has("faces"):
            return regions(kind, bodies.of_faces(self.by_network[0]), self.size)
        return regions(kind, bodies.united(self.by_cascades, self.pixels), self.pixels_size)

    def of_subject(self, kind: str) -> list[Region]:
        if not is_seen_by(kind, self.models):
            raise missing("subject")
        part = mattes.subject(self.small, self.models)
        return regions(kind, [part] if part else [], self.size)

    def of_objects(self, kind: str) -> list[Region]:
        if kind == objects.EVERY:
            named = [(objects.spelled(name)[:NAME_CHARS_MAX], part) for name, part in self.objects if name]
            return [found for name, part in named for found in regions(name, [part], self.size)]
        return regions(kind, [part for name, part in self.objects if objects.is_meant(kind, name)], self.size)

    def of_text(self, kind: str) -> list[Region]:
        raise Invalid(f"`{kind}` is not read by the darkroom.")


_BY_EYE: dict[str, Callable[[_Look, str], list[Region]]] = {
    "faces": _Look.of_faces,
    "bodies": _Look.of_bodies,
    "subject": _Look.of_subject,
    "objects": _Look.of_objects,
    "text": _Look.of_text,
}
