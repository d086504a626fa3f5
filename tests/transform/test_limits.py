"""What a plan may cost, and how large its result is."""

from dataclasses import replace

import pytest

from safelight.kernel.errors import TooMuch
from safelight.transform.auto import Hints, settle
from safelight.transform.geometry import Size
from safelight.transform.limits import Limits, check, output_size
from safelight.transform.parse import parse
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

LIMITS = Limits(source_pixels_max=150_000_000, output_pixels_max=50_000_000, side_max=65_500, frames_max=1000)
PHOTO = SourceFacts("jpg", 4000, 3000, has_alpha=False)
GIF = SourceFacts("gif", 500, 400, has_alpha=False, frames=100)


def checked(text: str, source: SourceFacts, limits: Limits = LIMITS) -> None:
    check(settle(parse(text, VOCABULARY), Hints(), source, None), source, limits)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("w_400", PHOTO),
        ("w_2.0", PHOTO),
        ("c_fill,w_100,h_100", SourceFacts("jpg", 9000, 1, has_alpha=False)),  # long only on the way
        ("w_100", GIF),
        ("w_10.0,f_jpg", GIF),
        ("e_trim/w_100", PHOTO),
        ("l_logo/c_fill,w_4000,h_3000/fl_layer_apply", PHOTO),
        ("l_logo,w_100.0", PHOTO),  # only its file tells how large that is
    ],
)
def test_what_is_small_enough_may_be_made(text, source):
    checked(text, source)


@pytest.mark.parametrize(
    ("text", "source", "words"),
    [
        ("w_100", SourceFacts("png", 60_000, 60_000, has_alpha=False), "Image size exceeds 150000000 pixels"),
        ("w_100", SourceFacts("png", 70_000, 10, has_alpha=False), "Maximum image width/height is 65500"),
        ("w_66000,h_1", PHOTO, "Maximum image width/height is 65500"),
        ("w_3.0", PHOTO, "Image size exceeds 50000000 pixels"),
        ("w_10000,h_10000,c_scale/w_10", PHOTO, "Image size exceeds 50000000 pixels"),
        ("c_pad,w_10000,h_10000", PHOTO, "Image size exceeds 50000000 pixels"),
        ("w_7000/bo_900px_solid_red", PHOTO, "Image size exceeds 50000000 pixels"),
        ("w_9000/a_90/h_60000", PHOTO, "Image size exceeds"),
        ("/".join(["w_100.0"] * 150), PHOTO, "Image size exceeds|Maximum image"),
        ("w_4.0", GIF, "Image size exceeds 150000000 pixels"),  # all frames together
        ("w_10", SourceFacts("gif", 10, 10, has_alpha=False, frames=1001), "Too many frames. Maximum is 1000."),
        ("c_fill,w_1,h_60000", SourceFacts("jpg", 60_000, 1, has_alpha=False), "Maximum image width/height"),
        ("l_logo/c_fill,w_66000,h_1/fl_layer_apply,fl_no_overflow", PHOTO, "Maximum image width/height is 65500"),
        ("l_logo,c_fill,w_9000,h_9000,fl_no_overflow", PHOTO, "Image size exceeds 50000000 pixels"),
        ("l_logo,c_fill,fl_relative,w_3.0,h_3.0,fl_no_overflow", PHOTO, "Image size exceeds 50000000 pixels"),
        ("l_a/l_b/c_fill,w_9000,h_9000/fl_layer_apply/fl_layer_apply", PHOTO, "Image size exceeds"),
        ("l_a,c_fill,w_20000,h_9/l_b,c_fill,w_9,h_20000", PHOTO, "Image size exceeds"),  # the canvas grows both ways
        ("l_text:Arial_10:x,c_fit,w_70000", PHOTO, "Maximum image width/height is 65500"),
    ],
)
def test_what_is_too_large_is_refused_before_anything_is_opened(text, source, words):
    with pytest.raises(TooMuch, match=words):
        checked(text, source)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size(400, 300)),
        ("w_200/a_90/bo_5px_solid_red", Size(160, 210)),
        ("w_100,h_200,a_auto_right", Size(100, 200)),
        ("c_limit,w_100,h_200,a_auto_right", Size(100, 133)),
        ("e_sepia/r_max/o_50", Size(400, 300)),
        ("l_logo,c_fill,w_100,h_100", Size(400, 300)),
        ("l_logo,c_fill,w_500,h_100,g_north", Size(500, 300)),
        ("l_logo,fl_relative,c_fill,w_1.0,h_0.5", Size(400, 300)),
        ("l_logo,x_5,e_mask/u_logo,fl_tiled/l_logo,fl_cutter/l_logo,fl_no_overflow", Size(400, 300)),
        ("l_text:Arial_20:Hi,g_north", None),
        ("l_logo,c_fill,w_50,h_50,x_5", None),
        ("l_logo/c_fill,w_50,h_20/l_a/c_fill,w_90,h_9/fl_layer_apply/bo_5px_solid_red/fl_layer_apply", Size(400, 300)),
        ("l_logo/c_fill,w_50,h_20/l_a/c_fill,w_900,h_9/fl_layer_apply/bo_5px_solid_red/fl_layer_apply", Size(910, 300)),
        ("c_crop,g_face", None),
        ("c_crop,g_face,w_50,h_40", Size(50, 40)),
        ("c_crop,g_dog,fl_region_relative,w_1.5", None),
        ("e_trim", None),
        ("e_trim,w_100", None),
        ("e_trim,c_fill,w_100,h_50", Size(100, 50)),
        ("e_trim/c_limit,w_100,h_50", None),
        ("e_trim/c_fill,w_auto,h_50", None),
    ],
)
def test_the_size_of_a_result_is_known_unless_the_content_decides(text, size):
    assert output_size(parse(text, VOCABULARY), Size(400, 300)) == size


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("w_1/w_2/w_3", None),
        ("w_1/w_2/w_3/w_4", "Too many steps in one transformation. Maximum is 3. Got 4."),
        ("l_a/l_b/fl_layer_apply/fl_layer_apply", None),
        ("l_a/l_b/w_1/w_2/fl_layer_apply/fl_layer_apply", "Too many steps in one transformation. Maximum is 3. Got 4."),
        ("l_a/l_b/fl_layer_apply/fl_layer_apply/l_c", "Too many layers in one transformation. Maximum is 2. Got 3."),
    ],
)
def test_an_operator_may_allow_fewer_steps_and_layers(text: str, words: str | None):
    limits = replace(LIMITS, steps_max=3, layers_max=2)
    if words is None:
        checked(text, PHOTO, limits)
    else:
        with pytest.raises(TooMuch, match=words):
            checked(text, PHOTO, limits)
