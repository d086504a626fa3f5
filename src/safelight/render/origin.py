"""Origin: where the pixels of a picture come from: an open file, or pixels that are already there."""

from dataclasses import dataclass, field
from typing import Protocol

from safelight.kernel.errors import Invalid
from safelight.render import color, decode, resize
from safelight.render.decode import Header, Picture
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Source

HEAD_ALONE = "Of this picture only the head was sent"
RESIDUAL_MIN = 1.5
"""How much larger, each way, a reduced picture is at least than what is cut from it."""


class Origin(Protocol):
    """A picture that is opened and not yet read; `size` is that of one frame, upright."""

    @property
    def size(self) -> Size: ...

    @property
    def frames(self) -> int:
        """How many of them are read."""
        ...

    def read(self, wanted: Size | None) -> Picture:
        """Pixels in sRGB, upright; of the size wanted, if one is."""
        ...


@dataclass(frozen=True)
class FileOrigin:
    """An open file whose header was read and checked."""

    file: int
    header: Header
    source: Source
    is_moving: bool = False
    limits: RenderSettings = field(default_factory=RenderSettings)
    reduced: "FileOrigin | None" = None
    """The same picture, small, upright and in sRGB: for what is so much smaller that nobody sees it (reduced.py)."""
    is_head: bool = False
    """Only the beginning of the file is there, and no pixel."""

    @property
    def size(self) -> Size:
        return self.header.size

    @property
    def frames(self) -> int:
        return self.header.pages if self.is_moving else 1

    def read(self, wanted: Size | None) -> Picture:
        """What is costly comes last: it then meets fewer pixels."""
        if wanted is not None and self.reduced is not None and self.reduced.has_enough_for(wanted):
            return self.reduced.shrunk(wanted)
        if self.is_head:
            raise Invalid(HEAD_ALONE)
        orientation = self.header.orientation
        picture = decode.read(
            self.file, self.header, self.source, wanted=wanted, is_moving=self.is_moving, limits=self.limits
        )
        if wanted is not None:
            stored = decode.turned(wanted, orientation)
            picture = picture.map(lambda frame: resize.scale(frame, stored))
        return decode.upright(picture.map(color.to_srgb), orientation)

    def has_enough_for(self, wanted: Size) -> bool:
        return min(self.size.width / wanted.width, self.size.height / wanted.height) >= RESIDUAL_MIN

    def shrunk(self, wanted: Size) -> Picture:
        """Every pixel is decoded: there are few, and a decoder that skips some would lose what is left to see."""
        picture = decode.read(self.file, self.header, self.source, limits=self.limits)
        return picture.map(lambda frame: resize.scale(color.to_srgb(frame), wanted))


@dataclass(frozen=True)
class DrawnOrigin:
    """Pixels that were made here, or are needed more than once."""

    picture: Picture

    @property
    def size(self) -> Size:
        return self.picture.size

    @property
    def frames(self) -> int:
        return len(self.picture.frames)

    def read(self, wanted: Size | None) -> Picture:
        if wanted is None:
            return self.picture
        return self.picture.map(lambda frame: resize.scale(frame, wanted))


def opened(file: int, format: str, source: Source, limits: RenderSettings) -> FileOrigin:
    """One frame of an open file; raises Invalid for a broken one, TooMuch past a limit."""
    return FileOrigin(file, decode.read_header(file, format, source, limits), source, limits=limits)
