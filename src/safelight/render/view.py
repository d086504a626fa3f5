"""View: which part of its source a picture shows, so that what is known of the source is known of the picture."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from safelight.transform.geometry import Box, Size, round_half_up
from safelight.transform.plan import Flip
from safelight.transform.source import Region

# A thing of which less is left in a picture is not there any more.
_SHARE_LEFT_MIN = 0.3


@dataclass(frozen=True)
class View:
    """A picture's px (x, y) are the source's px (`left` + x * `across`, `top` + y * `down`).

    Mirrored, `across` or `down` is negative; where the picture `lies` on its side, x and y have changed places.
    """

    left: float = 0.0
    top: float = 0.0
    across: float = 1.0
    down: float = 1.0
    lies: bool = False

    def scaled(self, current: Size, size: Size) -> "View":
        """After the whole picture was resampled to another size."""
        x, y = current.width / size.width, current.height / size.height
        across, down = (y, x) if self.lies else (x, y)
        return replace(self, across=self.across * across, down=self.down * down)

    def moved(self, left: int, top: int) -> "View":
        """After so much was cut off on the left and at the top; negative: put on there."""
        x, y = self._in_source(left, top)
        return replace(self, left=x, top=y)

    def turned(self, turns: Iterable[float | Flip], size: Size) -> "View | None":
        """After these turns and flips of a picture of this size; None after one that is no quarter turn."""
        view = self
        for turn in turns:
            match turn:
                case Flip.HORIZONTAL:
                    view = view._mirrored(size)
                case Flip.VERTICAL:
                    view = view._mirrored(size)._quarter_turned(size)
                    view = view._quarter_turned(Size(size.height, size.width))
                case _ if turn % 90:
                    return None
                case _:
                    for _ in range(round(turn / 90) % 4):
                        view, size = view._quarter_turned(size), Size(size.height, size.width)
        return view

    def box_in_source(self, box: Box, source: Size) -> Box:
        """A box of the picture, in px of the source and inside it."""
        one, other = self._in_source(box.left, box.top), self._in_source(box.left + box.width, box.top + box.height)
        left, right = (min(max(0, round_half_up(x)), source.width) for x in sorted((one[0], other[0])))
        top, bottom = (min(max(0, round_half_up(y)), source.height) for y in sorted((one[1], other[1])))
        return Box(left, top, right - left, bottom - top)

    def regions(self, seen: Iterable[Region], source: Size, size: Size) -> tuple[Region, ...]:
        """What was seen in the source and still is in the picture of this size, in shares of the picture."""
        found = (self._region(region, source, size) for region in seen)
        return tuple(region for region in found if region is not None)

    def _region(self, region: Region, source: Size, size: Size) -> Region | None:
        one = self._in_picture(region.x * source.width, region.y * source.height)
        other = self._in_picture((region.x + region.width) * source.width, (region.y + region.height) * source.height)
        (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        whole = (right - left) * (bottom - top)
        left, top, right, bottom = max(left, 0.0), max(top, 0.0), min(right, size.width), min(bottom, size.height)
        if right <= left or bottom <= top or (right - left) * (bottom - top) < _SHARE_LEFT_MIN * whole:
            return None
        return Region(
            region.kind,
            left / size.width,
            top / size.height,
            (right - left) / size.width,
            (bottom - top) / size.height,
            region.certainty,
        )

    def _in_source(self, x: float, y: float) -> tuple[float, float]:
        x, y = (y, x) if self.lies else (x, y)
        return self.left + x * self.across, self.top + y * self.down

    def _in_picture(self, x: float, y: float) -> tuple[float, float]:
        x, y = (x - self.left) / self.across, (y - self.top) / self.down
        return (y, x) if self.lies else (x, y)

    def _mirrored(self, size: Size) -> "View":
        """The picture's x now counts from what was its right edge."""
        left, top = self._in_source(size.width, 0)
        if self.lies:
            return replace(self, left=left, top=top, down=-self.down)
        return replace(self, left=left, top=top, across=-self.across)

    def _quarter_turned(self, size: Size) -> "View":
        """Clockwise: x now counts from what was the lower edge upwards, y from what was the left edge."""
        left, top = self._in_source(0, size.height)
        if self.lies:
            return replace(self, left=left, top=top, across=-self.across, lies=False)
        return replace(self, left=left, top=top, down=-self.down, lies=True)
