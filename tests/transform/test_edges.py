"""The edge cases of the language: what is odd is either what it says, or pointed at."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.transform.auto import settle
from safelight.transform.errors import TransformError
from safelight.transform.hints import Hints
from safelight.transform.parse import parse
from safelight.transform.plan import Compass, Fit, Liquid, OfRegion, Px, Ratio, Resize, SightGravity, XyCenter
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

PHOTO = SourceFacts("jpg", 864, 576, has_alpha=False)
FACE = SightGravity(("face",), Compass.NORTH)
DOG = SightGravity(("dog",))


def steps(text: str):
    return settle(parse(text, VOCABULARY), Hints(), PHOTO, None).steps


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w_0", "Invalid width in transformation: 0"),
        ("w_-5", "Invalid width in transformation: -5"),
        ("w_abc", "Invalid width in transformation: abc"),
        ("w_", "Invalid transformation component: w_"),
        ("w_1.", "Invalid width in transformation: 1."),
        ("w_0.0", "Invalid width in transformation: 0.0"),
        ("w_1e3", "Invalid width in transformation: 1e3"),
        ("w_100,g_auto", "Use auto gravity only with crop, fill, lfill, fill_pad or thumb"),
        ("c_scale,w_100,g_auto", "Use auto gravity only with crop, fill, lfill, fill_pad or thumb"),
        ("c_fill,g_liquid,w_100", "Use liquid gravity only with scale"),
        ("zz_1", "Invalid transformation component: zz_1"),
        ("e_nope", "The effect `nope` is unknown"),
        ("if_end", "`if_end` without an `if_`."),
        ("if_else/w_1", "`if_else` without an `if_`."),
        ("fl_layer_apply", "`fl_layer_apply` without a layer that is open"),
        ("l_a/fl_layer_apply/fl_layer_apply", "`fl_layer_apply` without a layer that is open"),
        ("w_$none", "Undefined variable: none"),
        ("w_iw_div_0", "Division by zero."),
        ("co_rgb_ff0000,e_colorize", "Invalid color in transformation: rgb_ff0000"),
        ("q_0.4", "must lie between 1 and 100"),
        ("g_up,c_crop,w_1", "Invalid gravity in transformation: up"),
    ],
)
def test_what_is_wrong_is_pointed_at(text, message):
    with pytest.raises(TransformError) as caught:
        steps(text)
    assert message in caught.value.message
    assert 0 <= caught.value.start < caught.value.end <= len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c_fill", ()),  # no size is asked for
        ("c_crop,g_north", ()),
        ("c_crop,x_5", ()),
        ("//w_5//", (Resize(Px(5)),)),
        ("w_5/", (Resize(Px(5)),)),
        ("w_5%2Ch_6", (Resize(Px(5), Px(6)),)),
        ("w_5,w_6", (Resize(Px(6)),)),
        ("w_5,,h_6,", (Resize(Px(5), Px(6)),)),
        ("w_1.0", (Resize(Ratio(1)),)),
        ("w_ow_div_2", (Resize(Px(432)),)),
        # What is looked for.
        ("c_thumb,g_face", (Resize(fit=Fit.THUMB, gravity=FACE),)),
        ("c_crop,g_dog,z_0.5", (Resize(fit=Fit.CROP, gravity=DOG, zoom=0.5),)),
        ("c_thumb,g_face,w_90,h_90,z_0.7", (Resize(Px(90), Px(90), Fit.THUMB, gravity=FACE, zoom=0.7),)),
        ("c_fill,g_face,w_90,h_90,z_2", (Resize(Px(90), Px(90), Fit.FILL, gravity=FACE),)),  # only cuts come closer
        ("c_thumb,g_north,w_90,z_2", (Resize(Px(90), fit=Fit.THUMB, gravity=Compass.NORTH),)),
        ("c_crop,g_face,w_90,x_5,y_0", (Resize(Px(90), fit=Fit.CROP, gravity=FACE, x=Px(5)),)),
        ("c_crop,fl_region_relative,g_dog,w_1.5", (Resize(OfRegion(1.5), fit=Fit.CROP, gravity=DOG),)),
        ("c_crop,fl_region_relative,w_0.5", (Resize(Ratio(0.5), fit=Fit.CROP),)),
        ("w_0.5,fl_relative", (Resize(Ratio(0.5)),)),  # there is no layer
        ("g_face,w_90", (Resize(Px(90)),)),  # a scaled picture is all there
        ("c_pad,g_face,w_90,h_90", (Resize(Px(90), Px(90), Fit.PAD),)),
        ("c_crop,g_xy_center,w_9,x_3", (Resize(Px(9), fit=Fit.CROP, gravity=XyCenter(), x=Px(3)),)),
        ("c_scale,g_liquid,w_90,h_90", (Resize(Px(90), Px(90), gravity=Liquid()),)),
        ("g_liquid,w_90", (Resize(Px(90), gravity=Liquid()),)),
    ],
)
def test_what_is_odd_is_what_it_says(text, expected):
    assert steps(text) == expected


def test_no_input_is_anything_but_a_clear_error():
    for text in ["%", "%%", "\0", "$", "$_", "l_", "u_", "fl_", "if_", "if__and_", "!", "w_" + "9" * 400, "e_:"]:
        with pytest.raises(Invalid):
            steps(text)
