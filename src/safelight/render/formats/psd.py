"""Psd: the composed picture, single layers by number or name, and smart objects, by psd-tools; and pictures as PSD."""

import io
import os
import struct
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import psd_tools
from PIL import Image as Pillow

from safelight.kernel.errors import Invalid, TooMuch
from safelight.kernel.media import sniff
from safelight.render.formats import bridge
from safelight.render.formats.model import Asked, Family, Header, Picture, broken
from safelight.render.image import LOADERS, Image, VipsError, load
from safelight.render.image import Source as Bytes
from safelight.settings import RenderSettings
from safelight.transform.geometry import Size
from safelight.transform.plan import Encode, Source

OBJECTS_MAX = 200_000
NESTING_MAX = 32
# A pixel of work on a canvas, counted generously: floats of all bands, twice.
_BYTES_A_PIXEL = 48

_HEAD = struct.Struct(">4sH6xHIIHH")
_library: Any = psd_tools
_BROKEN = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, EOFError, struct.error)


def header(file: int, format: str, source: Source, limits: RenderSettings) -> Header:
    """The size is that of the canvas; that of the layers or of the smart object that is asked for."""
    head = os.pread(file, _HEAD.size, 0)
    if len(head) < _HEAD.size:
        raise broken(format)
    mark, version, channels, height, width, _, _ = _HEAD.unpack(head)
    if mark != b"8BPS" or version not in {1, 2} or min(width, height) < 1:
        raise broken(format)
    size = Size(width, height)
    if not 0 < size.width * size.height <= limits.source_pixels_max:
        return Header(format, size, 1, 1, has_alpha=channels > 3)
    with _opened(file, format, limits) as document:
        layers = _layers(document)
        if source.embedded:
            return _inner(_object(document, source.embedded), limits, format)
        if source.page is not None and source.page <= len(layers) and layers:
            size = _layer_size(layers[source.page - 1], size, limits)
        return Header(format, size, 1, max(1, len(layers)), has_alpha=channels > 3 or bool(layers))


@contextmanager
def _opened(file: int, format: str, limits: RenderSettings) -> Generator[Any]:
    with bridge.as_file(file) as stream, _document(stream, format, limits) as document:
        yield document


@contextmanager
def _document(stream: IO[bytes], format: str, limits: RenderSettings) -> Generator[Any]:
    budget = limits.source_pixels_max * _BYTES_A_PIXEL
    try:
        yield _library.PSDImage.open(
            stream,
            max_alloc_bytes=min(budget, limits.memory_bytes_max),
            parse_limits=_library.ParseLimits(max_objects=OBJECTS_MAX, max_nesting_depth=NESTING_MAX),
        )
    except (Invalid, TooMuch):
        raise
    except _BROKEN as error:
        raise broken(format, error) from error


def _layers(document: Any) -> list[Any]:
    """The layers that have pixels or shapes, from below, those of groups in their place; groups are none."""
    return [layer for layer in document.descendants() if not layer.is_group()]


def _layer_size(layer: Any, canvas: Size, limits: RenderSettings) -> Size:
    """A layer is shown on the whole canvas, where it lies."""
    if layer.width * layer.height > limits.source_pixels_max:
        raise Invalid("A layer of the image is too large")
    return canvas


def read(file: int, header: Header, asked: Asked) -> Picture:
    source, limits = asked.source, asked.limits
    with _opened(file, header.format, limits) as document:
        if source.embedded:
            return Picture((_inner_image(_object(document, source.embedded), limits),))
        if source.layers:
            chosen = _named(document, source.layers)
        elif asked.pages and _layers(document):
            chosen = [_layers(document)[page - 1] for page in asked.pages]
        else:
            chosen = []
        if chosen:
            for layer in chosen:
                _layer_size(layer, header.stored, limits)
            return Picture((bridge.from_pillow(_composed(document, chosen)),))
        return Picture((_shown(document),))


def _shown(document: Any) -> Image:
    """The whole as it looks: as the program that wrote it composed it, where it left that behind."""
    picture = document.topil(apply_icc=True) if document.has_preview() or not _layers(document) else None
    return bridge.from_pillow(_plain(picture or document.composite()))


