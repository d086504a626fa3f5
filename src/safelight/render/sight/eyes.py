"""Eyes: what a render knows of the pixels at hand: regions that are known already, and models that look anew."""

from collections.abc import Iterable
from dataclasses import dataclass

from safelight.kernel.errors import Invalid
from safelight.render.decode import Picture
from safelight.render.image import Image
from safelight.render.sight import boxes
from safelight.render.sight.boxes import Part
from safelight.render.sight.models import NONE, Models, missing
from safelight.transform.geometry import Box, Size
from safelight.transform.plan import AutoGravity, SightGravity
from safelight.transform.sighting import is_given, is_nothing, kind_of
from safelight.transform.source import Region

MAY_BE_TOLD_ONLY = frozenset({"text"})
"""Found by who asks for a render, and not inside of it: reading is another program's work."""


@dataclass(frozen=True)
class Eyes:
    """`seen` are regions of the picture as it is at this moment; None: nobody knows any more, so one must look.

    `looked` are the kinds that were looked for: what of them is not in `seen` is not in the picture.
    """

    models: Models = NONE
    seen: tuple[Region, ...] | None = None
    looked: frozenset[str] = frozenset()

    def of(self, picture: Picture, source: Size, seen: Iterable[Region]) -> "Eyes":
        """Eyes for a picture, with what is known of the source of the plan where the picture still shows it."""
        if picture.view is None:
            return Eyes(self.models)
        regions = tuple(seen)
        looked = frozenset(region.kind for region in regions)
        known = [region for region in regions if not is_nothing(region)]
        return Eyes(self.models, picture.view.regions(known, source, picture.size), looked)

    def parts(self, image: Image, kind: str) -> list[Part]:
        """Where things of a kind are, in px of the picture, the largest first.

        Raises Invalid where nothing can look for it.
        """
        size = Size(image.width, image.height)
        known = [region for region in self.seen or () if region.kind == kind]
        if self.seen is None or kind not in self.looked:
            known = [] if _is_told_only(kind) else _found(image, kind, self.models)
        if not known and kind in MAY_BE_TOLD_ONLY and self.seen is None:
            raise Invalid("`g_ocr_text` is for the picture itself: not for layers, nor after what bends or trims it.")
        found = [boxes.part(region, size) for region in known]
        return sorted(found, key=lambda part: (-part.area, part.x, part.y))

    def sees(self, image: Image, gravity: SightGravity) -> tuple[str, list[Part]] | None:
        """The first word of a gravity whose things are there, and where; None where it falls back.

        Where the words themselves say what to do without, what cannot be looked for is not there.
        """
        for word in gravity.sought:
            try:
                found = self.parts(image, kind_of(word)) if not word.startswith(_BLIND) else []
            except Invalid:
                if not isinstance(gravity.otherwise, AutoGravity):
                    raise
                found = []
            if found:
                return word, found
        return None

    def wished(self, image: Image, kind: str) -> list[Part]:
        """As `parts`; nothing where it cannot be looked for."""
        try:
            return self.parts(image, kind)
        except Invalid:
            return []

    def boxes(self, image: Image, kinds: Iterable[str]) -> list[Box]:
        """The same as whole px, of several kinds."""
        size = Size(image.width, image.height)
        return [boxes.box(part, size) for kind in kinds for part in self.parts(image, kind)]

    def matte(self, image: Image, *, is_fine: bool = False) -> Image:
        """How much each pixel belongs to the subject, 0 to 255. Raises Invalid without a model that tells."""
        if not self.models.has("matte"):
            raise missing("matte")
        # Only here, as in `_found`: numpy and OpenCV are large, and most renders need neither.
        from safelight.render.sight import mattes

        return mattes.matte(image, self.models, is_fine=is_fine)


BLIND = Eyes()
# What says nothing about a picture that stands still.
_BLIND = "track_person"


def _is_told_only(kind: str) -> bool:
    return is_given(kind) or kind in MAY_BE_TOLD_ONLY or kind.startswith("path:")


def _found(image: Image, kind: str, models: Models) -> list[Region]:
    from safelight.render.sight import looking

    return list(looking.find(image, [kind], models))
