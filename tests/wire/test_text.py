"""The words of `text`: how clients say what to draw."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.transform.plan import Color
from safelight.transform.text_style import text_style
from safelight.wire.text import text_ask


def test_what_is_not_said_is_as_usual():
    ask = text_ask({"text": "Hello"})
    assert (ask.text, ask.style, ask.color) == ("Hello", text_style("Arial_12"), Color(0, 0, 0))
    assert (ask.background, ask.opacity, ask.name) == (None, 100, None)


@pytest.mark.parametrize(
    ("words", "style"),
    [
        ({"font_family": "Open Sans", "font_size": "20"}, "Open Sans_20"),
        ({"font_weight": "bold", "font_style": "italic"}, "Arial_12_bold_italic"),
        ({"font_weight": "normal", "font_style": "normal", "text_decoration": "normal"}, "Arial_12"),
        ({"text_decoration": "underline", "text_align": "center"}, "Arial_12_underline_center"),
        ({"letter_spacing": "-2", "line_spacing": "5"}, "Arial_12_letter_spacing_-2_line_spacing_5"),
        ({"font_antialiasing": "good", "font_hinting": "full"}, "Arial_12_antialias_good_hinting_full"),
        ({"font_family": "fonts/My.ttf"}, "fonts/My.ttf_12"),
    ],
)
def test_each_word_finds_its_place_in_the_style(words: dict[str, str], style: str):
    assert text_ask({"text": "Hello", **words}).style == text_style(style)


@pytest.mark.parametrize(
    ("word", "color"),
    [("red", (255, 0, 0)), ("#00ff00", (0, 255, 0)), ("rgb:00f", (0, 0, 255)), ("0000ff", (0, 0, 255))],
)
def test_colors_are_words_or_digits(word: str, color: tuple[int, int, int]):
    ask = text_ask({"text": "Hello", "font_color": word, "background": word})
    assert ask.color == ask.background == Color(*color)


@pytest.mark.parametrize(
    "words",
    [
        {"text": ""},
        {"text": "a" * 5000},
        {"font_size": "big"},
        {"font_size": "0"},
        {"font_size": "100000"},
        {"font_family": "Arial_40"},
        {"font_weight": "bold_40"},
        {"font_weight": "heaviest"},
        {"font_hinting": "some"},
        {"line_spacing": "wide"},
        {"font_color": "nocolor"},
        {"background": "#12"},
        {"opacity": "101"},
        {"opacity": "-1"},
        {"opacity": "nan"},
    ],
)
def test_what_cannot_be_is_refused(words: dict[str, str]):
    with pytest.raises(Invalid):
        text_ask({"text": "Hello", **words})
