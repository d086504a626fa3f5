"""Tone: curves, stretches and blends that several effects share."""

from collections.abc import Callable

from safelight.render.image import Image

MIDDLE = 0.5
"""The brightness that an automatic correction aims at."""


def curve(image: Image, function: Callable[[float], float]) -> Image:
    """Send every 8-bit value through a function of 0 to 1."""
    values = [min(255, max(0, round(function(level / 255) * 255))) for level in range(256)]
    return image.maplut(Image.new_from_array([values]).cast("uchar"))


def lookup(bands: list[list[float]]) -> Image:
    """A table for `maplut`: 256 levels of red, of green and of blue."""
    first, *others = (Image.new_from_array([levels]) for levels in bands)
    return first.bandjoin([*others]).cast("uchar")


def blend(image: Image, changed: Image, percent: float) -> Image:
    """So much of the changed picture, the rest of the old one."""
    share = percent / 100
    return changed * share + image * (1 - share)


def luma(image: Image) -> Image:
    """Brightness as the eye weighs it, one 8-bit band (BT.601)."""
    return image.recomb(Image.new_from_array([[0.299, 0.587, 0.114]])).cast("uchar")


def bounds(band: Image, percent: float) -> tuple[float, float]:
    """Between which levels a band lies, but for so many percent of its pixels at either end."""
    return float(band.percent(percent)), float(band.percent(100 - percent))


def stretch(image: Image, low: float, high: float) -> Image:
    """Spread the levels from `low` to `high` over the whole range; a plain picture stays as it is."""
    if high - low < 1:
        return image
    gain = 255 / (high - low)
    return image * gain - low * gain


def in_lch(image: Image, change: Callable[[Image, Image, Image], tuple[Image, Image, Image]]) -> Image:
    """Change lightness, chroma and hue (degrees), where the eye's steps are even."""
    lightness, chroma, hue = image.colourspace("lch").bandsplit()
    bands = change(lightness, chroma, hue)
    return bands[0].bandjoin([*bands[1:]]).copy(interpretation="lch").colourspace("srgb")
