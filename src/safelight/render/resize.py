"""Resize: the sizes and boxes of a Layout as pixels."""

from safelight.render import color, ground
from safelight.render.image import Image
from safelight.transform.geometry import Box, Layout, Size
from safelight.transform.plan import Background, BlurredBackground, Color, GradientBackground


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


def pad(image: Image, layout: Layout, background: Background | None) -> Image:
    """Put a picture on a canvas; without a background the canvas is transparent."""
    if layout.canvas is None:
        # No bars, but what is transparent in the picture is filled all the same.
        return over(image, background, taken_from=image)
    size, (left, top) = layout.canvas, layout.offset
    settled = ground.settled(background, image)
    if not image.hasalpha():
        match settled:
            case Color(r, g, b, 255):
                return image.embed(left, top, size.width, size.height, extend="background", background=[r, g, b])
            case BlurredBackground() | GradientBackground():
                return ground.painted(settled, image, size).insert(image, left, top)
            case _:
                pass
    whole = color.with_alpha(image).embed(
        left, top, size.width, size.height, extend="background", background=[0.0, 0.0, 0.0, 0.0]
    )
    return over(whole, settled, taken_from=image)


def over(image: Image, background: Background | None, *, taken_from: Image) -> Image:
    """What is transparent shows the background, whose colours may be those of the picture itself."""
    match ground.settled(background, taken_from):
        case None:
            return image
        case Color() as settled:
            return color.over_color(image, settled)
        case BlurredBackground() | GradientBackground() as settled:
            if not image.hasalpha():
                return image
            return ground.painted(settled, taken_from, Size(image.width, image.height)).composite(image, "over")
