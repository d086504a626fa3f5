"""Sight: what is in a picture and where: faces, eyes, bodies, things, the subject; and eyes for a render."""

from collections.abc import Iterable

from safelight.render.image import Image
from safelight.render.sight.eyes import BLIND, Eyes
from safelight.render.sight.identity import identity, is_seen_by
from safelight.render.sight.models import NONE, Models
from safelight.transform.source import Region

__all__ = ["BLIND", "NONE", "Eyes", "Models", "find", "identity", "is_seen_by"]


def find(image: Image, kinds: Iterable[str], models: Models) -> tuple[Region, ...]:
    """Regions of these kinds, in the order of the kinds. Raises Invalid for a kind that nothing here can see."""
    # Only here: numpy and OpenCV are large, and most renders need neither.
    from safelight.render.sight import looking

    return looking.find(image, kinds, models)
