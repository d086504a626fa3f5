"""Windows around what was found: margins, zoom, ratio; always inside the picture."""

import pytest

from safelight.render.sight import boxes, windows
from safelight.render.sight.boxes import Part
from safelight.transform.geometry import Box, Size

SIZE = Size(400, 300)
SMALL, LARGE = Part(20, 30, 20, 20), Part(200, 100, 40, 50)


def rounded(part: Part) -> tuple[int, int, int, int]:
    box = boxes.box(part, SIZE)
    return box.left, box.top, box.width, box.height


@pytest.mark.parametrize(
    ("word", "parts", "ratio", "zoom", "expected"),
    [
        # 1.6 times the longer side of the largest face, around its middle (220, 125)
        ("face", [LARGE, SMALL], 1.0, 1.0, (180, 85, 80, 80)),
        ("face", [SMALL, LARGE], 1.0, 2.0, (200, 105, 40, 40)),
        ("face", [LARGE], 2.0, 1.0, (140, 85, 160, 80)),  # widened
        ("face", [LARGE], 0.5, 1.0, (180, 45, 80, 160)),
        ("face", [LARGE], 1.0, 0.1, (70, 0, 300, 300)),  # no larger than the picture
        ("face", [SMALL], 1.0, 1.0, (14, 24, 32, 32)),
        ("faces", [SMALL], 1.0, 1.0, (14, 24, 32, 32)),  # one face is one face
        ("faces", [LARGE, SMALL], 2.0, 1.0, (0, 15, 300, 150)),  # the union is (20, 30) to (240, 150), times 1.25
        ("custom", [LARGE], 1.0, 1.0, (195, 100, 50, 50)),  # people mean what they say
        ("region:sign", [LARGE], 0.8, 1.0, (200, 100, 40, 50)),
        ("cat", [LARGE], 0.8, 1.0, (195, 94, 50, 62)),
        ("face", [Part(0, 0, 50, 50)], 1.0, 1.0, (0, 0, 80, 80)),  # shifted inside
    ],
)
def test_a_thumb_shows_what_was_found(word: str, parts: list[Part], ratio: float, zoom: float, expected: tuple):
    assert rounded(windows.of_thumb(word, parts, SIZE, ratio, zoom)) == expected


@pytest.mark.parametrize(
    ("zoom", "expected"),
    [
        (1.0, (170, 85, 100, 80)),
        (2.0, (195, 105, 50, 40)),
        (0.5, (120, 45, 200, 160)),
        (0.2, (32, 0, 375, 300)),  # as much as the picture has, in the ratio asked for
    ],
)
def test_a_crop_keeps_its_size_around_what_was_found(zoom: float, expected: tuple):
    found = windows.of_crop("face", [LARGE], SIZE, Size(100, 80), zoom)
    left, top, width, height = expected
    assert rounded(found)[2:] == pytest.approx((width, height), abs=1)
    assert rounded(found)[:2] == pytest.approx((min(left, SIZE.width - width), top), abs=1)


@pytest.mark.parametrize(("zoom", "expected"), [(1.0, (200, 100, 40, 50)), (0.5, (180, 75, 80, 100))])
def test_without_sides_a_crop_is_what_was_found(zoom: float, expected: tuple):
    assert rounded(windows.of_region("face", [LARGE, SMALL], SIZE, zoom)) == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (Part(-10, -10, 5, 5), Box(0, 0, 1, 1)),
        (Part(399.9, 299.9, 5, 5), Box(399, 299, 1, 1)),
        (Part(10.4, 10.5, 0.1, 0.1), Box(10, 11, 1, 1)),
        (Part(-50, -50, 1000, 1000), Box(0, 0, 400, 300)),
    ],
)
def test_a_box_is_never_empty_and_never_outside(part: Part, expected: Box):
    assert boxes.box(part, SIZE) == expected
