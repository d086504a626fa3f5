"""Sprite sheet: where each of several pictures lies in one, and the styles that show it. Pure."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from safelight.transform import percent
from safelight.transform.geometry import Box, Size

CLASS_CHARS_MAX = 255


@dataclass(frozen=True)
class Sheet:
    """The whole, and the place of each picture, in their order."""

    size: Size
    places: tuple[Box, ...]


def laid_out(sizes: Sequence[Size]) -> Sheet:
    """In rows, the highest first, about as wide as high: little is left empty."""
    area = sum(size.width * size.height for size in sizes)
    wide = math.sqrt(area)
    order = sorted(range(len(sizes)), key=lambda index: (-sizes[index].height, index))
    places: dict[int, Box] = {}
    left = top = row = reach = 0
    for index in order:
        width, height = sizes[index].width, sizes[index].height
        if left >= wide:
            left, top, row = 0, top + row, 0
        places[index] = Box(left, top, width, height)
        left, row = left + width, max(row, height)
        reach = max(reach, left)
    return Sheet(Size(reach, top + row), tuple(places[index] for index in range(len(sizes))))


def places_of(names: Sequence[str], sheet: Sheet) -> dict[str, dict[str, int]]:
    """By name, as clients read it."""
    return {
        name: {"width": box.width, "height": box.height, "x": box.left, "y": box.top}
        for name, box in zip(names, sheet.places, strict=True)
    }


def styles(places: Mapping[str, Mapping[str, int]], picture: str) -> str:
    """A class for each picture. `picture`: the file name of the whole, which stands beside the styles."""
    address = percent.escaped(picture).replace("'", "%27").replace("(", "%28").replace(")", "%29")
    taken: set[str] = set()
    rules: list[str] = []
    for name, place in places.items():
        plain = word = class_of(name)
        number = 1
        while word in taken:
            number += 1
            word = f"{plain}_{number}"
        taken.add(word)
        rules.append(
            f".{word} {{ background: url('{address}') no-repeat; width: {place['width']}px; "
            f"height: {place['height']}px; background-position: {_before(place['x'])} {_before(place['y'])}; }}"
        )
    return "\n".join(rules) + "\n"


def _before(px: int) -> str:
    return f"-{px}px" if px else "0px"


def class_of(name: str) -> str:
    """The name of a picture as a class: letters and digits of any alphabet stay, all else becomes a dash."""
    word = re.sub(r"[^\w-]", "-", name)[:CLASS_CHARS_MAX]
    return f"_{word}" if re.match(r"-?\d|--|-?$", word) else word
