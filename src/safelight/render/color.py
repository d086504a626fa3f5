"""Color: any colour space -> 8-bit sRGB, and colours that are taken from a picture itself."""

from collections import Counter
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.render.image import FULL_ALPHA, Image, VipsError, blob
from safelight.transform.geometry import Size
from safelight.transform.plan import BackgroundMode, Color

WHITE = Color(255, 255, 255)
BLACK = Color(0, 0, 0)

# How colours that the other space has not got are brought in: those of both spaces stay as they are, black stays black.
# The same both ways, so that inks that go through here come out as they went in, as near as may be.
INTENT: dict[str, Any] = {"intent": "relative", "black_point_compensation": True}

# Pictures are asked for their main colour at this size: enough to count, quick to read.
_SAMPLE_SIDE_PX = 64
# Colours that share so many upper bits count as one.
_SAME_BITS = 4


def to_srgb(image: Image) -> Image:
    """8-bit sRGB, three bands and alpha where there was one. An embedded profile is honoured, then left out."""
    if image.interpretation == "cmyk":
        image = _transformed(image, without_one="cmyk")
    elif image.get_typeof("icc-profile-data") and not _is_srgb(image):
        image = _transformed(image)
    if image.interpretation != "srgb":
        try:
            image = image.colourspace("srgb")
        except VipsError as error:
            raise Invalid("Unsupported colour space in the image") from error
    if image.format != "uchar":
        image = image.cast("uchar")
    if image.bands > 4:
        image = image.extract_band(0, n=3)
    if image.get_typeof("icc-profile-data"):
        image = image.copy()
        image.remove("icc-profile-data")
    return image


def _transformed(image: Image, without_one: str = "srgb") -> Image:
    try:
        return image.icc_transform("srgb", embedded=True, input_profile=without_one, depth=8, **INTENT)
    except VipsError:
        # A profile that does not fit its picture is common and harmless: most viewers ignore it, too.
        return image


def _is_srgb(image: Image) -> bool:
    """The profile that most cameras and programs embed, whose colours are ours already."""
    # The name may be written in one byte a letter, or in two.
    profile = blob(image, "icc-profile-data").replace(b"\0", b"")
    return image.interpretation == "srgb" and b"sRGB IEC61966-2.1" in profile


def with_alpha(image: Image) -> Image:
    return image if image.hasalpha() else image.bandjoin(FULL_ALPHA)


def over_color(image: Image, color: Color) -> Image:
    """What is transparent takes a colour; a colour that is itself transparent shines through in its share."""
    if color.a == 0 or not image.hasalpha():
        return image
    if color.a == 255:
        return image.flatten(background=[color.r, color.g, color.b])
    return solid(Size(image.width, image.height), color).composite(image, "over")


def solid(size: Size, color: Color) -> Image:
    """A plain area with alpha."""
    area = Image.black(size.width, size.height, bands=4).linear([1.0], [color.r, color.g, color.b, color.a])
    return area.cast("uchar").copy(interpretation="srgb")


def taken_from(image: Image, mode: BackgroundMode) -> Color:
    """The most frequent colour along the edge or of the whole picture, or what contrasts with it."""
    sample = sampled(image)
    is_edge = mode in {BackgroundMode.BORDER, BackgroundMode.BORDER_CONTRAST}
    found = most_frequent(_edge(sample) if is_edge else pixels(sample))
    is_contrast = mode in {BackgroundMode.BORDER_CONTRAST, BackgroundMode.PREDOMINANT_CONTRAST}
    return _contrast(found) if is_contrast else found


def sampled(image: Image) -> Image:
    """The picture as small as is enough to count its colours; what is transparent shows white."""
    sample = image.thumbnail_image(_SAMPLE_SIDE_PX, height=_SAMPLE_SIDE_PX, size="down")
    return sample.flatten(background=[255, 255, 255]) if sample.hasalpha() else sample


def most_frequent(pixels: list[tuple[int, int, int]]) -> Color:
    """The mean of the largest group of similar colours."""
    groups = Counter(alike(pixel) for pixel in pixels)
    winner = groups.most_common(1)[0][0]
    members = [pixel for pixel in pixels if alike(pixel) == winner]
    r, g, b = (round(sum(pixel[band] for pixel in members) / len(members)) for band in range(3))
    return Color(r, g, b)


def alike(pixel: tuple[int, int, int]) -> tuple[int, ...]:
    """The same for colours that count as one."""
    return tuple(part >> _SAME_BITS for part in pixel)


def _contrast(color: Color) -> Color:
    """Black on what is bright, white on what is dark (BT.601 luma)."""
    return BLACK if 0.299 * color.r + 0.587 * color.g + 0.114 * color.b > 127 else WHITE


def pixels(image: Image) -> list[tuple[int, int, int]]:
    raw = bytes(image.extract_band(0, n=3).write_to_memory())
    return list(zip(raw[0::3], raw[1::3], raw[2::3], strict=True))


def _edge(image: Image) -> list[tuple[int, int, int]]:
    found, width, height = pixels(image), image.width, image.height
    inner = range(1, height - 1)
    sides = [found[row * width + column] for row in inner for column in {0, width - 1}]
    return found[:width] + sides + found[(height - 1) * width :]
