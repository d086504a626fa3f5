"""Png: stills by libvips, animations (APNG) by Pillow."""

import io
import os
from typing import Any

from PIL.PngImagePlugin import Blend, Disposal

from safelight.render.formats import bridge, vips
from safelight.render.formats.model import Asked, Family, Header, Picture
from safelight.settings import RenderSettings
from safelight.transform.plan import ColorSpace, Encode, Source

PALETTE_EFFORT = 3
_CHUNKS_MAX = 1000
"""So many chunks may stand before the pixels; the mark of an animation is one of them."""


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    found = vips.header_of(vips.opened(file, format), format)
    frames = _frames(file)
    if frames is None:
        return found
    # The frames of an animation may be transparent where the first is not.
    return Header(format, found.stored, 1, frames, has_alpha=True, is_moving=frames > 1)


def _frames(file: int) -> int | None:
    """How many frames the chunk `acTL` promises; None where there is none before the pixels (PNG 3rd edition, 11.3)."""
    at = 8
    for _ in range(_CHUNKS_MAX):
        head = os.pread(file, 12, at)
        kind = head[4:8]
        if len(head) < 12 or kind == b"IDAT":
            return None
        if kind == b"acTL":
            return max(1, int.from_bytes(head[8:12], "big"))
        at += 12 + int.from_bytes(head[:4], "big")
    return None


def read(file: int, header: Header, asked: Asked) -> Picture:
    if header.is_moving and asked.pages and asked.pages != (1,):
        return bridge.frames(file, "PNG", header, asked.pages)
    return Picture((vips.opened(file, header.format),))


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    vips.read_through(read(file, header, Asked()), header.format)
    if header.is_moving:
        # To the last frame without keeping any.
        bridge.check_frames(file, "PNG", header.pages)


def write(picture: Picture, how: Encode, _format: str) -> bytes:
    if picture.is_animated:
        return _moving(picture, how)
    options = {**_palette(how), **vips.keeping(picture.frames[0], how)}
    return vips.whole(picture, how).pngsave_buffer(interlace=vips.is_interlaced(how), **options)


def _moving(picture: Picture, how: Encode) -> bytes:
    first, *others = [bridge.to_pillow(frame) for frame in picture.frames]
    if how.png_depth == 8:
        first, *others = [frame.quantize() for frame in (first, *others)]
    written = io.BytesIO()
    first.save(
        written,
        "PNG",
        save_all=True,
        append_images=others,
        duration=list(vips.delays_of(picture, how)),
        loop=picture.loop,
        # Frames that look alike stay apart: their number is part of what was asked for.
        default_image=False,
        disposal=Disposal.OP_NONE,
        blend=Blend.OP_SOURCE,
    )
    return written.getvalue()


def _palette(how: Encode) -> dict[str, Any]:
    """A PNG of 256 colours where it is asked for, by name or by leave."""
    quality = vips.quality_of(how)
    by_leave = (how.allows_any_format or how.is_lossy) and quality is not None
    if how.png_depth == 8 or (by_leave and how.png_depth is None and how.color_space is not ColorSpace.TRUECOLOR):
        return {"palette": True, "Q": quality or 100, "effort": PALETTE_EFFORT}
    return {}


FAMILY = Family(header, read, check, write)
