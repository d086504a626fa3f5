"""The pipeline without its children, for tests that look at pixels; and pictures with known corners."""

import io
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import IO

import numpy as np
from PIL import Image

from safelight.kernel.media import Kind, sniff
from safelight.render import pipeline, probe
from safelight.render.effect import vocabulary
from safelight.render.model import OpenPart, Probed, Rendered
from safelight.settings import RenderSettings
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from safelight.transform.reference import Reference
from safelight.transform.references import references

LIMITS = RenderSettings()
NO_LAYERS: Mapping[str, bytes] = MappingProxyType({})
RED, GREEN, BLUE, WHITE, BLACK = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255), (0, 0, 0)


def developed(
    data: bytes,
    asked: str | Plan,
    source_format: str,
    limits: RenderSettings = LIMITS,
    layers: Mapping[str, bytes] = NO_LAYERS,
) -> Rendered:
    """What a plan, or the text of one, makes of a file. `layers`: the files that it refers to, by their names."""
    plan = parse(asked, vocabulary()) if isinstance(asked, str) else asked
    with ExitStack() as stack:
        parts: dict[Reference, OpenPart] = {}
        for reference in references(plan):
            held = layers.get(reference.name)
            if held is not None:
                parts[reference] = OpenPart(stack.enter_context(_open(held)).fileno(), _format(reference, held))
        return pipeline.render(plan, stack.enter_context(_open(data)).fileno(), source_format, limits, parts)


def seen(data: bytes, asked: str | Plan, source_format: str, layers: Mapping[str, bytes] = NO_LAYERS) -> Image.Image:
    """The result as Pillow sees it."""
    return Image.open(io.BytesIO(developed(data, asked, source_format, layers=layers).data))


def _open(data: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by the stack that it goes on)
    file.write(data)
    file.flush()
    return file


def _format(reference: Reference, data: bytes) -> str:
    if reference.kind is Kind.RAW:
        extension = reference.name.rpartition(".")[2]
        return extension if extension in {"cube", "3dl", "icc"} else "font"
    format = sniff(data)
    return format.name if format else "unknown"


def facts(data: bytes, format: str, limits: RenderSettings = LIMITS) -> Probed:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return probe.probe(file.fileno(), format, limits)


def corners(width: int = 120, height: int = 80) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    middle_row, middle = height // 2, width // 2
    pixels[:middle_row, :middle], pixels[:middle_row, middle:] = RED, GREEN
    pixels[middle_row:, :middle], pixels[middle_row:, middle:] = BLUE, WHITE
    return Image.fromarray(pixels)


def spots(picture: Image.Image) -> list[tuple[int, int, int]]:
    """The colours in the four corners, a tenth of the way in: top left, top right, bottom left, bottom right."""
    picture = picture.convert("RGB")
    near_x, near_y = picture.width // 10, picture.height // 10
    far_x, far_y = picture.width - 1 - near_x, picture.height - 1 - near_y
    return [picture.getpixel(at) for at in ((near_x, near_y), (far_x, near_y), (near_x, far_y), (far_x, far_y))]


def is_near(found: tuple[int, ...], expected: tuple[int, ...], most: int = 12) -> bool:
    return all(abs(one - other) <= most for one, other in zip(found, expected, strict=True))


def are_near(found: list[tuple[int, int, int]], expected: list[tuple[int, int, int]], most: int = 12) -> bool:
    return all(is_near(one, other, most) for one, other in zip(found, expected, strict=True))
