"""SourceFacts: what must be known of a source before its plan can be settled and its cost told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from safelight.transform.reference import Reference


@dataclass(frozen=True)
class Region:
    """A part of a source that shows something. Lengths are shares (0 to 1) of its width and height, upright.

    `kind` is a word of SightGravity: `face`, `eyes`, `text`, `body`, `custom`, the class of an object, `region:<name>`.
    """

    kind: str
    x: float
    y: float
    width: float
    height: float
    certainty: float = 1.0


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
    metadata: Mapping[str, str | int | list[str]] = field(default_factory=dict[str, str | int | list[str]], hash=False)
    density: int | None = None
    """In dpi; None: not known, as is all that follows."""
    faces: int | None = None
    seen: tuple[Region, ...] | None = None
    """What was found in it, of the kinds that were looked for."""
    duration_seconds: float | None = None
    custom_areas: int = 0
    """How many areas people have marked in it, and how the regions are called to which they gave names."""
    region_names: tuple[str, ...] = ()
    page_x: int = 0
    """Where the page that is opened begins in the whole document, in px."""
    page_y: int = 0
    quality: str = ""
    """What `q_auto` means for it (transform/quality.py); empty: what it means for all."""
    itself: Reference | None = None
    """What names the source, for layers that show it once more."""
