"""Colorfield: how far each pixel of a picture is from a colour, as the eye sees it (CIE Lab)."""

from safelight.render.color import taken_from
from safelight.render.image import Image
from safelight.transform.plan import BackgroundMode, Color

# People and things stand below.
_UPPER_PART = 4


def lab_of(color: Color) -> tuple[float, float, float]:
    """Lightness 0 to 100, and the two axes of colour."""
    lightness, a, b = plain(color).colourspace("lab")(0, 0)
    return lightness, a, b


def plain(color: Color) -> Image:
    """One pixel of it."""
    pixel = Image.black(1, 1, bands=3).linear([1.0], [float(color.r), float(color.g), float(color.b)])
    return pixel.cast("uchar").copy(interpretation="srgb")


def background_of(image: Image) -> Color:
    """What seems to lie behind the content: the most frequent colour along the border, where nothing stands on it."""
    upper = image.crop(0, 0, image.width, max(1, image.height // _UPPER_PART))
    return taken_from(upper, BackgroundMode.BORDER)


def distance(image: Image, color: Color) -> Image:
    """CIE76: about 2 can just be seen, 100 is black to white."""
    lab = image.colourspace("lab")
    off = lab - list(lab_of(color))
    return ((off * off).bandmean() * 3) ** 0.5


def ramp(measure: Image, low: float, high: float) -> Image:
    """0 up to `low`, 1 from `high`, even in between."""
    level = (measure - low) / max(0.001, high - low)
    return level.clamp()
