"""Telling: what a file tells of people and places beside what it shows, and what to write over it.

It runs in a child that is confined: none of this is trusted. Nothing is decoded; only the parts that tell are read.
"""

from collections.abc import Callable, Iterator
from typing import Any

from safelight.kernel.errors import TooMuch
from safelight.render.private import boxes, chunks, jpeg, packets, tiff
from safelight.render.private.model import TRACES_MAX, Trace, Window, window_of_file

KIND = "private"
"""The word by which a child is asked for it (render/analysis)."""

_READERS: dict[str, Callable[[Window], Iterator[Trace]]] = {
    "jpg": jpeg.traces,
    "png": chunks.png,
    "webp": chunks.webp,
    "tif": lambda window: tiff.traces(window, is_embedded=False),
    "psd": packets.psd,
    "pdf": packets.pdf,
    **dict.fromkeys(("heic", "avif", "cr3", "mp4", "mov", "3gp", "m4a"), boxes.traces),
    **dict.fromkeys(("dng", "cr2", "nef", "arw", "pef"), lambda window: tiff.traces(window, is_embedded=False)),
    **dict.fromkeys(("gif", "svg", "ai", "eps", "jxl", "jp2"), packets.traces),
}
READ = frozenset(_READERS)
"""The formats that are looked into."""
STRIPPED = frozenset(
    {"jpg", "png", "webp", "tif", "psd", "pdf", "heic", "avif", "mp4", "mov", "3gp", "m4a", "gif", "svg"}
)
"""Those in which what tells can be written over. In the raw files of cameras it also says how they are developed."""


def found(file: int, format: str) -> dict[str, Any]:
    """`flags`: what an open file tells. `strips`: from where to where it does so, and what to repeat over it."""
    traces: list[Trace] = []
    for trace in _READERS[format](window_of_file(file)) if format in _READERS else ():
        traces.append(trace)
        if len(traces) > TRACES_MAX:
            raise TooMuch(f"The file tells of its making in more than {TRACES_MAX} places.")
    strips = [[trace.start, trace.end, trace.fill.hex()] for trace in traces if trace.end > trace.start]
    return {"flags": sorted({trace.flag.value for trace in traces}), "strips": strips if format in STRIPPED else []}
