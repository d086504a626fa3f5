"""Header, Picture, Asked and Family: what a format tells, what is wanted of it, what those who know it can do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from safelight.kernel.errors import Invalid
from safelight.render.image import Image
from safelight.render.model import BROKEN
from safelight.render.view import View
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source


@dataclass(frozen=True)
class Header:
    """What the first bytes of a source say. `stored` is the size before, `size` after EXIF orientation.

    `pages` counts frames, pages, layers or sizes. `is_moving`: they follow one another in time.
    """

    format: str
    stored: Size
    orientation: int
    pages: int
    has_alpha: bool
    is_moving: bool = False
    is_cmyk: bool = False

    @property
    def size(self) -> Size:
        return turned(self.stored, self.orientation)


@dataclass(frozen=True)
class Picture:
    """Pixels: one frame, or the frames of an animation, or the pages of a document, all of one size.

    `svg` is the picture as lines instead of pixels, where an effect drew it so; any later change of the pixels
    forgets it.
    """

    frames: tuple[Image, ...]
    delays_ms: tuple[int, ...] = ()
    loop: int = 0
    """How often an animation is shown; 0: without end."""
    svg: bytes | None = None
    view: View | None = None
    """Which part of the source of the plan it shows, as long as that is known."""

    @property
    def size(self) -> Size:
        return Size(self.frames[0].width, self.frames[0].height)

    @property
    def is_animated(self) -> bool:
        return len(self.frames) > 1

    def map(self, change: Callable[[Image], Image]) -> "Picture":
        return replace(self, frames=tuple(change(frame) for frame in self.frames), svg=None)

    def settled(self) -> "Picture":
        """The same pixels, computed now and kept: for whoever reads them more than once or not from top to bottom."""
        return replace(self, frames=tuple(frame.copy_memory() for frame in self.frames))


@dataclass(frozen=True)
class Asked:
    """What is wanted of a source: `pages` from 1 (empty: the first, or what stands for the whole).

    `size`, before orientation: the whole is to be shrunk to that, so nothing larger is needed.
    """

    pages: tuple[int, ...] = ()
    size: Size | None = None
    source: Source = field(default_factory=Source)
    limits: RenderSettings = field(default_factory=RenderSettings)


@dataclass(frozen=True)
class Family:
    """What one file of this room can do. All raise Invalid for a source that is broken.

    `header` reads as little as it can, and makes no pixels. `check` raises for a file that is cut off, whose header
    is right. `read` gives one frame for each page that is asked for, all of one size, not smaller than the size asked.
    """

    header: Callable[[int, str, Source, RenderSettings], Header]
    read: Callable[[int, Header, Asked], Picture]
    check: Callable[[int, Header, RenderSettings], None]
    write: Callable[[Picture, Encode, str], bytes] | None = None


def turned(size: Size, orientation: int) -> Size:
    """EXIF orientations 5 to 8 lie on their side."""
    return Size(size.height, size.width) if orientation >= 5 else size


def broken(format: str, error: BaseException | None = None) -> Invalid:
    """The error for a source that cannot be decoded."""
    made = Invalid(BROKEN, format=format)
    made.__cause__ = error
    return made
