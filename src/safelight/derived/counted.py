"""Counted: as how many transformations the making of a file counts, and as whose; pure."""

from enum import StrEnum


class Cause(StrEnum):
    """For whom a file was made: what bills and reports tell apart."""

    DELIVERY = "delivery"
    """Somebody asked for its address."""
    EAGER = "eager"
    """An upload asked for it."""
    EAGER_ASYNC = "eager_async"
    """An upload asked for it, and did not wait."""
    EXPLICIT = "explicit"
    """A signed request asked for it, of an asset that was there."""
    BREAKPOINTS = "breakpoints"
    """It is one of the widths that a picture was tried in."""
    EXPLODE = "explode"
    """It is a page of a document that was taken apart."""
    ARCHIVE = "archive"
    """It was packed into an archive."""


ASKED_FOR = frozenset(Cause) - {Cause.DELIVERY, Cause.ARCHIVE}
"""What the owner of an asset asked for by name, and would not like to see gone."""

FRAMES_OF_ONE = 10
"""Pictures of an animation, or pages of a document, that count as one transformation together."""


def transformations_of(frames: int) -> int:
    """However much is done to a picture, it is one; and one more for each ten further pictures that move or follow."""
    return max(1, -(-frames // FRAMES_OF_ONE))
