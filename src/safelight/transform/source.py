"""SourceFacts: what must be known of a source before its plan can be settled and its cost told."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceFacts:
    """`format` is a name of kernel/media.py; the size is that of one frame, upright; None where it has none."""

    format: str
    width: int | None
    height: int | None
    has_alpha: bool
    frames: int = 1
    tags: tuple[str, ...] = ()
    context: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    density: int | None = None
    """In dpi; None: not known, as is all that follows."""
    faces: int | None = None
    duration_seconds: float | None = None
    page_x: int = 0
    """Where the page that is opened begins in the whole document, in px."""
    page_y: int = 0
