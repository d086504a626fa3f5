"""Styles of letters: what is written after the size, in any order, and what it means."""

import pytest

from safelight.kernel.media import Access, Kind
from safelight.transform.errors import TransformError
from safelight.transform.plan import TextStyle
from safelight.transform.reference import Reference
from safelight.transform.text_style import style_text, text_style


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("Arial_40", TextStyle("Arial", 40)),
        ("Arial_17.5", TextStyle("Arial", 17.5)),
        ("Open Sans_40", TextStyle("Open Sans", 40)),
        ("Source_Serif_40", TextStyle("Source_Serif", 40)),
        ("Roboto@google_40_300", TextStyle("Roboto", 40, weight=300)),
        ("My.ttf_40", TextStyle("My.ttf", 40, Reference("My.ttf", Kind.RAW, Access.AUTHENTICATED))),
        ("a:My.WOFF2_40", TextStyle("a:My.WOFF2", 40, Reference("a/My.WOFF2", Kind.RAW, Access.AUTHENTICATED))),
        ("Arial_40_normal_normal_none", TextStyle("Arial", 40)),
        ("Arial_40_bold", TextStyle("Arial", 40, weight=700)),
        ("Arial_40_heavy", TextStyle("Arial", 40, weight=900)),
        ("Arial_40_demibold", TextStyle("Arial", 40, weight=600)),
        ("Arial_40_extralight", TextStyle("Arial", 40, weight=200)),
        ("Arial_40_book", TextStyle("Arial", 40)),
        ("Arial_40_400", TextStyle("Arial", 40)),
        ("Arial_40_bold_350", TextStyle("Arial", 40, weight=350)),  # the last one counts
        ("Arial_40_italic_underline", TextStyle("Arial", 40, is_italic=True, decoration="underline")),
        ("Arial_40_strikethrough_center", TextStyle("Arial", 40, decoration="strikethrough", align="center")),
        ("Arial_40_justify_stroke", TextStyle("Arial", 40, align="justify", is_stroked=True)),
        ("Arial_40_letter_spacing_-2.5", TextStyle("Arial", 40, letter_spacing=-2.5)),
        ("Arial_40_line_spacing_10_left", TextStyle("Arial", 40, line_spacing=10, align="left")),
        ("Arial_40_antialias_none_hinting_full", TextStyle("Arial", 40, antialias="none", hinting="full")),
    ],
)
def test_a_style_is_read_and_written(text, style):
    assert text_style(text) == style
    assert text_style(style_text(style)) == style


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Arial", "A text style has a font and a size"),
        ("40", "A text style has a font and a size"),
        ("_40", "Invalid font"),
        ("Arial_0.5", "The size of a text must lie between 1 and 5000."),
        ("Arial_9999", "The size of a text must lie between 1 and 5000."),
        ("Arial_40_huge", "Invalid text style in transformation: huge"),
        ("Arial_40_1000", "Invalid text style in transformation: 1000"),
        ("Arial_40_letter", "Invalid text style in transformation: letter"),
        ("Arial_40_letter_spacing", "Invalid `letter_spacing` in transformation: "),
        ("Arial_40_line_spacing_wide", "Invalid `line_spacing` in transformation: wide"),
        ("Arial_40_antialias_very", "Invalid `antialias` in transformation: very"),
        ("Arial\n_40", "Invalid font"),
        ("a" * 256 + "_40", "Invalid font"),
    ],
)
def test_what_is_no_style_is_refused(text, message):
    with pytest.raises(TransformError, match=message) as caught:
        text_style(text)
    assert (caught.value.start, caught.value.end) == (0, len(text))
