"""Canonical texts and keys: two ways to say one thing share one derived file."""

import pytest

from safelight.transform.canon import canon, derived_key, normal
from safelight.transform.parse import parse
from safelight.transform.plan import Plan
from tests.transform.vocabulary import VOCABULARY


def key(text: str) -> str:
    return derived_key(parse(text, VOCABULARY))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("w_300,c_fill", "c_fill,w_300"),
        ("c_fill,w_300", "c_fill,g_center,w_300"),
        ("w_300", "c_scale,w_300/"),
        ("w_300", "//w_300"),
        ("a_-90", "a_270"),
        ("r_20", "r_20.0:20"),
        ("b_RED", "b_rgb:F00"),
        ("e_sepia", "e_sepia:80.0"),
        ("w_200,dpr_2.0", "w_400"),
        ("f_jpeg", "f_jpg"),
        ("w_300/f_jpg", "f_jpg/w_300"),
        ("w_300,fl_lossy.progressive", "fl_progressive,w_300,fl_lossy"),
        ("w_300", "w_300,fl_attachment:name,d_avatar.png"),  # how it is handed out changes no byte
        ("c_crop,w_5,x_0,y_0", "c_crop,w_5,g_north_west"),
        ("ar_16:9,c_fill,w_5", "ar_32:18,c_fill,w_5"),
        ("q_jpegmini:0", "q_auto:best"),
    ],
)
def test_the_same_picture_has_the_same_key(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", "c_scale"),  # the stored bytes, or the picture written anew
        ("w_1", "w_1.0"),
        ("e_sepia/r_20", "r_20/e_sepia"),
        ("c_fill,w_5,g_auto", "c_fill,w_5"),
        ("r_5", "r_max"),
        ("q_80", "q_80:444"),
        ("a_10", "a_10.vflip"),
    ],
)
def test_another_picture_has_another_key(one, other):
    assert key(one) != key(other)


def test_a_key_is_40_hex_digits_and_stays_what_it_was():
    # Kept files are found by it: a change here makes every derived file anew, and is a decision.
    assert key("c_fill,w_300/e_sepia:80") == "ad7e7d6204064131cac8f6eeaa5ece20f5c057c6"


def test_the_empty_plan_has_no_text():
    assert canon(Plan(is_empty=True)) == ""
    assert canon(Plan()) == "c_scale"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("w_300,c_fill/e_sepia", "c_fill,w_300/e_sepia"),
        ("w_1,$b_2,if_w_gt_3,$a_4,c_fit", "if_w_gt_3,$b_2,$a_4,c_fit,w_1"),
        ("co_red,c_fill", "c_fill,co_red"),
        ("w_2,h_1,w_1", "h_1,w_2,w_1"),
        ("//w_1,/h_2/", "w_1/h_2"),
        ("l_text:Arial_50:a%2Cb,g_north", "g_north,l_text:Arial_50:a%2Cb"),
        ("no transformation", "no transformation"),
        ("", ""),
    ],
)
def test_the_normal_form_sorts_parts_and_changes_nothing_else(text, shown):
    assert normal(text) == shown
