"""`b_`: what fills bars and what is transparent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.transform.backgrounds import background_of, background_text
from safelight.transform.errors import TransformError
from safelight.transform.lexer import lex
from safelight.transform.plan import (
    BackgroundMode,
    BlurredBackground,
    Color,
    GeneratedBackground,
    GradientBackground,
    PaletteBackground,
)

RED, GREEN, BLUE = Color(255, 0, 0), Color(0, 128, 0), Color(0, 0, 255)
BORDER, CONTRAST = BackgroundMode.BORDER, BackgroundMode.PREDOMINANT_CONTRAST


def read(text: str):
    (((word,),)) = lex(text)
    return background_of(word)


@pytest.mark.parametrize(
    ("text", "background"),
    [
        ("b_red", RED),
        ("b_rgb:00f", BLUE),
        ("b_none", None),
        ("b_transparent", None),
        ("b_auto", BORDER),
        ("b_auto:predominant_contrast", CONTRAST),
        ("b_auto:palette_red_green", PaletteBackground(BORDER, (RED, GREEN))),
        ("b_auto:predominant_contrast:palette_f00_0000ff", PaletteBackground(CONTRAST, (RED, BLUE))),
        ("b_auto:border_gradient", GradientBackground(BORDER)),
        ("b_auto:border_gradient:4", GradientBackground(BORDER, 4)),
        ("b_auto:border_gradient:vertical", GradientBackground(BORDER, 2, "vertical")),
        ("b_auto:border_gradient:diagonal_desc:4", GradientBackground(BORDER, 4, "diagonal_desc")),
        ("b_auto:predominant_gradient_contrast", GradientBackground(CONTRAST)),
        (
            "b_auto:predominant_gradient_contrast:4:diagonal_asc:palette_red_green",
            GradientBackground(CONTRAST, 4, "diagonal_asc", (RED, GREEN)),
        ),
        (
            "b_auto:palette_red:predominant_gradient_contrast",
            GradientBackground(CONTRAST, palette=(RED,)),
        ),
        ("b_blurred", BlurredBackground(100, 0)),
        ("b_blurred:400:15", BlurredBackground(400, 15)),
        ("b_blurred:100:500", BlurredBackground(100, 100)),  # as SDKs show it
        ("b_gen_fill", GeneratedBackground()),
        ("b_gen_fill:prompt_a%20dog", GeneratedBackground("a dog")),
        ("b_gen_fill:prompt_a%3B%20b%20(1!)", GeneratedBackground("a; b (1!)")),
        ("b_gen_fill:prompt_a%252C%20b", GeneratedBackground("a, b")),
        ("b_gen_fill%3Aprompt_a%253Ab;seed_7", GeneratedBackground("a:b", 7)),
        ("b_gen_fill:ignore-foreground_true;prompt_a;seed_1", GeneratedBackground("a", 1, True)),
        ("b_gen_fill:ignore-foreground_false", GeneratedBackground()),
    ],
)
def test_a_background_is_read(text, background):
    assert read(text) == background
    if background is not None:
        assert read(f"b_{background_text(background)}") == background


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("b_color", "Invalid background in transformation: color"),
        ("b_auto:nowhere", "Invalid background in transformation: auto:nowhere"),
        ("b_auto:border:border", "Invalid background in transformation: auto:border:border"),
        ("b_auto:border:2", "Only a gradient has a number of colours or a direction: auto:border:2"),
        ("b_auto:border_gradient:3", "Invalid background in transformation: auto:border_gradient:3"),
        ("b_auto:palette_red_nope", "Invalid color in transformation: nope"),
        ("b_auto:palette" + "_red" * 21, "A palette may have 20 colors."),
        ("b_blurred:0", "`intensity` must lie between 1 and 2000."),
        ("b_blurred:1:2:3", "Invalid background in transformation: blurred:1:2:3"),
        ("b_gen_fill:promt_a", "Invalid background in transformation: promt_a"),
        ("b_gen_fill:seed_x", "Invalid background in transformation: gen_fill:seed_x"),
        ("b_gen_fill:ignore-foreground_maybe", "Neither `true` nor `false` in transformation: maybe"),
        ("b_gen_fill:prompt_" + "a" * 1001, "A text may have 1000 letters here."),
        ("b_gen_fill:prompt_(a", "A `)` is missing: gen_fill:prompt_(a"),
    ],
)
def test_what_is_no_background_is_refused(text, message):
    with pytest.raises(TransformError) as caught:
        read(text)
    assert caught.value.message == message


def tenths(number: int) -> float:
    return number / 10


COLORS = st.builds(Color, *[st.integers(0, 255)] * 4).filter(lambda color: color != Color(0, 0, 0, 0))
PALETTES = st.lists(COLORS, min_size=1, max_size=20).map(tuple)
BACKGROUNDS = st.one_of(
    COLORS,
    st.sampled_from(BackgroundMode),
    st.builds(BlurredBackground, st.integers(10, 20_000).map(tenths), st.integers(-3000, 1000).map(tenths)),
    st.builds(PaletteBackground, st.sampled_from(BackgroundMode), PALETTES),
    st.builds(
        GradientBackground,
        st.sampled_from(BackgroundMode),
        st.sampled_from([2, 4]),
        st.sampled_from(["horizontal", "vertical", "diagonal_desc", "diagonal_asc"]),
        PALETTES | st.just(()),
    ),
    st.builds(
        GeneratedBackground,
        st.text(st.characters(exclude_categories=["Cs"]), max_size=50).filter(lambda text: "%" not in text),
        st.none() | st.integers(0, 999_999_999_999),
        st.booleans(),
    ),
)


@given(BACKGROUNDS)
def test_the_canonical_text_of_a_background_means_the_same(background):
    assert read(f"b_{background_text(background)}") == background