def _composed(document: Any, layers: Sequence[Any]) -> Pillow.Image:
    """Only these layers on a transparent canvas, hidden ones too: they were asked for by name."""
    canvas = Pillow.new("RGBA", (document.width, document.height))
    for layer in layers:
        picture = layer.composite() if layer.is_group() else layer.topil(apply_icc=True)
        if picture is not None:
            canvas.alpha_composite(_laid(picture.convert("RGBA"), layer, canvas.size))
    return canvas


def _laid(picture: Pillow.Image, layer: Any, size: tuple[int, int]) -> Pillow.Image:
    whole = Pillow.new("RGBA", size)
    whole.paste(picture, (layer.left, layer.top))
    return whole


def _plain(picture: Pillow.Image) -> Pillow.Image:
    return picture if picture.mode in {"RGB", "RGBA", "L", "LA", "CMYK"} else picture.convert("RGB")


def _named(document: Any, names: Sequence[str]) -> list[Any]:
    """The layers and groups of these names, in the order of the document."""
    found = [layer for layer in document.descendants() if layer.name in names]
    missing = set(names) - {layer.name for layer in found}
    if missing:
        raise Invalid(f"The image has no layer named {', '.join(sorted(missing))}")
    return found


# --- smart objects ----------------------------------------------------------------------------------------------


def _object(document: Any, wanted: Sequence[int | str]) -> bytes:
    """The bytes of the first smart object that is meant; a link to a file elsewhere is none."""
    objects = [layer for layer in document.descendants() if layer.kind == "smartobject" and _held(layer) is not None]
    for one in wanted:
        fitting = objects[one - 1 : one] if isinstance(one, int) and one > 0 else []
        if isinstance(one, str):
            fitting = [layer for layer in objects if one in {layer.name, layer.smart_object.filename}]
        for layer in fitting:
            data = _held(layer)
            if data is not None:
                return data
    raise Invalid(f"The image has no embedded picture {', '.join(map(str, wanted))}")


def _held(layer: Any) -> bytes | None:
    """What is stored inside of the document itself."""
    try:
        return bytes(layer.smart_object.data) if layer.smart_object.kind == "data" else None
    except ValueError:
        return None


def _inner(data: bytes, limits: RenderSettings, format: str) -> Header:
    image = _inner_image(data, limits)
    size = Size(image.width, image.height)
    if size.width * size.height > limits.source_pixels_max:
        raise TooMuch("The embedded picture is too large")
    return Header(format, size, 1, 1, bool(image.hasalpha()))


def _inner_image(data: bytes, limits: RenderSettings) -> Image:
    """A picture of a format of libvips, opened and not yet read; or a document like this one, composed."""
    found = sniff(data[:4096])
    if found is not None and found.name == "psd":
        with _document(io.BytesIO(data), "psd", limits) as inner:
            if inner.width * inner.height > limits.source_pixels_max:
                raise TooMuch("The embedded picture is too large")
            return _shown(inner)
    if found is None or found.name not in LOADERS:
        raise Invalid(f"The embedded picture has the format {found.name if found else 'unknown'}, which is not read")
    try:
        return load(found.name, Bytes.new_from_memory(data))
    except VipsError as error:
        raise broken("psd", error) from error


# --- checking and writing ---------------------------------------------------------------------------------------


def check(file: int, header: Header, _limits: RenderSettings) -> None:
    """The composed picture stands at the end: if that is whole, so is all before it (Adobe's specification, 2019)."""
    _, version, channels, height, width, depth, _ = _HEAD.unpack(os.pread(file, _HEAD.size, 0))
    at, wide = _HEAD.size, 8 if version == 2 else 4
    for length_bytes in (4, 4, wide):
        at += length_bytes + int.from_bytes(os.pread(file, length_bytes, at), "big")
    compression, at = os.pread(file, 2, at), at + 2
    needed = 1
    if compression == b"\0\0":
        needed = channels * height * -(-width * depth // 8)
    elif compression == b"\0\1":
        lines = os.pread(file, channels * height * wide // 2, at)
        needed = len(lines) + sum(
            int.from_bytes(lines[index : index + wide // 2], "big") for index in range(0, len(lines), wide // 2)
        )
    if len(compression) < 2 or at + needed > os.fstat(file).st_size:
        raise broken(header.format)


def write(picture: Picture, _how: Encode, _format: str) -> bytes:
    """One layer."""
    written = io.BytesIO()
    _library.PSDImage.frompil(bridge.to_pillow(picture.frames[0])).save(written)
    return written.getvalue()


FAMILY = Family(header, read, check, write)
