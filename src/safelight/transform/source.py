"""SourceFacts: what must be known of a source before its plan can be settled and its cost told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceFacts:
    """`format` is a name of kernel/media.py; the size is that of one frame, upright; None where it has none."""

    format: str
    width: int | None
    height: int | None
    has_alpha: bool
    frames: int = 1
