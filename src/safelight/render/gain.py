"""Gain: the map that tells brighter screens where a photo shines; it stays where only the size of the photo changes."""

import os
from dataclasses import dataclass
from typing import Any

from safelight.render import decode
from safelight.render.formats import vips
from safelight.render.formats.model import Header, Picture
from safelight.render.image import Image, Source, VipsError, load
from safelight.transform.plan import Encode, Fit, Plan, Resize

MAP_QUALITY = 85
HEAD_BYTES = 128 * 1024
"""So far into a file its map is announced."""

# Of ISO 21496-1, and of the packet that stood for it before.
_MARKS = (b"urn:iso:std:iso:ts:21496:-1", b"http://ns.adobe.com/hdr-gain-map/1.0/")
_DATA = "gainmap-data"
_KEEP_GAIN = 32
_WHOLE = frozenset({Fit.SCALE, Fit.FIT, Fit.LIMIT, Fit.MFIT})


@dataclass(frozen=True)
class Gain:
    """The map, upright, of a photo of this width, and what its file says of it: name -> type and value."""

    map: Image
    photo_width: int
    data_kind: int
    fields: dict[str, tuple[int, Any]]


def kept(plan: Plan, file: int, header: Header, target: str) -> Gain | None:
    """The map of a photo that stays a whole JPEG, where its metadata are kept; None: there is none, or it would not
    fit what becomes of the photo."""
    is_whole = all(isinstance(step, Resize) and step.fit in _WHOLE and step.turn is None for step in plan.steps)
    how = plan.encode
    is_plain = how.color_space is None and how.icc is None and plan.source.clip is None
    if not (header.format == target == "jpg" and how.keeps_metadata and is_whole and is_plain):
        return None
    head = os.pread(file, HEAD_BYTES, 0)
    return _of(file, header) if any(mark in head for mark in _MARKS) else None


def _of(file: int, header: Header) -> Gain | None:
    os.lseek(file, 0, os.SEEK_SET)
    try:
        image = load("uhdr", Source.new_from_descriptor(file))
        names = [name for name in image.get_fields() if name.startswith("gainmap-")]
        fields: dict[str, tuple[int, Any]] = {name: (image.get_typeof(name), image.get(name)) for name in names}
        if _DATA not in fields:
            return None
        data_kind, data = fields.pop(_DATA)
        found = load("jpg", Source.new_from_memory(data)).copy_memory()
    except VipsError:
        # A map that is damaged: the photo is shown without it, as on every screen before it.
        return None
    upright = decode.upright(Picture((found,)), header.orientation).frames[0]
    return Gain(upright, header.size.width, data_kind, fields)


def written(image: Image, how: Encode, gain: Gain) -> bytes:
    """A JPEG with its map, which becomes smaller as the photo does."""
    factor = min(1.0, image.width / gain.photo_width)
    data = gain.map.resize(factor).jpegsave_buffer(Q=MAP_QUALITY, keep=vips.KEEP_NONE)
    image = vips.whole(Picture((image,)), how)
    fields: dict[str, tuple[int, Any]] = {**gain.fields, _DATA: (gain.data_kind, data)}
    for name, (kind, value) in fields.items():
        image.set_type(kind, name, value)
    keep = vips.keeping(image, how)["keep"] | _KEEP_GAIN
    return image.uhdrsave_buffer(Q=vips.quality_of(how) or vips.QUALITY, keep=keep)
