"""Analysis: what a picture tells about itself, as plain values: colours, a fingerprint, sharpness, metadata."""

from collections.abc import Callable, Iterable
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.render import color, decode, resize
from safelight.render.analysis import (
    accessibility,
    blurhash,
    cinemagraph,
    colors,
    likeness,
    metadata,
    phash,
    quality,
    traits,
)
from safelight.render.analysis.sample import Sample
from safelight.render.image import VipsError
from safelight.render.model import BROKEN
from safelight.render.private import telling
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.output import PageRange
from safelight.transform.plan import Source

SAMPLE_PX = 256
"""Longest side of the copy that is looked at: what is measured are shares and shapes, not single pixels."""

# What each kind of analysis finds, by the words that the API knows it by.
_KINDS: dict[str, Callable[[Sample], dict[str, Any]]] = {
    "accessibility": accessibility.found,
    "blurhash": blurhash.found,
    "colors": colors.found,
    "likeness": likeness.found,
    "phash": phash.found,
    "quality": quality.found,
    "traits": traits.found,
}
METADATA = "metadata"
CINEMAGRAPH = "cinemagraph"
KINDS = frozenset({*_KINDS, METADATA, CINEMAGRAPH, telling.KIND})


def analyse(file: int, format: str, kinds: Iterable[str], settings: RenderSettings) -> dict[str, Any]:
    """What was found, as values that JSON has. Raises Invalid for a source that cannot be decoded, or no such kind."""
    wanted = set(kinds)
    if not wanted <= KINDS:
        raise Invalid("There is no such analysis.", kinds=sorted(wanted - KINDS))
    answer: dict[str, Any] = {}
    if telling.KIND in wanted:
        # Nothing is decoded for it, and what it tells of is not pictures alone.
        answer |= telling.found(file, format)
        wanted -= {telling.KIND}
        if not wanted:
            return answer
    header = decode.read_header(file, format, Source(), settings)
    if METADATA in wanted:
        answer |= metadata.found(file, format)
    pixels = sorted(wanted - {METADATA, CINEMAGRAPH})
    try:
        if CINEMAGRAPH in wanted:
            answer |= cinemagraph.found(_frames(file, header))
        if not pixels:
            return answer
        sample = Sample.of(_small(file, header), header.size)
    except VipsError as error:
        raise Invalid(BROKEN, format=format) from error
    for kind in pixels:
        answer |= _KINDS[kind](sample)
    return answer


def _frames(file: int, header: decode.Header) -> list[Sample]:
    """Some of the frames of what moves; none of what stands still, or has pages."""
    if not header.is_moving or header.pages < 2:
        return []
    source = Source(pages=tuple(PageRange(at, at) for at in cinemagraph.places(header.pages)))
    picture = _picture(file, header, source)
    return [Sample.of(frame, header.size) for frame in picture.frames]


def _small(file: int, header: decode.Header) -> decode.Image:
    return _picture(file, header, Source()).frames[0]


def _picture(file: int, header: decode.Header, source: Source) -> decode.Picture:
    """The picture upright, in sRGB, with its longest side at SAMPLE_PX; smaller ones stay as they are."""
    longest = max(header.size.width, header.size.height)
    factor = min(1.0, SAMPLE_PX / longest)
    wanted = Size(max(1, round(header.size.width * factor)), max(1, round(header.size.height * factor)))
    stored = decode.turned(wanted, header.orientation)
    picture = decode.read(file, header, source, wanted=wanted, is_moving=bool(source.pages))
    picture = picture.map(lambda frame: color.to_srgb(resize.scale(frame, stored)))
    # Kept: colours and alpha are read one after the other.
    return decode.upright(picture, header.orientation).settled()
