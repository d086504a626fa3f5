"""Colour words."""

import pytest

from safelight.transform.colors import color_of, color_text
from safelight.transform.plan import Color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("red", Color(255, 0, 0)),
        ("LightBlue", Color(173, 216, 230)),
        ("grey", Color(128, 128, 128)),
        ("gray", Color(128, 128, 128)),
        ("rebeccapurple", Color(102, 51, 153)),
        ("transparent", Color(0, 0, 0, 0)),
        ("rgb:fff", Color(255, 255, 255)),
        ("rgb:f008", Color(255, 0, 0, 136)),
        ("rgb:FEB61F", Color(254, 182, 31)),
        ("rgb:FEB61FC2", Color(254, 182, 31, 194)),
        ("rgb:ffaab", None),
        ("rgb:", None),
        ("rgb:xyzxyz", None),
        ("rgb:#ff0000", None),
        ("rgb_ff0000", None),
        ("reddish", None),
        ("ff0000", None),
        ("", None),
    ],
)
def test_a_colour_has_a_name_or_hex_digits(text, color):
    assert color_of(text) == color


@pytest.mark.parametrize(("text", "color"), [("8fbc8f", Color(143, 188, 143)), ("f00", Color(255, 0, 0)), ("f0", None)])
def test_items_of_effects_may_be_bare_digits(text, color):
    assert color_of(text, allows_bare_hex=True) == color


@pytest.mark.parametrize(("color", "text"), [(Color(1, 2, 255), "rgb:0102ff"), (Color(1, 2, 255, 0), "rgb:0102ff00")])
def test_a_colour_has_one_text(color, text):
    assert color_text(color) == text
    assert color_of(text) == color
