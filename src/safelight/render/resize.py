"""Resize: the sizes and boxes of a Layout as pixels."""

from safelight.render import color
from safelight.render.image import Image
from safelight.render.soften import soften
from safelight.transform.geometry import Box, Layout, Size
from safelight.transform.plan import Background, BackgroundMode, BlurredBackground, Color

# `b_blurred` is an intensity of 1 to 2000; so many steps are one px of sigma at a canvas of 1000 px.
_INTENSITY_A_SIGMA = 5.0
# Its brightness goes from -300, which is black, to 100.
_LEVELS_A_BRIGHTNESS = 0.85


def scale(image: Image, size: Size) -> Image:
    """Resample to exactly this size. Transparent pixels lend no colour to their neighbours."""
    if (image.width, image.height) == (size.width, size.height):
        return image
    band_format = image.format
    work = image.premultiply() if image.hasalpha() else image
    work = work.resize(size.width / image.width, vscale=size.height / image.height)
    work = work.unpremultiply() if image.hasalpha() else work
    work = work.cast(band_format).copy(interpretation=image.interpretation)
    if (work.width, work.height) != (size.width, size.height):
        # Rounding inside the resampler, by one line at most.
        work = work.embed(0, 0, size.width, size.height, extend="copy")
    return work


def cut(image: Image, box: Box) -> Image:
    return image.crop(box.left, box.top, box.width, box.height)


def cut_by_content(image: Image, size: Size) -> Image:
    """The part of this size that draws the eye: skin, saturated colours, edges. The same for the same pixels."""
    return image.smartcrop(size.width, size.height, interesting="attention")


def pad(image: Image, layout: Layout, background: Background | None) -> Image:
    """Put a picture on a canvas; without a background the canvas is transparent."""
    if layout.canvas is None:
        return image
    size, (left, top) = layout.canvas, layout.offset
    ground = _ground(image, background)
    if not image.hasalpha():
        match ground:
            case Color(r, g, b, 255):
                return image.embed(left, top, size.width, size.height, extend="background", background=[r, g, b])
            case BlurredBackground():
                return _blurred(image, size, ground).insert(image, left, top)
            case _:
                pass
    whole = color.with_alpha(image).embed(
        left, top, size.width, size.height, extend="background", background=[0.0, 0.0, 0.0, 0.0]
    )
    return over(whole, ground, taken_from=image)


def _ground(image: Image, background: Background | None) -> Color | BlurredBackground | None:
    """The background with its colour settled, where that is one of the picture's own."""
    return color.taken_from(image, background) if isinstance(background, BackgroundMode) else background


def over(image: Image, background: Background | None, *, taken_from: Image) -> Image:
    """What is transparent shows the background, whose colours may be those of the picture itself."""
    match _ground(taken_from, background):
        case None:
            return image
        case Color() as ground:
            return color.over_color(image, ground)
        case BlurredBackground() as ground:
            if not image.hasalpha():
                return image
            return _blurred(taken_from, Size(image.width, image.height), ground).composite(image, "over")


def _blurred(image: Image, size: Size, background: BlurredBackground) -> Image:
    """An enlarged copy that covers the size, out of focus. Made small: nobody will see its details."""
    opaque = color.over_color(image, color.WHITE)
    small = opaque.thumbnail_image(max(1, size.width // 4), height=max(1, size.height // 4), size="both", crop="centre")
    longest = max(size.width, size.height)
    sigma = background.intensity / _INTENSITY_A_SIGMA * longest / 1000 / 4
    brightness = background.brightness * _LEVELS_A_BRIGHTNESS
    soft = (soften(small, sigma) + brightness).cast("uchar").copy(interpretation="srgb")
    return scale(soft, size)
