"""e_vectorize."""

import io
import re
from typing import Annotated

from PIL import Image as Pillow

from safelight.render.bleed import bled
from safelight.render.decode import Picture
from safelight.render.effect import Percent, effect
from safelight.render.image import FULL_ALPHA, Image, Source, load, split
from safelight.render.resize import scale
from safelight.transform.geometry import Size
from safelight.transform.spec import Range

# Shapes are looked for in a picture of this size; the drawing itself has none.
_SIDE_LEAST_PX, _SIDE_MOST_PX = 250, 1000
_DETAIL_FULL = 1000.0
_BRUSH_PX = 5
# How often the colours are moved to the middle of those that they stand for.
_ROUNDS = 3
_SAMPLE_SIDE_PX = 128
_CORNER_DEGREES_A_PERCENT = 1.8
_CURVE_PX_LEAST, _CURVE_PX_MOST = 3.5, 10.0
_HEAD = re.compile(r'(<svg [^>]*?)width="(\d+)" height="(\d+)"')


@effect(example="e_vectorize:colors:8:detail:0.5", sees_alpha=True, is_whole=True)
def vectorize(
    picture: Picture,
    colors: Annotated[float, Range(2, 30)] = 10,
    detail: Annotated[float, Range(0, 1000)] = 300,
    despeckle: Annotated[float, Range(0, 100)] = 2,
    paths: Percent = 100,
    corners: Percent = 25,
) -> Picture:
    """Draw the image as shapes of few even colours.

    With `f_svg` the answer is the drawing itself; any other format gets a picture of it. `colors` are how many there
    are at most; `detail`, up to 1 or up to 1000, how small a shape may be; spots of less than `despeckle` px are left
    out; of 100 `paths` all outlines are smooth curves, of 0 they are straight lines; the higher `corners` is, the
    rounder they become. Of an animation the first frame is drawn.
    """
    import vtracer  # pyright: ignore[reportMissingTypeStubs]

    first = picture.frames[0].copy_memory()
    size = Size(first.width, first.height)
    share = detail if detail <= 1 else detail / _DETAIL_FULL
    small = _worked(first, _SIDE_LEAST_PX + (_SIDE_MOST_PX - _SIDE_LEAST_PX) * share)
    drawn = vtracer.convert_raw_image_to_svg(
        _flat(small, round(colors)),
        img_format="png",
        mode="spline" if paths > 0 else "polygon",
        filter_speckle=round(despeckle * 2),
        color_precision=8,
        layer_difference=0,
        corner_threshold=round(corners * _CORNER_DEGREES_A_PERCENT),
        length_threshold=_CURVE_PX_LEAST + (_CURVE_PX_MOST - _CURVE_PX_LEAST) * (1 - paths / 100),
        path_precision=1,
    )
    svg = _HEAD.sub(
        rf'\1width="{size.width}" height="{size.height}" viewBox="0 0 \2 \3" preserveAspectRatio="none"', drawn, count=1
    ).encode()
    return Picture((_seen(svg, first),), svg=svg)


def _worked(image: Image, side: float) -> Image:
    """A small copy without grain."""
    shrink = max(1.0, max(image.width, image.height) / side)
    small = (
        image if shrink == 1 else scale(image, Size(*(max(1, round(n / shrink)) for n in (image.width, image.height))))
    )
    colors, alpha = split(small.copy_memory())
    if alpha is not None:
        colors = bled(colors, alpha)
    if min(colors.width, colors.height) >= _BRUSH_PX:
        colors = colors.median(_BRUSH_PX)
    return colors if alpha is None else colors.bandjoin(alpha)


def _flat(image: Image, colors: int) -> bytes:
    """A PNG of few colours; a pixel is there or not."""
    raw = bytes(image.extract_band(0, n=3).write_to_memory())
    flat = Pillow.frombytes("RGB", (image.width, image.height), raw)
    # The colours are found in a small copy, which is quick, and then every pixel takes the nearest.
    sample = flat.copy()
    sample.thumbnail((_SAMPLE_SIDE_PX, _SAMPLE_SIDE_PX))
    palette = sample.quantize(colors, method=Pillow.Quantize.MAXCOVERAGE, kmeans=_ROUNDS)
    flat = flat.quantize(palette=palette, dither=Pillow.Dither.NONE).convert("RGBA")
    if image.bands == 4:
        is_there = (image[3] > FULL_ALPHA / 2).write_to_memory()
        flat.putalpha(Pillow.frombytes("L", (image.width, image.height), bytes(is_there)))
    out = io.BytesIO()
    flat.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _seen(svg: bytes, like: Image) -> Image:
    """The drawing as pixels; where the picture had no alpha, nothing of it is transparent."""
    seen = load("svg", Source.new_from_memory(svg)).copy_memory()
    seen = seen.crop(0, 0, like.width, like.height)
    return seen if like.hasalpha() else seen.flatten(background=[255, 255, 255]).cast("uchar")
