"""Ground: what is painted behind a picture: one of its colours, a palette's, a gradient of them, or its own blur."""

from dataclasses import dataclass, replace

from safelight.render import color
from safelight.render.colorfield import lab_of
from safelight.render.image import Image
from safelight.render.lacking import PROVIDER, lacking
from safelight.render.soften import soften
from safelight.transform.geometry import Size
from safelight.transform.plan import (
    Background,
    BackgroundMode,
    BlurredBackground,
    Color,
    GeneratedBackground,
    GradientBackground,
    PaletteBackground,
)

# `b_blurred` is an intensity of 1 to 2000; so many steps are one px of sigma at a canvas of 1000 px.
_INTENSITY_A_SIGMA = 5.0
# Its brightness goes from -300, which is black, to 100.
_LEVELS_A_BRIGHTNESS = 0.85
# Two colours of a gradient that are nearer to each other (CIE76) would be seen as one.
_NEAR = 14.0

Ground = Color | BlurredBackground | GradientBackground | None


def settled(background: Background | None, image: Image) -> Ground:
    """The background with its colour settled, where that is one of the picture's own, or one of a palette."""
    match background:
        case BackgroundMode():
            return color.taken_from(image, background)
        case PaletteBackground(of, palette):
            return _nearest(color.taken_from(image, of), palette)
        case GeneratedBackground():
            raise lacking("b_gen_fill", PROVIDER)
        case _:
            return background


def painted(ground: BlurredBackground | GradientBackground, image: Image, size: Size) -> Image:
    """An opaque canvas of this size, out of the picture that will lie on it."""
    match ground:
        case BlurredBackground():
            return _blurred(image, size, ground)
        case GradientBackground():
            return _gradient(_colors(image, ground), ground.direction, size)


def _blurred(image: Image, size: Size, background: BlurredBackground) -> Image:
    """An enlarged copy that covers the size, out of focus. Made small: nobody will see its details."""
    opaque = color.over_color(image, color.WHITE)
    small = opaque.thumbnail_image(max(1, size.width // 4), height=max(1, size.height // 4), size="both", crop="centre")
    longest = max(size.width, size.height)
    sigma = background.intensity / _INTENSITY_A_SIGMA * longest / 1000 / 4
    brightness = background.brightness * _LEVELS_A_BRIGHTNESS
    soft = (soften(small, sigma) + brightness).cast("uchar").copy(interpretation="srgb")
    large = soft.resize(size.width / soft.width, vscale=size.height / soft.height, kernel="cubic")
    return large.embed(0, 0, size.width, size.height, extend="copy")


# --- gradients --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Spot:
    """A colour that is frequent in a picture, and where it mostly is (0 to 1 from the left, from the top)."""

    color: Color
    x: float
    y: float


def _colors(image: Image, ground: GradientBackground) -> list[Color]:
    """From the beginning of the gradient to its end; four go around the corners from top left, row by row."""
    spots = _spots(image, ground)
    if ground.colors == 4:
        rows = sorted(spots, key=lambda spot: spot.y)
        spots = sorted(rows[:2], key=lambda spot: spot.x) + sorted(rows[2:], key=lambda spot: spot.x)
    else:
        across, down = _ALONG[ground.direction]
        spots.sort(key=lambda spot: spot.x * across + spot.y * down)
    return [spot.color for spot in spots]


_ALONG = {"horizontal": (1, 0), "vertical": (0, 1), "diagonal_desc": (1, 1), "diagonal_asc": (1, -1)}


def _spots(image: Image, ground: GradientBackground) -> list[_Spot]:
    """As many as the gradient has, the most frequent ones that the eye tells apart."""
    groups: dict[tuple[int, ...], list[_Spot]] = {}
    for spot in _pixels(image, is_edge=ground.of in {BackgroundMode.BORDER, BackgroundMode.BORDER_CONTRAST}):
        groups.setdefault(color.alike((spot.color.r, spot.color.g, spot.color.b)), []).append(spot)
    found: list[_Spot] = []
    for members in sorted(groups.values(), key=len, reverse=True):
        spot = _mean(members)
        if all(_distance(spot.color, other.color) > _NEAR for other in found):
            found.append(spot)
        if len(found) == ground.colors:
            break
    while len(found) < ground.colors:
        found.append(found[len(found) - 1])
    if ground.of in {BackgroundMode.BORDER_CONTRAST, BackgroundMode.PREDOMINANT_CONTRAST}:
        found = [replace(spot, color=_opposite(spot.color)) for spot in found]
    return _snapped(found, ground.palette) if ground.palette else found


def _pixels(image: Image, *, is_edge: bool) -> list[_Spot]:
    sample = color.sampled(image)
    width, height = sample.width, sample.height
    return [
        _Spot(Color(*pixel), index % width / width, index // width / height)
        for index, pixel in enumerate(color.pixels(sample))
        if not is_edge or index % width in {0, width - 1} or index // width in {0, height - 1}
    ]


def _mean(members: list[_Spot]) -> _Spot:
    count = len(members)
    r = round(sum(spot.color.r for spot in members) / count)
    g = round(sum(spot.color.g for spot in members) / count)
    b = round(sum(spot.color.b for spot in members) / count)
    return _Spot(Color(r, g, b), sum(spot.x for spot in members) / count, sum(spot.y for spot in members) / count)


def _snapped(spots: list[_Spot], palette: tuple[Color, ...]) -> list[_Spot]:
    """Each by the nearest colour of the palette; none twice as long as there are others."""
    left = list(palette)
    snapped: list[_Spot] = []
    for spot in spots:
        left = left or list(palette)
        nearest = _nearest(spot.color, tuple(left))
        left.remove(nearest)
        snapped.append(replace(spot, color=nearest))
    return snapped


def _nearest(wanted: Color, palette: tuple[Color, ...]) -> Color:
    return min(palette, key=lambda one: _distance(wanted, one))


def _distance(one: Color, other: Color) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab_of(one), lab_of(other), strict=True)) ** 0.5


def _opposite(found: Color) -> Color:
    """Dark for bright, and the colour across the wheel."""
    return Color(255 - found.r, 255 - found.g, 255 - found.b)


def _gradient(colors: list[Color], direction: str, size: Size) -> Image:
    place = Image.xyz(size.width, size.height)
    x, y = place[0] / max(1, size.width - 1), place[1] / max(1, size.height - 1)
    if len(colors) == 4:
        upper, lower = _between(colors[0], colors[1], x), _between(colors[2], colors[3], x)
        mixed = upper + (lower - upper) * y
    else:
        along = {"horizontal": x, "vertical": y, "diagonal_desc": (x + y) / 2, "diagonal_asc": (x - y + 1) / 2}
        mixed = _between(colors[0], colors[1], along[direction])
    return mixed.rint().cast("uchar").copy(interpretation="srgb").copy_memory()


def _between(one: Color, other: Color, share: Image) -> Image:
    bands = [share * (end - start) + start for start, end in ((one.r, other.r), (one.g, other.g), (one.b, other.b))]
    return bands[0].bandjoin([*bands[1:]])
