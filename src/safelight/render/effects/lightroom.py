"""e_lightroom."""

import math
from typing import Annotated, Literal

from safelight.render.effect import Percent, Signed, effect
from safelight.render.effects.contrast import contrast as contrasted
from safelight.render.effects.saturation import saturation as saturated
from safelight.render.effects.vibrance import vibrance as vibrated
from safelight.render.effects.vignette import vignette
from safelight.render.image import Image
from safelight.render.lacking import PRESETS, lacking
from safelight.render.tone import curve
from safelight.transform.spec import Range

# How much of red and of blue each kind of light has too little of.
_LIGHTS = {
    "asshot": (1.0, 1.0),
    "auto": (1.0, 1.0),
    "daylight": (1.0, 1.0),
    "cloudy": (1.06, 0.94),
    "shade": (1.1, 0.88),
    "tungsten": (0.84, 1.22),
    "fluorescent": (0.93, 1.1),
    "flash": (1.03, 0.97),
}
_CONTRAST_SHARE = 0.4
_LIFT_SHARE = 0.35
_ENDS_SHARE = 0.15


@effect(example="e_lightroom:exposure_0.4;contrast_20;shadows_40;vibrance_30;whitebalance_cloudy", reads_twice=True)
def lightroom(
    image: Image,
    exposure: Annotated[float, Range(-5, 5, "EV")] = 0,
    contrast: Signed = 0,
    highlights: Signed = 0,
    shadows: Signed = 0,
    whites: Signed = 0,
    blacks: Signed = 0,
    vibrance: Signed = 0,
    saturation: Signed = 0,
    sharpness: Annotated[float, Range(0, 150)] = 0,
    noisereduction: Percent = 0,
    vignetteamount: Signed = 0,
    whitebalance: Literal[
        "asshot", "auto", "daylight", "cloudy", "shade", "tungsten", "fluorescent", "flash"
    ] = "asshot",
    xmp: str = "",
) -> Image:
    """Develop the image with the sliders that photographers know.

    Each is named: `exposure`, `contrast`, `highlights`, `shadows`, `whites`, `blacks`, `vibrance`, `saturation`,
    `sharpness`, `noisereduction`, `vignetteamount`; `whitebalance` is the light that the picture was taken in. The
    steps are our own and come near to those of others. Presets in files (`xmp:`) are not available.
    """
    if xmp:
        raise lacking("e_lightroom:xmp", PRESETS)
    red, blue = _LIGHTS[whitebalance]
    gain = 2.0**exposure
    image = (image * [red * gain, gain, blue * gain]).cast("uchar").copy(interpretation="srgb")
    if highlights or shadows or whites or blacks:
        image = curve(image, lambda value: _toned(value, highlights, shadows, whites, blacks))
    if contrast:
        image = contrasted(image, contrast * _CONTRAST_SHARE)
    if vibrance:
        image = vibrated(image, vibrance)
    if saturation:
        image = saturated(image, saturation)
    if noisereduction:
        image = image.gaussblur(noisereduction / 100, min_ampl=0.1)
    if sharpness:
        image = image.sharpen(sigma=1, m2=sharpness / 20)
    if vignetteamount < 0:
        image = vignette(image, -vignetteamount)
    return image


def _toned(value: float, highlights: float, shadows: float, whites: float, blacks: float) -> float:
    """Four bumps on the curve: at the dark end, the dark third, the bright third, the bright end."""
    dark = math.exp(-(((value - 0.25) / 0.2) ** 2)) * shadows * _LIFT_SHARE
    bright = math.exp(-(((value - 0.75) / 0.2) ** 2)) * highlights * _LIFT_SHARE
    ends = (1 - value) ** 4 * blacks * _ENDS_SHARE + value**4 * whites * _ENDS_SHARE
    return value + (dark * value + bright * (1 - value) + ends) / 100
