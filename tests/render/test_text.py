"""Text layers: every style changes the pixels that it should, every script is drawn, and no text is too much."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.kernel.errors import SafelightError, TooMuch
from safelight.render import text_words
from safelight.transform.arguments import Color
from safelight.transform.plan import Border
from tests.render.letters import BLACK, OUTLINE, RED, YELLOW, colors, covered, drawn, ink, pixels, size

TEXT = "Hamburg"
LONG = "The quick brown fox jumps over the lazy dog and runs away"


def test_letters_are_black_on_nothing_and_end_where_their_ink_ends():
    found = pixels(TEXT)
    assert found.dtype == np.uint8
    assert colors(found) == {(0, 0, 0)}
    alpha = found[..., 3]
    assert all(edge.any() for edge in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]))


@pytest.mark.parametrize("px", [10, 20, 40, 100, 300])
def test_the_size_is_that_of_the_em(px: int):
    # In Arial and its double, a capital is 0.72 em high.
    _, height = size("H", size=px)
    assert abs(height - 0.72 * px) <= max(2, 0.03 * px)


@pytest.mark.parametrize(
    ("asked", "wider", "higher"),
    [
        ({"letter_spacing": 10}, 60, 0),
        ({"letter_spacing": 2.5}, 15, 0),
        ({"letter_spacing": -2}, -12, 0),
        ({"size": 80}, None, None),
    ],
)
def test_letter_spacing_is_px_between_letters(asked: dict[str, object], wider: int | None, higher: int | None):
    (width, height), (plain_width, plain_height) = size(TEXT, **asked), size(TEXT)
    if wider is None:
        assert abs(width - 2 * plain_width) <= 4
        assert abs(height - 2 * plain_height) <= 3
    else:
        assert abs(width - plain_width - wider) <= 2
        assert abs(height - plain_height - (higher or 0)) <= 1


@pytest.mark.parametrize("spacing", [-12, 0, 7, 20.5])
def test_line_spacing_is_px_between_lines(spacing: float):
    _, height = size("H\nH\nH", line_spacing=spacing)
    _, plain = size("H\nH\nH")
    assert abs(height - plain - 2 * spacing) <= 2


def test_every_weight_has_at_least_the_ink_of_the_lighter_one():
    found = [ink(TEXT, font="Montserrat", weight=weight) for weight in range(100, 1000, 100)]
    assert found == sorted(found)
    assert len({round(each) for each in found}) >= 5


@pytest.mark.parametrize(
    "asked",
    [
        {"weight": 700},
        {"is_italic": True},
        {"decoration": "underline"},
        {"decoration": "strikethrough"},
        {"font": "Times"},
        {"font": "Pacifico", "weight": 700},  # a family without bold letters is thickened
        {"font": "Pacifico", "is_italic": True},  # and one without italics slanted
    ],
    ids=str,
)
def test_a_style_changes_the_letters(asked: dict[str, object]):
    plain = pixels(TEXT, **({"font": asked["font"]} if len(asked) > 1 else {}))
    styled = pixels(TEXT, **asked)
    assert styled.shape != plain.shape or not np.array_equal(styled, plain)


def test_an_underline_lies_below_and_runs_through_the_spaces():
    found = pixels("H H", decoration="underline")[..., 3]
    assert found.shape[0] > pixels("H H").shape[0]
    assert (found > 200).all(axis=1).any()


def test_letters_take_their_color_and_its_alpha():
    assert colors(pixels(TEXT, color=RED)) == {(208, 16, 16)}
    half = pixels(TEXT, color=Color(0, 0, 255, 128))
    assert half[..., 3].max() == 128
    assert tuple(half[half[..., 3] == 128][0][:3]) == (0, 0, 255)


def test_a_stroke_has_two_colors_and_makes_the_picture_larger():
    found = pixels(TEXT, color=YELLOW, border=OUTLINE, is_stroked=True)
    assert {(240, 224, 0), (208, 16, 16)} <= colors(found)
    (width, height), (plain_width, plain_height) = size(TEXT, border=OUTLINE, is_stroked=True), size(TEXT)
    assert abs(width - plain_width - 8) <= 2
    assert abs(height - plain_height - 8) <= 2


def test_a_stroke_does_not_show_through_clear_letters():
    found = pixels("H", size=120, color=Color(0, 0, 255, 64), border=OUTLINE, is_stroked=True)
    middle = found[found.shape[0] // 2, found.shape[1] // 2]
    assert tuple(middle) == (0, 0, 255, 64)


def test_a_border_without_stroke_is_that_of_the_box():
    plain, found = size(TEXT), pixels(TEXT, border=Border(3, RED), background=YELLOW)
    assert found.shape[:2] == (plain[1] + 6, plain[0] + 6)
    assert (found[..., 3] == 255).all()
    assert tuple(found[0, 0]) == (220, 20, 20, 255)
    assert tuple(found[1, -2]) == (220, 20, 20, 255)


def test_a_background_fills_the_box():
    found = pixels(TEXT, background=Color(255, 0, 0, 128))
    assert found[..., 3].min() >= 127
    assert found.shape[:2] == pixels(TEXT).shape[:2]


def test_without_trim_every_line_has_the_height_of_its_font():
    plain = size("x", is_trimmed=False)
    assert size("xg|", is_trimmed=False)[1] == plain[1]
    assert abs(size("x\nx", is_trimmed=False)[1] - 2 * plain[1]) <= 1
    assert plain > size("x")


def test_lines_are_broken_at_the_width():
    width, height = size(LONG, size=20, width=200)
    assert width <= 200
    assert height > 3 * size("H", size=20)[1]
    # A word that is longer than that is broken, too.
    assert size("W" * 40, size=20, width=100)[0] <= 100


@pytest.mark.parametrize("is_trimmed", [True, False])
@pytest.mark.parametrize("height", [25, 50, 90])
def test_what_does_not_fit_the_height_is_left_out(height: int, is_trimmed: bool):
    found = size(LONG, size=20, width=150, height=height, is_trimmed=is_trimmed)
    assert found[1] <= height
    assert found[1] < size(LONG, size=20, width=150, is_trimmed=is_trimmed)[1]


def test_what_fits_has_no_ellipsis():
    assert np.array_equal(pixels(LONG, width=200, height=900), pixels(LONG, width=200))


def test_an_ellipsis_never_cuts_a_sign_in_two():
    words = "ab👍🏽🇨🇭e\u0301👩‍👧c"
    kept = {text_words.cut(words, length)[:-1] for length in range(len(words) + 1)}
    assert kept == {"", "a", "ab", "ab👍🏽", "ab👍🏽🇨🇭", "ab👍🏽🇨🇭e\u0301", "ab👍🏽🇨🇭e\u0301👩‍👧", words}


def edges(words: str, **asked: object) -> list[tuple[int, int]]:
    """For each line, how far its ink is from the left and the right of the picture."""
    alpha = pixels(words, **asked)[..., 3] > 128
    found: list[tuple[int, int]] = []
    rows = alpha.any(axis=1)
    start = None
    for y, is_inked in enumerate([*rows, False]):
        if is_inked and start is None:
            start = y
        elif not is_inked and start is not None:
            columns = np.flatnonzero(alpha[start:y].any(axis=0))
            found.append((int(columns[0]), int(alpha.shape[1] - 1 - columns[-1])))
            start = None
    return found


@pytest.mark.parametrize(
    ("align", "latin", "hebrew"),
    [
        ("start", "left", "right"),
        ("end", "right", "left"),
        ("left", "left", "left"),
        ("right", "right", "right"),
        ("center", "center", "center"),
    ],
)
def test_lines_are_aligned_by_their_direction_or_by_side(align: str, latin: str, hebrew: str):
    # Hebrew without signs above or below, so that lines do not touch.
    for number, expected in ((0, latin), (2, hebrew)):
        left, right = edges("HH\nHHHHHHHH HHHH\nםםם", align=align, line_spacing=15)[number]
        where = "center" if abs(left - right) <= 6 else ("left" if left < right else "right")
        assert where == expected


def test_justified_lines_reach_both_sides_but_the_last():
    lines = edges("HHH HHH HH HHHH HHH HH HHH", size=20, width=150, align="justify", line_spacing=10)
    assert len(lines) > 1
    assert all(left <= 2 and right <= 2 for left, right in lines[:-1])


@pytest.mark.parametrize(
    ("words", "place"),
    [("שלום 123", "left"), ("مرحبا 123", "left"), ("Hello 123", "right")],
)
def test_numbers_after_letters_lie_where_the_direction_wants_them(words: str, place: str):
    # The words again with a full block, which has no direction of its own, for the number: that is the darkest part.
    alpha = pixels(words.replace("123", "███"))[..., 3].astype(float)
    half = alpha.shape[1] // 2
    assert (alpha[:, :half].sum() > alpha[:, half:].sum()) == (place == "left")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("Latin", "Ægir ß Łódź"),
        ("Vietnamese", "Tiếng Việt"),
        ("Greek", "Ελληνικά"),
        ("Cyrillic", "Русский"),
        ("Hebrew", "שלום"),
        ("Arabic", "مرحبا"),
        ("Devanagari", "नमस्ते"),
        ("Bengali", "বাংলা"),
        ("Tamil", "தமிழ்"),
        ("Thai", "ภาษาไทย"),
        ("Lao", "ລາວ"),
        ("Khmer", "ខ្មែរ"),
        ("Georgian", "ქართული"),
        ("Armenian", "Հայերեն"),
        ("Ethiopic", "አማርኛ"),
        ("Chinese", "中文字"),
        ("Japanese", "日本語かな"),
        ("Korean", "한국어"),
        ("signs", "→ ✓ ★ ♥ €"),
    ],
)
def test_every_script_has_letters(script: str, words: str):
    assert not {ord(letter) for letter in words if not letter.isspace()} - covered()
    # And Pango finds them: what it does not find is drawn as a box of the font's full height with a number in it.
    missing = pixels("\U0005fff0", size=60)[..., 3].mean()
    assert pixels(words, size=60)[..., 3].mean() != pytest.approx(missing, abs=2)


@pytest.mark.parametrize("words", ["😀", "👩‍👩‍👧‍👦", "🇨🇭", "👍🏽", "❤️", "Hi 😀 ok"])
def test_emoji_have_colors_of_their_own(words: str):
    found = pixels(words, color=Color(0, 128, 0))
    assert len(colors(found)) >= 3


def test_an_emoji_of_several_signs_is_one_picture():
    one, joined, apart = (size(words)[0] for words in ("👩", "👩‍👩‍👧‍👦", "👩👩👧👦"))
    assert joined < 1.5 * one
    assert apart > 3 * one


def test_letters_with_marks_are_as_wide_as_without():
    assert abs(size("e\u0301e\u0301e\u0301")[0] - size("eee")[0]) <= 2


def test_antialias_none_has_hard_edges():
    assert set(np.unique(pixels(TEXT, antialias="none")[..., 3])) == {0, 255}
    assert len(np.unique(pixels(TEXT)[..., 3])) > 20


def test_the_same_text_gives_the_same_pixels():
    assert np.array_equal(pixels(LONG, width=200), pixels(LONG, width=200))


@pytest.mark.parametrize("words", ["", " ", "\n\n", "\u200b", "\x00\x07"])
def test_a_text_without_ink_is_one_clear_pixel(words: str):
    assert drawn(words).numpy().tolist() == [[[0, 0, 0, 0]]]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    words=st.text(st.characters(codec=None), max_size=60),
    asked=st.fixed_dictionaries(
        {
            "size": st.floats(0, 60),
            "width": st.none() | st.integers(1, 200),
            "height": st.none() | st.integers(1, 60),
            "align": st.sampled_from(["start", "left", "center", "right", "end", "justify"]),
            "decoration": st.sampled_from(["none", "underline", "strikethrough"]),
            "weight": st.integers(100, 900),
            "letter_spacing": st.floats(-20, 20),
            "line_spacing": st.floats(-40, 40),
            "is_trimmed": st.booleans(),
            "is_stroked": st.booleans(),
            "border": st.none() | st.builds(Border, st.integers(0, 6), st.just(RED)),
            "background": st.none() | st.just(YELLOW),
            "color": st.just(Color(1, 2, 3, 200)),
        }
    ),
)
def test_whatever_is_written_is_drawn_or_refused_in_words(words: str, asked: dict[str, object]):
    with contextlib.suppress(SafelightError):
        image = drawn(words, **asked)
        assert (image.bands, image.format, image.interpretation) == (4, "uchar", "srgb")
        assert min(image.width, image.height) >= 1


# --- hostile words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ("a\x00b\x1bc\x7f", "abc"),
        ("a\ud800b\udfffc", "abc"),
        ("a\ufffeb\U0010ffffc", "abc"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\U0010fffdb", "ab"),
    ],
    ids=ascii,
)
def test_what_is_no_letter_is_dropped(words: str, same: str):
    assert text_words.cleaned(words) == same
    assert np.array_equal(pixels(words), pixels(same))


def test_markup_is_text_like_any_other():
    assert size("<b>&amp;</b>")[0] > size("<b>&")[0] > size("<b>")[0]
    assert colors(pixels("<span foreground='red' size='99999'>x</span>")) == {(0, 0, 0)}


@pytest.mark.parametrize(
    "words", ["\u202eabc\u202c", "\u2066a\u2067b" * 60, "\u202a" * 500 + "a", "Z" + "\u0351" * 900]
)
def test_signs_that_turn_and_pile_up_are_drawn(words: str):
    assert drawn(words).width > 1


@pytest.mark.parametrize(
    ("words", "asked", "said"),
    [
        ("x" * 1_000_000, {}, "10000 characters"),
        ("a\n" * 500, {}, "500 lines"),
        ("a", {"size": 3001}, "size"),
        ("a", {"size": float("nan")}, "size"),
        ("a", {"letter_spacing": -3001}, "letter spacing"),
        ("a", {"line_spacing": 1e9}, "line spacing"),
        ("a", {"border": Border(201, BLACK), "is_stroked": True}, "border"),
        ("Hello World, how are you?", {"size": 2500}, "megapixels"),
        ("hello " * 1600, {"size": 12}, "32767 px"),
        ("a" * 10_000, {"size": 12, "width": 10}, "too large"),
        ("a\nש\n" * 40, {"align": "left"}, "40 times"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_too_much_is_refused_before_it_is_drawn(words: str, asked: dict[str, object], said: str):
    with pytest.raises(TooMuch, match=said):
        drawn(words, **asked)
