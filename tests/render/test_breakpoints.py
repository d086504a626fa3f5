"""`w_auto:breakpoints:json` answers with a list of widths."""

import json

import pytest
from PIL import Image

from safelight.render.effect import vocabulary
from safelight.transform.auto import Hints, settle
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.source import SourceFacts
from tests.pictures import encoded, photo
from tests.render.lab import developed


def listed(text: str, data: bytes, format: str, width: int, height: int) -> list[int]:
    plan = settle(parse(text, vocabulary()), Hints(), SourceFacts(format, width, height, False), None)
    made = developed(data, plan, format)
    assert made.format == "json"
    return json.loads(made.data)["breakpoints"]


def test_a_photo_has_widths_that_fall_from_the_most_to_the_least():
    found = listed("c_scale,w_auto:breakpoints_100_900_5_10:json", photo(1200, 900), "jpg", 1200, 900)
    assert found == sorted(found, reverse=True)
    assert (found[0], found[-1]) == (900, 100)
    assert 3 <= len(found) <= 10


def test_no_width_is_larger_than_the_picture_before_it():
    logo = encoded(Image.new("RGB", (241, 51), "navy"), "PNG")
    assert listed("a_45/c_scale,w_auto:breakpoints:json", logo, "png", 241, 51) == [206, 50]
    assert listed("c_scale,w_auto:breakpoints:json", photo(40, 30), "jpg", 40, 30) == [40]
    assert listed("w_30/c_scale,w_auto:breakpoints:json/e_sepia", photo(80, 60), "jpg", 80, 60) == [30]


@pytest.mark.parametrize(
    "text",
    ["w_auto:breakpoints_900_100:json", "w_auto:breakpoints_50:json", "w_auto:breakpoints_50_100_20_999:json"],
)
def test_bounds_that_make_no_sense_are_told(text):
    with pytest.raises(TransformError):
        parse(text, vocabulary())
