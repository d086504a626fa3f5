"""View: which part of its source a picture shows, so that what is known of the source is known of the picture."""

from collections.abc import Iterable
from dataclasses import dataclass

from safelight.transform.geometry import Box, Size, round_half_up
from safelight.transform.source import Region

# A thing of which less is left in a picture is not there any more.
_SHARE_LEFT_MIN = 0.3


@dataclass(frozen=True)
class View:
    """A picture's px (x, y) are the source's px (`left` + x * `across`, `top` + y * `down`)."""

    left: float = 0.0
    top: float = 0.0
    across: float = 1.0
    down: float = 1.0

    def scaled(self, current: Size, size: Size) -> "View":
        """After the whole picture was resampled to another size."""
        across, down = current.width / size.width, current.height / size.height
        return View(self.left, self.top, self.across * across, self.down * down)

    def moved(self, left: int, top: int) -> "View":
        """After so much was cut off on the left and at the top; negative: put on there."""
        return View(self.left + left * self.across, self.top + top * self.down, self.across, self.down)

    def box_in_source(self, box: Box, source: Size) -> Box:
        """A box of the picture, in px of the source and inside it."""
        left, right = (self.left + x * self.across for x in (box.left, box.left + box.width))
        top, bottom = (self.top + y * self.down for y in (box.top, box.top + box.height))
        left, right = (min(max(0, round_half_up(x)), source.width) for x in (left, right))
        top, bottom = (min(max(0, round_half_up(y)), source.height) for y in (top, bottom))
        return Box(left, top, right - left, bottom - top)

    def regions(self, seen: Iterable[Region], source: Size, size: Size) -> tuple[Region, ...]:
        """What was seen in the source and still is in the picture of this size, in shares of the picture."""
        found = (self._region(region, source, size) for region in seen)
        return tuple(region for region in found if region is not None)

    def _region(self, region: Region, source: Size, size: Size) -> Region | None:
        whole_width = region.width * source.width / self.across
        whole_height = region.height * source.height / self.down
        left = (region.x * source.width - self.left) / self.across
        top = (region.y * source.height - self.top) / self.down
        right, bottom = min(left + whole_width, size.width), min(top + whole_height, size.height)
        left, top = max(left, 0.0), max(top, 0.0)
        if right <= left or bottom <= top:
            return None
        if (right - left) * (bottom - top) < _SHARE_LEFT_MIN * whole_width * whole_height:
            return None
        return Region(
            region.kind,
            left / size.width,
            top / size.height,
            (right - left) / size.width,
            (bottom - top) / size.height,
            region.certainty,
        )
