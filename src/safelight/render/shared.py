"""Shared: what all pictures of one render have in common, and how its layers are opened."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from safelight.kernel.errors import Invalid, TooMuch
from safelight.render.decode import Picture
from safelight.render.model import BROKEN, OpenPart
from safelight.render.origin import DrawnOrigin, Origin, opened
from safelight.render.sight import BLIND, Eyes
from safelight.settings import RenderSettings
from safelight.transform.geometry import Box, Size
from safelight.transform.plan import ImageLayer, MovingLayer, TextLayer, TextStyle
from safelight.transform.reference import Reference
from safelight.transform.source import Region

FONT_BYTES_MAX = 32 * 1024 * 1024

_CHUNK_BYTES = 1024 * 1024


@dataclass
class Shared:
    """`initial` is the size of the plan's source, `seen` what is known of its content."""

    limits: RenderSettings
    initial: Size
    parts: Mapping[Reference, OpenPart]
    seen: tuple[Region, ...] = ()
    eyes: Eyes = BLIND
    """How what is not known is found."""
    pixels: int = 0
    """Of all layers that were opened so far."""
    chosen: list[Box] = field(default_factory=list[Box])
    """The parts of the source that were cut out for their content."""

    def opened(self, source: ImageLayer | TextLayer | MovingLayer) -> Origin:
        """The picture of a layer. Raises Invalid for a broken one, TooMuch for the one that is too many."""
        match source:
            case ImageLayer(picture, which):
                part = self._part(picture)
                try:
                    origin = opened(part.file, part.format, which, self.limits)
                except Invalid as error:
                    raise Invalid(broken(source) if error.message == BROKEN else error.message) from error
            case TextLayer():
                # Only here: letters need much that most renders do without.
                from safelight.render import text

                origin = DrawnOrigin(Picture((text.drawn(source, self._font(source), self.limits),)))
            case MovingLayer(kind):
                raise Invalid(f"A layer of {kind} needs a video below it.")
        self.pixels += origin.size.width * origin.size.height
        if self.pixels > self.limits.source_pixels_max:
            most = self.limits.source_pixels_max / 1e6
            raise TooMuch(f"The layers of an image may have {most:g} megapixels together.")
        return origin

    def contents(self, reference: Reference, bytes_max: int) -> tuple[bytes, str]:
        """All of a small file, and its format; raises TooMuch for one that is larger than that."""
        part = self._part(reference)
        size_bytes = os.fstat(part.file).st_size
        if size_bytes > bytes_max:
            raise TooMuch(f"File size too large: {reference.name}. Got {size_bytes}. Maximum is {bytes_max}.")
        read = bytearray()
        while chunk := os.pread(part.file, _CHUNK_BYTES, len(read)):
            read += chunk
        return bytes(read), part.format

    def _font(self, source: TextLayer) -> bytes | None:
        style = source.style
        if not isinstance(style, TextStyle) or style.font_file is None:
            return None
        return self.contents(style.font_file, FONT_BYTES_MAX)[0]

    def _part(self, reference: Reference) -> OpenPart:
        part = self.parts.get(reference)
        if part is None:
            raise Invalid(f"Unknown or invalid referenced {reference.kind} {reference.name}")
        return part


def broken(source: ImageLayer | TextLayer | MovingLayer) -> str:
    """The words for a layer that cannot be decoded."""
    return f"{BROKEN}: {source.picture.name}" if isinstance(source, ImageLayer) else BROKEN
