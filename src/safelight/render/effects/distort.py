"""e_distort."""

import math
from typing import Annotated, Literal

from safelight.kernel.errors import Invalid
from safelight.render.color import with_alpha
from safelight.render.effect import Lengths, effect
from safelight.render.image import FULL_ALPHA, Image, Interpolate
from safelight.transform.spec import Range

_DEGREES_MIN, _DEGREES_MAX = 1, 360
_FLAT = 1e-9


@effect(example="e_distort:10:30:150:0:160:160:0:120", sees_alpha=True, reads_twice=True, changes_size=True, opens=True)
def distort(
    image: Image,
    shape: Literal["corners", "arc"] = "corners",
    numbers: Annotated[tuple[float, ...], Range(-20_000, 20_000), Lengths((1, 8))] = (),
) -> Image:
    """Pull the corners of the image to other places, or bend it.

    Eight `numbers` are the new places of the corners in px, x and y of each: top left, top right, bottom right,
    bottom left. With the `shape` `arc` there is one: by how many degrees, 1 to 360, the image is bent upwards; below
    0, downwards.
    """
    image = with_alpha(image).copy_memory()
    if shape == "arc" and len(numbers) == 1 and _DEGREES_MIN <= abs(numbers[0]) <= _DEGREES_MAX:
        return _bent(image, numbers[0]) if numbers[0] > 0 else _bent(image.rot180(), -numbers[0]).rot180()
    if shape == "corners" and len(numbers) == 8:
        return _pulled(image, list(zip(numbers[0::2], numbers[1::2], strict=True)))
    raise Invalid("`distort` takes eight numbers, or `arc` and 1 to 360 degrees.")


def _pulled(image: Image, corners: list[tuple[float, float]]) -> Image:
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    width = math.ceil(max(x for x, _ in corners) - left)
    height = math.ceil(max(y for _, y in corners) - top)
    if width < 1 or height < 1:
        raise Invalid("The corners of `distort` lie on one line.")
    a, b, c, d, e, f, g, h = _perspective([(x - left, y - top) for x, y in corners], image.width, image.height)
    # Of each pixel of the result: from where in the picture it comes.
    place = Image.xyz(width, height) + 0.5
    x, y = place[0], place[1]
    depth = x * g + y * h + 1
    found = ((x * a + y * b + c) / depth - 0.5).bandjoin((x * d + y * e + f) / depth - 0.5)
    # Behind the eye there is nothing.
    found = (depth > _FLAT).ifthenelse(found, [-10.0, -10.0])
    return _mapped(image, found)


def _perspective(corners: list[tuple[float, float]], width: int, height: int) -> list[float]:
    """The eight numbers of the projection from these corners to the whole picture."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(corners, ((0, 0), (width, 0), (width, height), (0, height)), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    return _solved(rows)


def _solved(rows: list[list[float]]) -> list[float]:
    """Gauss and Jordan, with the largest pivot; each row ends with its right side."""
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda index: abs(rows[index][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        if abs(head) < _FLAT:
            raise Invalid("The corners of `distort` lie on one line.")
        rows[column] = [value / head for value in rows[column]]
        for index, row in enumerate(rows):
            if index != column:
                rows[index] = [one - row[column] * other for one, other in zip(row, rows[column], strict=True)]
    return [row[-1] for row in rows]


def _bent(image: Image, degrees: float) -> Image:
    """The middle line keeps its length; the foot of the image lies towards the centre of the circle."""
    angle = math.radians(degrees)
    # The inner edge may shrink to a point, no further.
    outer = max(image.width / angle + image.height / 2, float(image.height))
    inner = outer - image.height
    half = angle / 2
    reach = outer if half >= math.pi / 2 else outer * math.sin(half)
    foot = outer * math.cos(half) if half > math.pi / 2 else inner * math.cos(half)
    width, height = max(1, math.ceil(2 * reach)), max(1, math.ceil(outer - foot))
    place = Image.xyz(width, height)
    right, up = place[0] - (width - 1) / 2, (place[1] * -1) + (outer - 0.5)
    radius = (right * right + up * up) ** 0.5
    turn = (right.math2(up, "atan2") + 180) % 360 - 180  # degrees from upright
    found = ((turn / degrees + 0.5) * image.width - 0.5).bandjoin((radius * -1 + outer) - 0.5)
    return _mapped(image, found)


def _mapped(image: Image, found: Image) -> Image:
    work = image.premultiply(max_alpha=FULL_ALPHA).cast("uchar")
    moved = work.mapim(
        found, interpolate=Interpolate.new("bilinear"), background=[0.0, 0.0, 0.0, 0.0], premultiplied=True
    )
    return moved.unpremultiply(max_alpha=FULL_ALPHA).cast("uchar").copy(interpretation="srgb")
