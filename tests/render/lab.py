"""The pipeline without its children, for tests that look at pixels; and pictures with known corners."""

import io
import tempfile

import numpy as np
from PIL import Image

from safelight.render import pipeline, probe
from safelight.render.effect import vocabulary
from safelight.render.model import Probed, Rendered
from safelight.settings import RenderSettings
from safelight.transform.parse import parse
from safelight.transform.plan import Plan

LIMITS = RenderSettings()
RED, GREEN, BLUE, WHITE, BLACK = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255), (0, 0, 0)


def developed(data: bytes, asked: str | Plan, source_format: str, limits: RenderSettings = LIMITS) -> Rendered:
    plan = parse(asked, vocabulary()) if isinstance(asked, str) else asked
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        return pipeline.render(plan, file.fileno(), source_format, limits)


def seen(data: bytes, asked: str | Plan, source_format: str) -> Image.Image:
    """The result as Pillow sees it."""
    return Image.open(io.BytesIO(developed(data, asked, source_format).data))


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
