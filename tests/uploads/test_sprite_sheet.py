"""Where pictures lie in a sprite: none hides another, none is missing, and little is left empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.transform.geometry import Box, Size
from safelight.uploads.sprite_sheet import class_of, laid_out, places_of, styles

SIZES = st.lists(st.builds(Size, st.integers(1, 400), st.integers(1, 400)), min_size=1, max_size=40)


def overlap(one: Box, other: Box) -> bool:
    apart = (
        one.left + one.width <= other.left
        or other.left + other.width <= one.left
        or one.top + one.height <= other.top
        or other.top + other.height <= one.top
    )
    return not apart


@given(SIZES)
def test_each_picture_has_its_own_place_inside_of_the_sheet(sizes):
    sheet = laid_out(sizes)
    assert [Size(place.width, place.height) for place in sheet.places] == sizes
    for number, place in enumerate(sheet.places):
        assert place.left >= 0 <= place.top
        assert place.left + place.width <= sheet.size.width
        assert place.top + place.height <= sheet.size.height
        assert not any(overlap(place, other) for other in sheet.places[:number])


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([Size(7, 5)], Size(7, 5)),
        ([Size(10, 10)] * 4, Size(20, 20)),
        ([Size(10, 10)] * 3, Size(20, 20)),
        ([Size(100, 1), Size(1, 100)], Size(101, 100)),
        ([Size(20, 10), Size(20, 30), Size(20, 10)], Size(40, 40)),
    ],
)
def test_the_highest_come_first_in_rows(sizes, expected):
    assert laid_out(sizes).size == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cat", "cat"),
        ("a/b c.d", "a-b-c-d"),
        ("Übung_1", "Übung_1"),
        ("1st", "_1st"),
        ("-1", "_-1"),
        ("--x", "_--x"),
        ("-", "_-"),
        ("}body{", "-body-"),
        ("🙂", "_-"),
    ],
)
def test_a_name_becomes_a_class(name, expected):
    assert class_of(name) == expected


def test_styles_show_each_picture_and_tell_apart_what_is_called_alike():
    places = places_of(["a/b", "a-b"], laid_out([Size(4, 4), Size(3, 2)]))
    assert styles(places, "my logo's.png") == (
        ".a-b { background: url('my%20logo%27s.png') no-repeat; width: 4px; height: 4px; "
        "background-position: 0px 0px; }\n"
        ".a-b_2 { background: url('my%20logo%27s.png') no-repeat; width: 3px; height: 2px; "
        "background-position: -4px 0px; }\n"
    )
