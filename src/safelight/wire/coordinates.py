"""Coordinates: what people say is where in a picture, as clients write it and as they are told."""

import json
from typing import Any, cast

from safelight.assets.model import Asset, Corner, Rectangle
from safelight.kernel.errors import Invalid
from safelight.wire.params import Words, text

AREAS_MAX = 100
"""Most areas of one kind."""
REGIONS_MAX = 100
CORNERS_MIN, CORNERS_MAX = 2, 100
"""Two corners make a rectangle, more a polygon."""
NAME_CHARS_MAX = 100
PX_MAX = 1_000_000

# Parameter -> what the coordinates are called on the asset.
_NAMES = {"custom_coordinates": "custom", "face_coordinates": "faces"}


def coordinates(words: Words) -> dict[str, tuple[Rectangle, ...]] | None:
    """`custom_coordinates` and `face_coordinates`; an empty text takes away what was there. None: not said."""
    said = {kind: _areas(words, name) for name, kind in _NAMES.items() if name in words}
    return said or None


def regions(words: Words) -> dict[str, tuple[Corner, ...]] | None:
    """`regions`: a JSON object from names to lists of corners. None: not said."""
    if "regions" not in words:
        return None
    written = text(words, "regions")
    if written is None:
        return {}
    try:
        found: Any = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise Invalid("Invalid JSON in regions") from error
    if not isinstance(found, dict) or len(cast(dict[str, Any], found)) > REGIONS_MAX:
        raise Invalid(f"Invalid regions: an object with at most {REGIONS_MAX} names is needed")
    return {_name(name): _corners(name, corners) for name, corners in cast(dict[str, Any], found).items()}


def told(asset: Asset) -> dict[str, Any]:
    """`coordinates` and `regions` where there are some."""
    answer: dict[str, Any] = {}
    if any(asset.coordinates.values()):
        answer["coordinates"] = {
            name: [list(area) for area in areas] for name, areas in sorted(asset.coordinates.items()) if areas
        }
    if asset.regions:
        answer["regions"] = {
            name: [list(corner) for corner in corners] for name, corners in sorted(asset.regions.items())
        }
    return answer


def _areas(words: Words, name: str) -> tuple[Rectangle, ...]:
    value = words.get(name) or ""
    written = "|".join(value) if isinstance(value, list) else value
    areas = tuple(_area(name, part) for part in written.split("|") if part.strip())
    if len(areas) > AREAS_MAX:
        raise Invalid(f"Too many areas in {name}: {len(areas)}. Maximum is {AREAS_MAX}.")
    return areas


def _area(name: str, written: str) -> Rectangle:
    numbers = [_px(name, part.strip()) for part in written.split(",")]
    if len(numbers) != 4 or numbers[2] == 0 or numbers[3] == 0:
        raise Invalid(f"Invalid {name} {written[:50]}: an area is x,y,width,height")
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def _px(name: str, written: str) -> int:
    if not written.isascii() or not written.isdecimal() or len(written) > 7 or int(written) > PX_MAX:
        raise Invalid(f"Invalid {name}: {written[:50]!r} is no number of px")
    return int(written)


def _name(name: str) -> str:
    if not 0 < len(name) <= NAME_CHARS_MAX or not name.isprintable() or "!" in name:
        raise Invalid(f"Invalid name of a region {name[:50]!r}")
    return name


def _corners(name: str, corners: Any) -> tuple[Corner, ...]:
    items = cast(list[Any], corners) if isinstance(corners, list) else []
    found = [_corner(name, item) for item in items]
    if not CORNERS_MIN <= len(found) <= CORNERS_MAX:
        raise Invalid(f"Invalid region {name[:50]}: from {CORNERS_MIN} to {CORNERS_MAX} corners are needed")
    return tuple(found)


def _corner(name: str, item: Any) -> Corner:
    numbers = cast(list[Any], item) if isinstance(item, list) else []
    if len(numbers) != 2 or not all(type(number) is int and 0 <= number <= PX_MAX for number in numbers):
        raise Invalid(f"Invalid region {name[:50]}: a corner is [x, y] in px")
    return (numbers[0], numbers[1])
