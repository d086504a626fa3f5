"""`fl_getinfo` tells the sizes of source and result, and which part was cut out for its content."""

import json

import pytest

from tests.pictures import photo
from tests.render.lab import developed

PHOTO = photo(400, 300)


def told(chain: str) -> dict[str, object]:
    made = developed(PHOTO, chain, "jpg")
    assert made.format == "json"
    return json.loads(made.data)


def test_without_steps_source_and_result_have_one_size():
    facts = told("fl_getinfo")
    assert facts["input"] == {"width": 400, "height": 300, "bytes": len(PHOTO)}
    assert (facts["output"]["width"], facts["output"]["height"]) == (400, 300)
    assert "g_auto_info" not in facts


def test_the_bytes_of_the_result_are_those_that_it_would_have():
    made = developed(PHOTO, "c_fill,w_100,h_100/f_webp,q_50", "jpg")
    assert told("c_fill,w_100,h_100/f_webp,q_50/fl_getinfo")["output"] == {
        "width": 100,
        "height": 100,
        "bytes": len(made.data),
    }


@pytest.mark.parametrize(
    ("chain", "width", "height"),
    [
        ("c_fill,w_100,h_100,g_auto", 300, 300),
        ("c_fill,w_100,h_100,g_face", 300, 300),
        ("c_crop,w_100,h_100,g_auto", 100, 100),
        ("c_crop,w_200,h_150,x_50,y_50/c_fill,w_50,h_50,g_auto", 150, 150),
    ],
)
def test_the_part_that_was_chosen_is_told_in_px_of_the_source(chain, width, height):
    (box,) = told(f"{chain}/fl_getinfo")["g_auto_info"]
    assert abs(box["width"] - width) <= 1
    assert abs(box["height"] - height) <= 1
    assert 0 <= box["x"] <= 400 - box["width"]
    assert 0 <= box["y"] <= 300 - box["height"]
