"""Clip: the clipping path that an editor left in a file takes away what lies outside of it."""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from safelight.render.color import with_alpha
from safelight.render.formats.model import Picture
from safelight.render.image import FULL_ALPHA, Image, Source, blob, load, split

# Numbers of image resources in Adobe's specification of Photoshop's files (2019).
_PATH_FIRST, _PATH_LAST, _NAME_OF_CLIPPING = 2000, 2997, 2999
KNOTS_MAX = 20_000
_RECORD_BYTES = 26
_STARTS = frozenset({0, 3})
_KNOTS = frozenset({1, 2, 4, 5})
_FIELDS = ("photoshop-data", "iptc-data")
_PSD_HEAD_BYTES = 26

Point = tuple[float, float]


@dataclass(frozen=True)
class Knot:
    """A point of an outline with its two handles, as shares of width and height."""

    before: Point
    at: Point
    after: Point


@dataclass(frozen=True)
class Outline:
    """A path: closed curves."""

    name: str
    curves: tuple[tuple[Knot, ...], ...]


def clipped(picture: Picture, resources: bytes, name: str | None, rule: str) -> Picture:
    """The picture with only what lies inside the path of the name, or the one that the file says is for clipping.

    A file without paths is shown whole, as every viewer does.
    """
    outline = _chosen(resources, name)
    if outline is None:
        return picture
    return picture.map(lambda frame: _masked(frame, outline, rule))


def bounds(resources: bytes, name: str) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of a path, as shares of width and height; None where there is none of the name."""
    outline = _chosen(resources, name)
    if outline is None:
        return None
    points = [point for curve in outline.curves for knot in curve for point in (knot.at, knot.before, knot.after)]
    across, down = [x for x, _ in points], [y for _, y in points]
    left, top = max(0.0, min(across)), max(0.0, min(down))
    right, bottom = min(1.0, max(across)), min(1.0, max(down))
    return (left, top, right, bottom) if left < right and top < bottom else None


def resources_of(file: int, format: str, image: Image) -> bytes:
    """The block of image resources, wherever the format keeps it."""
    if format == "psd":
        at = _PSD_HEAD_BYTES
        at += 4 + int.from_bytes(os.pread(file, 4, at), "big")
        return os.pread(file, int.from_bytes(os.pread(file, 4, at), "big"), at + 4)
    found = next((data for data in (blob(image, field) for field in _FIELDS) if data), b"")
    return found[max(0, found.find(b"8BIM")) :] if b"8BIM" in found else b""


def _chosen(resources: bytes, name: str | None) -> Outline | None:
    outlines: list[Outline] = []
    named = name
    for number, title, data in _resources(resources):
        if _PATH_FIRST <= number <= _PATH_LAST:
            outlines.append(Outline(title, _curves(data)))
        elif number == _NAME_OF_CLIPPING and name is None and data:
            named = data[1 : 1 + data[0]].decode("mac_roman", "replace")
    outlines = [outline for outline in outlines if outline.curves]
    fitting = [outline for outline in outlines if outline.name == named]
    if fitting or name is not None:
        return fitting[0] if fitting else None
    return outlines[0] if outlines else None


def _resources(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Number, name and content of each resource."""
    at = 0
    while data[at : at + 4] == b"8BIM" and at + 12 <= len(data):
        number, letters = int.from_bytes(data[at + 4 : at + 6], "big"), data[at + 6]
        name = data[at + 7 : at + 7 + letters].decode("mac_roman", "replace")
        # Names and contents end on even bytes.
        at += 6 + (letters + 2) // 2 * 2
        size = int.from_bytes(data[at : at + 4], "big")
        yield number, name, data[at + 4 : at + 4 + size]
        at += 4 + (size + 1) // 2 * 2


def _curves(data: bytes) -> tuple[tuple[Knot, ...], ...]:
    curves: list[list[Knot]] = []
    for at in range(0, min(len(data), KNOTS_MAX * _RECORD_BYTES) - _RECORD_BYTES + 1, _RECORD_BYTES):
        kind = int.from_bytes(data[at : at + 2], "big")
        if kind in _STARTS:
            curves.append([])
        elif kind in _KNOTS and curves:
            # Heights before widths, in steps of 2 to the minus 24.
            numbers = [number / 2**24 for number in struct.unpack_from(">6i", data, at + 2)]
            before, middle, after = ((numbers[index + 1], numbers[index]) for index in (0, 2, 4))
            curves[-1].append(Knot(before, middle, after))
    return tuple(tuple(curve) for curve in curves if len(curve) > 1)


def _masked(image: Image, outline: Outline, rule: str) -> Image:
    inside = _mask(outline, rule, image.width, image.height)
    image = image if image.interpretation in {"srgb", "b-w"} else image.colourspace("srgb")
    colors, alpha = split(with_alpha(image.cast("uchar")))
    assert alpha is not None
    return colors.bandjoin((alpha * inside / FULL_ALPHA).cast("uchar"))


def _mask(outline: Outline, rule: str, width: int, height: int) -> Image:
    """White inside, black outside, soft along the edge."""
    lines = " ".join(_line(curve, width, height) for curve in outline.curves)
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<rect width="100%" height="100%"/><path fill="#fff" fill-rule="{rule}" d="{lines}"/></svg>'
    )
    return load("svg", Source.new_from_memory(drawing.encode()), unlimited=True).extract_band(0).copy_memory()


def _line(curve: tuple[Knot, ...], width: int, height: int) -> str:
    def text(point: Point) -> str:
        return f"{point[0] * width:.2f} {point[1] * height:.2f}"

    following = (*curve[1:], curve[0])
    parts = [
        f"C {text(one.after)} {text(two.before)} {text(two.at)}" for one, two in zip(curve, following, strict=True)
    ]
    return " ".join((f"M {text(curve[0].at)}", *parts, "Z"))
