"""What is known of a source stays known of what is made of it, while one can tell where it went."""

import pytest

from safelight.render.view import View
from safelight.transform.geometry import Box, Size
from safelight.transform.plan import Flip
from safelight.transform.source import Region

SOURCE = Size(200, 100)
FACE = Region("face", 0.1, 0.2, 0.1, 0.4)  # (20, 20) to (40, 60)


@pytest.mark.parametrize(
    ("turns", "size", "expected"),
    [
        ((), SOURCE, (20, 20, 20, 40)),
        ((Flip.HORIZONTAL,), SOURCE, (160, 20, 20, 40)),
        ((Flip.VERTICAL,), SOURCE, (20, 40, 20, 40)),
        ((90.0,), Size(100, 200), (40, 20, 40, 20)),
        ((180.0,), SOURCE, (160, 40, 20, 40)),
        ((270.0,), Size(100, 200), (20, 160, 40, 20)),
        ((90.0, Flip.HORIZONTAL), Size(100, 200), (20, 20, 40, 20)),
        ((90.0, 270.0), SOURCE, (20, 20, 20, 40)),
        ((Flip.HORIZONTAL, 90.0, 90.0, Flip.VERTICAL), SOURCE, (20, 20, 20, 40)),
    ],
)
def test_a_region_goes_where_its_pixels_go(turns: tuple[float | Flip, ...], size: Size, expected: tuple[int, ...]):
    view = View().turned(turns, SOURCE)
    assert view is not None
    (found,) = view.regions([FACE], SOURCE, size)
    px = (found.x * size.width, found.y * size.height, found.width * size.width, found.height * size.height)
    assert px == pytest.approx(expected)
    assert view.box_in_source(Box(*expected), SOURCE) == Box(20, 20, 20, 40)


def test_a_turn_that_is_no_quarter_loses_the_view():
    assert View().turned((45.0,), SOURCE) is None


def test_cut_turned_scaled_and_framed_it_is_still_the_same_face():
    view = View().moved(10, 10)  # cut to 100 x 80
    turned = view.turned((90.0,), Size(100, 80))
    assert turned is not None
    view = turned.scaled(Size(80, 100), Size(160, 50)).moved(-5, -5)
    (found,) = view.regions([FACE], SOURCE, Size(170, 60))
    # The face was at (10, 10), 20 x 40; turned at (30, 10), 40 x 20; scaled at (60, 5), 80 x 10; framed 5 further.
    assert (found.x * 170, found.y * 60, found.width * 170, found.height * 60) == pytest.approx((65, 10, 80, 10))


@pytest.mark.parametrize(("left", "is_there"), [(20, True), (30, True), (35, False), (60, False)])
def test_of_what_is_mostly_cut_away_nothing_is_left(left: int, is_there: bool):
    found = View().moved(left, 0).regions([FACE], SOURCE, Size(100, 100))
    assert bool(found) is is_there


WIDE = Size(400, 200)
HALF = View().scaled(WIDE, Size(200, 100))


@pytest.mark.parametrize(
    ("view", "box", "expected"),
    [
        (View(), Box(10, 20, 30, 40), Box(10, 20, 30, 40)),
        (HALF, Box(10, 20, 30, 40), Box(20, 40, 60, 80)),
        (HALF.moved(50, 25), Box(0, 0, 10, 10), Box(100, 50, 20, 20)),
        (HALF.moved(-50, -25), Box(0, 0, 100, 50), Box(0, 0, 100, 50)),
        (View(), Box(-10, -10, 1000, 1000), Box(0, 0, 400, 200)),
    ],
)
def test_a_box_of_the_picture_is_told_in_the_source(view, box, expected):
    assert view.box_in_source(box, WIDE) == expected


@pytest.mark.parametrize(
    ("view", "size", "expected"),
    [
        (View(), WIDE, (0.5, 0.5, 0.25, 0.25)),
        (HALF, Size(200, 100), (0.5, 0.5, 0.25, 0.25)),
        (HALF.moved(100, 50), Size(100, 50), (0.0, 0.0, 0.5, 0.5)),
        (HALF.moved(-100, 0), Size(400, 100), (0.5, 0.5, 0.125, 0.25)),
        (HALF, Size(125, 100), (0.8, 0.5, 0.2, 0.25)),  # a half of it is left
        (HALF, Size(110, 100), None),  # too little of it is left
        (HALF, Size(50, 50), None),
    ],
)
def test_a_region_of_the_source_is_told_in_the_picture(view, size, expected):
    found = view.regions([Region("face", 0.5, 0.5, 0.25, 0.25, 0.9)], WIDE, size)
    assert found == (() if expected is None else (Region("face", *expected, 0.9),))
