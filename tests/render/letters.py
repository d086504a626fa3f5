"""Letters by themselves, for tests that look at their pixels."""

import io
from functools import cache

import numpy as np

from safelight.render import font_set, text
from safelight.render.image import Image
from safelight.settings import RenderSettings
from safelight.transform.arguments import Color
from safelight.transform.plan import Border, TextLayer, TextStyle

LIMITS = RenderSettings()
BLACK, RED, YELLOW = Color(0, 0, 0), Color(220, 20, 20), Color(255, 230, 0)
LAYER_WORDS = frozenset({"color", "background", "border", "width", "height", "is_trimmed"})


def layer(words: str, **asked: object) -> TextLayer:
    """A layer in Arial of 40 px, but for what is asked: of the layer or of its style."""
    style = {"font": "Arial", "size": 40} | {name: value for name, value in asked.items() if name not in LAYER_WORDS}
    return TextLayer(words, TextStyle(**style), **{name: asked[name] for name in asked if name in LAYER_WORDS})


def drawn(words: str, *, file: bytes | None = None, limits: RenderSettings = LIMITS, **asked: object) -> Image:
    return text.drawn(layer(words, **asked), file, limits)


def pixels(words: str, **asked: object) -> np.ndarray:
    return drawn(words, **asked).numpy()


def size(words: str, **asked: object) -> tuple[int, int]:
    image = drawn(words, **asked)
    return image.width, image.height


def ink(words: str, **asked: object) -> float:
    """How much is covered, in px."""
    return float(pixels(words, **asked)[..., 3].sum() / 255)


def colors(found: np.ndarray) -> set[tuple[int, ...]]:
    """The full colours, in steps of 16."""
    return {tuple(int(part) for part in pixel) for pixel in (found[found[..., 3] > 250][:, :3] // 16 * 16)}


def ours(name: str) -> bytes:
    """A font of the set that comes along, as somebody may upload it."""
    return next(font_set.FOLDER.rglob(f"{name}.*")).read_bytes()


@cache
def packed(name: str, flavor: str) -> bytes:
    """One of our fonts as WOFF or WOFF2."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(ours(name)))
    font.flavor = flavor
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


@cache
def covered() -> frozenset[int]:
    """All characters that some font of ours has."""
    from fontTools.ttLib import TTFont

    return frozenset().union(*(TTFont(path, lazy=True).getBestCmap() for path in font_set.files(font_set.FOLDER)))


OUTLINE = Border(4, RED)
