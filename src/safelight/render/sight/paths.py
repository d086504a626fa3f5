"""Paths: where the clipping paths of a file are that a plan names (`g_clipping_path_!name!`)."""

import os
from collections.abc import Iterator

from safelight.render import clip
from safelight.render.formats.model import Header
from safelight.render.image import Image, Source, VipsError, load
from safelight.transform.plan import Plan, Resize, SightGravity
from safelight.transform.source import Region

PREFIX = "path:"
"""Of the kind of a Region that is the box around a path."""

# Formats that carry the resources of an editor and whose header tells them.
_CARRIES = frozenset({"jpg", "tif"})


def regions(plan: Plan, file: int, header: Header) -> tuple[Region, ...]:
    """The boxes around the paths that the resizes of a plan look for, as far as the file has them."""
    wanted = list(dict.fromkeys(_wanted(plan)))
    # A path lies over the pixels as they are stored: of a picture that lies on its side it says nothing.
    if not wanted or header.orientation != 1 or header.format not in _CARRIES | {"psd"}:
        return ()
    resources = _resources(file, header.format)
    found = [(kind, clip.bounds(resources, kind.removeprefix(PREFIX))) for kind in wanted]
    return tuple(
        Region(kind, box[0], box[1], box[2] - box[0], box[3] - box[1]) for kind, box in found if box is not None
    )


def _wanted(plan: Plan) -> Iterator[str]:
    for step in plan.steps:
        if isinstance(step, Resize) and isinstance(step.gravity, SightGravity):
            yield from (word for word in step.gravity.sought if word.startswith(PREFIX))


def _resources(file: int, format: str) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    try:
        image = load(format, Source.new_from_descriptor(file)) if format in _CARRIES else Image.black(1, 1)
    except VipsError:
        return b""
    return clip.resources_of(file, format, image)
