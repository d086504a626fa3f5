"""Counted: as how many transformations the making of a file counts; pure."""

FRAMES_OF_ONE = 10
"""Pictures of an animation, or pages of a document, that count as one transformation together."""


def transformations_of(frames: int) -> int:
    """However much is done to a picture, it is one; and one more for each ten further pictures that move or follow."""
    return max(1, -(-frames // FRAMES_OF_ONE))
