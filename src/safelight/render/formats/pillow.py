"""Pillow: the smaller formats that it reads and writes as stills: bmp, tga, bw, jp2, j2k; and eps out."""

import io
from typing import Any

from PIL import Image as Pillow

from safelight.kernel.errors import Invalid
from safelight.render.formats import bridge, vips
from safelight.render.formats.model import Asked, Family, Header, Picture
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source

_NAMES = {"bmp": "BMP", "tga": "TGA", "bw": "SGI", "jp2": "JPEG2000", "j2k": "JPEG2000", "eps": "EPS"}
_ALPHA_MODES = frozenset({"LA", "RGBA", "PA", "La", "RGBa"})

# JPEG 2000 takes no quality from 1 to 100, but the noise that may remain: these are about the decibels that our JPEG
# leaves in photographs.
_DECIBELS_LOWEST, _DECIBELS_A_QUALITY = 24.0, 0.2


def header(file: int, format: str, _source: Source, _limits: RenderSettings) -> Header:
    with bridge.opened(file, _NAMES[format]) as picture:
        size, mode = Size(*picture.size), picture.mode
        if min(size.width, size.height) < 1:
            raise Invalid("The image has no pixels")
        return Header(format, size, 1, 1, mode in _ALPHA_MODES)


def read(file: int, header: Header, asked: Asked) -> Picture:
    with bridge.opened(file, _NAMES[header.format]) as picture:
        if header.format in {"jp2", "j2k"} and asked.size is not None:
            # Its wavelets hold every half of a size: the smaller ones cost less.
            shrink = min(header.stored.width / asked.size.width, header.stored.height / asked.size.height)
            _reduce(picture, max(0, int(shrink).bit_length() - 1))
        picture.load()
        return Picture((bridge.from_pillow(picture, picture.info.get("icc_profile")),))


def _reduce(picture: Any, halvings: int) -> None:
    picture.reduce = min(halvings, 5)


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    read(file, header, Asked())


def write(picture: Picture, how: Encode, format: str) -> bytes:
    image = bridge.to_pillow(picture.frames[0])
    written = io.BytesIO()
    match format:
        case "bmp" | "eps":
            image.convert("RGB").save(written, _NAMES[format])
        case "bw":
            image.convert("L").save(written, "SGI")
        case "tga":
            image.save(written, "TGA", compression="tga_rle")
        case "jp2" | "j2k":
            _save_jpeg_2000(image, how, written, no_jp2=format == "j2k")
        case _:
            raise Invalid(f"Unsupported format {format}")
    return written.getvalue()


def _save_jpeg_2000(image: Pillow.Image, how: Encode, written: io.BytesIO, *, no_jp2: bool) -> None:
    quality = vips.quality_of(how)
    if vips.is_lossless(how) or quality is None:
        image.save(written, "JPEG2000", no_jp2=no_jp2, irreversible=False)
        return
    decibels = _DECIBELS_LOWEST + _DECIBELS_A_QUALITY * quality
    image.save(
        written, "JPEG2000", no_jp2=no_jp2, irreversible=True, quality_mode="dB", quality_layers=[decibels], mct=1
    )


FAMILY = Family(header, read, check, write)
