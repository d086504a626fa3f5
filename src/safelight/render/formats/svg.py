"""Svg: drawings as pixels, in any size; and pictures as SVG."""

import base64

from safelight.render.formats import vips
from safelight.render.formats.clean_svg import cleaned
from safelight.render.formats.model import Asked, Family, Header, Picture
from safelight.settings import RenderSettings
from safelight.transform.plan import Encode, Source


def header(file: int, format: str, source: Source, _limits: RenderSettings) -> Header:
    found = vips.header_of(vips.opened(file, format, **_density(source)), format)
    return Header(format, found.stored, 1, 1, found.has_alpha)


def _density(source: Source) -> dict[str, float]:
    return {"dpi": source.density} if source.density is not None else {}


def read(file: int, header: Header, asked: Asked) -> Picture:
    options = _density(asked.source)
    if asked.size is not None:
        scale = max(asked.size.width / header.stored.width, asked.size.height / header.stored.height)
        options["scale"] = scale
    return Picture((vips.opened(file, header.format, **options),))


def check(_file: int, _header: Header, _limits: RenderSettings) -> None:
    """Its text was read to the end when it was opened."""


def write(picture: Picture, _how: Encode, _format: str) -> bytes:
    """The lines that an effect drew, or else a drawing that holds the pixels."""
    if picture.svg is not None:
        return cleaned(picture.svg)
    image = picture.frames[0]
    pixels = base64.b64encode(image.pngsave_buffer(keep=vips.KEEP_NONE)).decode()
    size = f'width="{image.width}" height="{image.height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {image.width} {image.height}">'
        f'<image {size} href="data:image/png;base64,{pixels}"/></svg>\n'
    ).encode()


FAMILY = Family(header, read, check, write)
