"""A transformation in the long names that clients know."""

import pytest

from safelight.wire.transformation import info_of


@pytest.mark.parametrize(
    ("text", "info"),
    [
        ("", []),
        ("c_fill,h_40,w_40", [{"crop": "fill", "height": 40, "width": 40}]),
        ("w_0.5/e_sepia:80", [{"width": 0.5}, {"effect": "sepia:80"}]),
        ("l_text:arial_20:123", [{"overlay": "text:arial_20:123"}]),
        ("a_-90,x_007,w_1e3", [{"angle": -90, "x": "007", "width": "1e3"}]),
        ("t_tiny", [{"transformation": "tiny"}]),
        ("$a_10,zz_1,plain", [{"raw_transformation": "$a_10,zz_1,plain"}]),
        ("e_blur,e_sepia", [{"effect": "blur", "raw_transformation": "e_sepia"}]),
        ("w_" + "9" * 400, [{"width": "9" * 400}]),
    ],
)
def test_each_part_has_its_long_name(text, info):
    assert info_of(text) == info
