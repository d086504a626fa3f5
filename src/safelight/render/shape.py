"""Shape: rounded corners, ellipses, and borders that follow them, as masks with soft edges."""

from safelight.render.color import solid, with_alpha
from safelight.render.image import FULL_ALPHA, Image
from safelight.transform.geometry import Size
from safelight.transform.plan import Color

Radii = tuple[float, float, float, float]
"""Clockwise from top left, in px."""


def fitted(radii: Radii, size: Size) -> Radii:
    """Radii that are too long for a side are all made shorter in one proportion, as CSS does (Backgrounds 3, 5.5)."""
    left_top, right_top, right_bottom, left_bottom = radii
    share = min(
        1.0,
        *(
            length / wanted
            for length, wanted in (
                (size.width, left_top + right_top),
                (size.width, left_bottom + right_bottom),
                (size.height, left_top + left_bottom),
                (size.height, right_top + right_bottom),
            )
            if wanted > 0
        ),
    )
    return (left_top * share, right_top * share, right_bottom * share, left_bottom * share)


def mask(size: Size, radii: Radii | None) -> Image:
    """255 inside the shape, 0 outside, soft in between. None: the ellipse that fills the size."""
    distance = _ellipse(size) if radii is None else _box(size, radii)
    # Half a pixel on each side of the edge is where the mask fades.
    return ((distance * -1 + 0.5) * 255).cast("uchar").copy(interpretation="b-w")


def rounded(image: Image, radii: Radii | None) -> Image:
    """Cut the corners off; a picture without alpha gets one."""
    size = Size(image.width, image.height)
    shape = mask(size, None if radii is None else fitted(radii, size))
    return with_mask(image, shape)


def with_mask(image: Image, shape: Image) -> Image:
    """Multiply alpha by a mask."""
    if not image.hasalpha():
        return image.bandjoin(shape)
    alpha = (image[image.bands - 1] * shape / FULL_ALPHA).rint().cast("uchar")
    return image.extract_band(0, n=image.bands - 1).bandjoin(alpha)


def bordered(image: Image, width: int, color: Color, radii: Radii | None, *, is_round: bool) -> Image:
    """A frame outside the picture. `is_round`: the picture was cut by `radii` just before (None: an ellipse)."""
    outer = Size(image.width + 2 * width, image.height + 2 * width)
    if not is_round:
        return _framed(image, width, outer, color)
    inner = Size(image.width, image.height)
    inner_radii = None if radii is None else fitted(radii, inner)
    hole = mask(inner, inner_radii).embed(width, width, outer.width, outer.height)
    whole = mask(outer, None if inner_radii is None else _grown(inner_radii, width))
    ring = (whole * (hole * -1 + 255) / 255).rint().cast("uchar")
    frame = with_mask(solid(outer, color), ring)
    inside = with_alpha(image).embed(width, width, outer.width, outer.height)
    # Added and not laid over: along the seam the two shares make up exactly one.
    return frame.composite(inside, "add").cast("uchar")


def _framed(image: Image, width: int, outer: Size, color: Color) -> Image:
    parts = [float(color.r), float(color.g), float(color.b)]
    if color.a != 255 or image.hasalpha():
        image = with_alpha(image)
        parts.append(float(color.a))
    return image.embed(width, width, outer.width, outer.height, extend="background", background=parts)


def _grown(radii: Radii, width: int) -> Radii:
    """The outer edge of a round corner lies further out; a sharp corner stays sharp."""
    a, b, c, d = (radius + width if radius > 0 else 0.0 for radius in radii)
    return (a, b, c, d)


def _box(size: Size, radii: Radii) -> Image:
    left_top, right_top, right_bottom, left_bottom = radii
    if max(radii) == 0:
        return Image.black(size.width, size.height) - 1
    return Image.sdf(
        size.width,
        size.height,
        "rounded-box",
        a=[-0.5, -0.5],
        b=[size.width - 0.5, size.height - 0.5],
        corners=[right_bottom, right_top, left_bottom, left_top],
    )


def _ellipse(size: Size) -> Image:
    """Distance to the edge of an ellipse, to the first order: exact enough within the pixel that counts."""
    half_width, half_height = size.width / 2, size.height / 2
    across = _squares(size.width, half_width), _squares(size.width, half_width**2)
    down = _squares(size.height, half_height), _squares(size.height, half_height**2)
    place, slope = (_sum(one, other.rot("d90"), size) for one, other in zip(across, down, strict=True))
    return (place - 1) / (slope**0.5) * 0.5


def _squares(length: int, unit: float) -> Image:
    """A row: the squared distances from its middle, in this unit."""
    row = Image.xyz(length, 1)[0].linear([1 / unit], [(0.5 - length / 2) / unit])
    return (row * row).copy_memory()


def _sum(row: Image, column: Image, size: Size) -> Image:
    return row.replicate(1, size.height) + column.copy_memory().replicate(size.width, 1)


def faded(image: Image, percent: float) -> Image:
    """Multiply alpha by a percentage."""
    image = with_alpha(image)
    alpha = (image[image.bands - 1] * (percent / 100)).rint().cast("uchar")
    return image.extract_band(0, n=image.bands - 1).bandjoin(alpha)
