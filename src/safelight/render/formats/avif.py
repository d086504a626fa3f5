"""Avif: stills by libvips, animations by Pillow."""

import io
import os

from PIL import AvifImagePlugin

from safelight.render.formats import boxes, bridge, vips
from safelight.render.formats.model import Asked, Family, Header, Picture
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Source

EFFORT = 0
# The fastest of the other library's scale, which goes the other way round.
_MOVING_SPEED = 9

# One thread a job: there are as many children as cores.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    if b"avis" not in boxes.brands(os.pread(file, boxes.BRANDS_BYTES_MAX, 0)):
        return vips.header_of(vips.opened(file, format), format)
    with bridge.opened(file, "AVIF") as picture:
        pages = int(getattr(picture, "n_frames", 1))
        if pages <= 1:
            return vips.header_of(vips.opened(file, format), format)
        width, height = picture.size
        return Header(format, vips.Size(width, height), 1, pages, picture.mode == "RGBA", is_moving=True)


def read(file: int, header: Header, asked: Asked) -> Picture:
    if header.is_moving:
        return bridge.frames(file, "AVIF", header, asked.pages or (1,))
    return Picture((vips.opened(file, header.format),))


def check(file: int, _header: Header, _limits: RenderSettings) -> None:
    """Decoding is dear; the container tells whether all of it is there."""
    boxes.check(file)


def write(picture: Picture, how: Encode, _format: str) -> bytes:
    quality = vips.quality_of(how)
    if picture.is_animated:
        return _moving(picture, how, 100 if quality is None else quality)
    return vips.whole(picture, how).heifsave_buffer(
        compression="av1",
        Q=quality or vips.QUALITY,
        lossless=vips.is_lossless(how),
        effort=EFFORT,
        bitdepth=8,
        subsample_mode=vips.subsampling(how),
        **vips.keeping(picture.frames[0], how),
    )


def _moving(picture: Picture, how: Encode, quality: int) -> bytes:
    first, *others = [bridge.to_pillow(frame) for frame in picture.frames]
    written = io.BytesIO()
    first.save(
        written,
        "AVIF",
        save_all=True,
        append_images=others,
        duration=list(vips.delays_of(picture, how)),
        quality=quality,
        speed=_MOVING_SPEED,
        max_threads=1,
    )
    return written.getvalue()


FAMILY = Family(header, read, check, write)
