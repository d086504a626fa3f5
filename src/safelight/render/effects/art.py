"""e_art."""

from dataclasses import dataclass
from typing import Literal

from safelight.render.effect import effect
from safelight.render.effects.vignette import vignette
from safelight.render.image import Image
from safelight.render.tone import lookup, luma

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    """A grading: what black and white become, how strong colours and contrast are, how dark the corners."""

    saturation: float = 1.0
    contrast: float = 1.0
    brightness: float = 0.0
    shadows: RGB = (0, 0, 0)
    lights: RGB = (255, 255, 255)
    middle: RGB = (128, 128, 128)
    corners: float = 0.0


_LOOKS: dict[str, Look] = {
    "al_dente": Look(1.25, 1.1, 4, (24, 8, 0), (255, 246, 214), (142, 128, 108)),
    "athena": Look(0.75, 0.95, 10, (34, 30, 44), (255, 250, 240), (136, 130, 128)),
    "audrey": Look(0.0, 1.2, 4, (12, 12, 16), (250, 248, 244)),
    "aurora": Look(1.15, 1.05, 2, (20, 10, 52), (255, 236, 226), (134, 122, 146)),
    "daguerre": Look(0.1, 1.1, -4, (28, 22, 16), (236, 224, 200), (132, 124, 110), 45),
    "eucalyptus": Look(0.8, 1.0, 4, (10, 34, 30), (240, 252, 236), (122, 134, 124)),
    "fes": Look(1.2, 1.12, 0, (30, 6, 22), (255, 232, 188), (144, 122, 112)),
    "frost": Look(0.6, 1.05, 12, (14, 30, 58), (238, 248, 255), (122, 132, 146)),
    "hairspray": Look(1.1, 0.9, 14, (52, 28, 48), (255, 238, 232), (146, 126, 132)),
    "hokusai": Look(0.7, 1.2, 4, (8, 28, 66), (250, 242, 220), (118, 130, 138)),
    "incognito": Look(0.0, 1.55, -6, (0, 0, 0), (255, 255, 255), corners=35),
    "linen": Look(0.7, 0.85, 14, (48, 42, 36), (252, 246, 232), (138, 132, 122)),
    "peacock": Look(1.3, 1.1, 0, (0, 26, 50), (250, 250, 214), (112, 134, 136)),
    "primavera": Look(1.2, 0.95, 12, (22, 30, 12), (255, 252, 226), (136, 138, 116)),
    "quartz": Look(0.85, 1.0, 8, (38, 22, 36), (255, 240, 244), (140, 124, 134)),
    "red_rock": Look(1.1, 1.15, -2, (36, 6, 0), (255, 236, 208), (150, 120, 102)),
    "refresh": Look(1.3, 1.08, 8, (0, 10, 20), (250, 255, 255), (128, 134, 134)),
    "sizzle": Look(1.35, 1.25, 2, (28, 0, 8), (255, 244, 190), (148, 122, 104)),
    "sonnet": Look(0.05, 0.95, 8, (40, 36, 42), (246, 240, 232), (130, 126, 126)),
    "ukulele": Look(1.05, 0.92, 10, (18, 40, 48), (255, 240, 204), (140, 132, 116), 20),
    "zorro": Look(0.0, 1.3, -8, (6, 4, 10), (244, 236, 222), (120, 116, 112), 60),
}


@effect(example="e_art:hokusai")
def art(
    image: Image,
    filter: Literal[
        "al_dente",
        "athena",
        "audrey",
        "aurora",
        "daguerre",
        "eucalyptus",
        "fes",
        "frost",
        "hairspray",
        "hokusai",
        "incognito",
        "linen",
        "peacock",
        "primavera",
        "quartz",
        "red_rock",
        "refresh",
        "sizzle",
        "sonnet",
        "ukulele",
        "zorro",
    ] = "al_dente",
) -> Image:
    """Give the image one of 21 moods by grading its colours."""
    look = _LOOKS[filter]
    shades = luma(image)
    gray = shades.bandjoin([shades, shades])
    strong = (image - gray) * look.saturation + gray
    table = lookup([[_graded(look, level, band) for level in range(256)] for band in range(3)])
    graded = strong.cast("uchar").maplut(table).copy(interpretation="srgb")
    return vignette(graded, look.corners) if look.corners else graded


def _graded(look: Look, level: int, band: int) -> float:
    """Contrast about the middle, then a bend through the three colours of black, grey and white."""
    value = (level - 128) * look.contrast + 128 + look.brightness
    share = min(1.0, max(0.0, value / 255))
    low, middle, high = look.shadows[band], look.middle[band], look.lights[band]
    # A quadratic curve through low at 0, middle at a half, high at 1.
    bend = 2 * (low + high - 2 * middle)
    result = low + (high - low - bend) * share + bend * share * share
    return min(255.0, max(0.0, result))
