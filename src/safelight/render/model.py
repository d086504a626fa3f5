"""Probed, Rendered, Looked, Analysed: what leaves the darkroom; Render: what is asked of it; Job: what it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from safelight.transform.plan import Plan
from safelight.transform.reference import Reference
from safelight.transform.source import Region

BROKEN = "Invalid image file"
"""The words for a source that cannot be decoded."""


@dataclass(frozen=True)
class Probed:
    """The facts of a picture file. Width and height are those that a viewer sees (EXIF orientation applied)."""

    format: str
    width: int
    height: int
    pages: int
    has_alpha: bool


@dataclass(frozen=True)
class Rendered:
    """A finished file. `format` is a name of kernel/media.py; `width` and `height` are those of one frame."""

    data: bytes
    format: str
    width: int
    height: int
    frames: int


@dataclass(frozen=True)
class Looked:
    """What was found in a picture, of the kinds that were asked for; the most certain first where it is too much."""

    regions: tuple[Region, ...]


@dataclass(frozen=True)
class Analysed:
    """What a picture told about itself, as values that JSON has, by the names of render/analysis."""

    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """A file that a plan refers to. `format` is a name of kernel/media.py, or `font`, `cube`, `3dl`, `icc`."""

    reference: Reference
    format: str


@dataclass(frozen=True)
class PartFile:
    """A Part, and where its bytes lie on this machine."""

    part: Part
    path: Path


@dataclass(frozen=True)
class OpenPart:
    """The same inside the darkroom: the open file of a Part."""

    file: int
    format: str


class Render(Protocol):
    """Makes pictures, and tells the facts of pictures, out of files that nobody trusts."""

    async def render(
        self, plan: Plan, source: Path, *, source_format: str, tenant: str = "", parts: Sequence[PartFile] = ()
    ) -> Rendered:
        """Carry a settled plan out. `tenant` is whose turn it is: the queue is fair between tenants. `parts` are the
        files of transform/references.py, one each; the file of a part may be that of the source.

        Raises Invalid for a source that cannot be decoded, TooMuch past a limit, Busy when the queue is full,
        NotAvailable when the work was cut short and may be tried again.
        """
        ...

    async def probe(self, source: Path, *, format: str, tenant: str = "") -> Probed:
        """The facts of a picture of the format that its first bytes claim; raises Invalid for a broken file."""
        ...

    async def look(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> tuple[Region, ...]:
        """Where in a picture things of these kinds (see Region) are; raises Invalid for a broken file, and where what
        would see them is missing."""
        ...

    async def analyse(self, source: Path, *, format: str, kinds: Sequence[str], tenant: str = "") -> Mapping[str, Any]:
        """What a picture tells about itself, of these kinds of render/analysis; raises Invalid for a broken file."""
        ...


@dataclass(frozen=True)
class RenderJob:
    """Make this, from a source of this format."""

    plan: Plan
    source_format: str
    parts: tuple[Part, ...] = ()
    """Their files come after that of the source, in this order."""


@dataclass(frozen=True)
class ProbeJob:
    """Tell the facts of a source of this format."""

    source_format: str


@dataclass(frozen=True)
class LookJob:
    """Find things of these kinds in a source of this format."""

    source_format: str
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class AnalyseJob:
    """Tell what a source of this format says about itself, of these kinds (render/analysis)."""

    source_format: str
    kinds: tuple[str, ...]


Job = RenderJob | ProbeJob | LookJob | AnalyseJob
Result = Probed | Rendered | Looked | Analysed
