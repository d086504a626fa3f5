"""Look: an open source and kinds of things -> where they are in it."""

from collections.abc import Sequence

from safelight.kernel.errors import Invalid
from safelight.render import decode
from safelight.render.image import VipsError
from safelight.render.message import REGIONS_MAX
from safelight.render.model import BROKEN, Looked
from safelight.render.origin import FileOrigin
from safelight.render.sight import Models, find
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Source
from safelight.transform.source import Region

LOOKED_SIDE_PX = 1280
"""The longer side of a picture that is looked at; larger ones are made smaller, by the decoder where it can."""


def look(file: int, source_format: str, kinds: Sequence[str], settings: RenderSettings) -> Looked:
    """Raises Invalid for a source that cannot be decoded, and for a kind that nothing here can see."""
    header = decode.read_header(file, source_format, Source(), settings)
    origin = FileOrigin(file, header, Source())
    try:
        picture = origin.read(_within(header.size)).settled()
    except VipsError as error:
        raise Invalid(BROKEN) from error
    return Looked(_shared(find(picture.frames[0], kinds, Models(settings.models))))


def _within(size: Size) -> Size:
    factor = min(1.0, LOOKED_SIDE_PX / max(size.width, size.height))
    return Size(max(1, round(size.width * factor)), max(1, round(size.height * factor)))


def _shared(found: Sequence[Region]) -> tuple[Region, ...]:
    """Not more than an answer may hold: the surest of each kind, in turn, so that no kind crowds out another."""
    if len(found) <= REGIONS_MAX:
        return tuple(found)
    by_kind: dict[str, list[Region]] = {}
    for region in sorted(found, key=lambda region: -region.certainty):
        by_kind.setdefault(region.kind, []).append(region)
    kept = {region for regions in by_kind.values() for region in regions[: max(1, REGIONS_MAX // len(by_kind))]}
    return tuple(region for region in found if region in kept)[:REGIONS_MAX]
