"""What a plan asks to be seen of its source, before anybody looks."""

import pytest

from safelight.render.effect import vocabulary
from safelight.transform.parse import parse
from safelight.transform.sighting import is_nothing, kinds, needed, nothing


@pytest.mark.parametrize(
    ("text", "asked", "must"),
    [
        ("", "", ""),
        ("c_fill,w_10,h_10", "", ""),
        ("c_fill,w_10,h_10,g_north", "", ""),
        ("c_crop,g_xy_center,x_5,y_5,w_9,h_9", "", ""),
        ("c_thumb,g_face,w_10,h_10", "face", "face"),
        ("c_thumb,g_faces,w_10,h_10", "face", "face"),
        ("c_thumb,g_adv_face,w_10,h_10", "face", "face"),
        ("c_thumb,g_adv_eyes,w_10,h_10", "eyes", "eyes"),
        ("c_thumb,g_face:auto,w_10,h_10", "custom face", ""),
        ("c_fill,g_auto,w_10,h_10", "custom face", ""),
        ("c_fill,g_auto:subject,w_10,h_10", "custom face subject", ""),
        ("c_fill,g_auto:cat_50:ocr_text,w_10,h_10", "cat custom face text", ""),
        ("c_fill,g_auto:none,w_10,h_10", "", ""),
        ("c_crop,g_dog:bird,w_10,h_10", "bird dog", "bird dog"),
        ("c_crop,g_custom:face", "custom face", "custom face"),
        ("c_crop,g_ocr_text", "text", "text"),
        ("c_crop,g_region_!sign!", "region:sign", "region:sign"),
        ("c_crop,g_clipping_path_!outline!", "", ""),
        ("c_scale,g_liquid,w_10,h_10", "face", ""),
        ("e_blur_faces", "face", "face"),
        ("e_redeye", "eyes", "eyes"),
        ("e_blur_region:500,g_ocr_text", "text", "text"),
        ("l_logo/fl_layer_apply,g_face", "face", "face"),
        ("l_logo/c_thumb,g_cat,w_9,h_9/fl_layer_apply,g_south", "", ""),
        ("w_100/c_fill,g_face,w_10,h_10/e_pixelate_faces", "face", "face"),
        # before conditions and variables are settled, all that may be asked for
        ("if_fc_gte_2,c_fill,g_faces,w_10,h_10", "face", "face"),
        ("if_w_gt_5/c_crop,g_cat,w_9,h_9/if_else/e_redeye/if_end", "cat eyes", "eyes"),
        ("$grav_!dog!/c_fill,g_$grav,w_10,h_10", "dog", "dog"),
        ("$n_fc/w_$n_mul_100", "face", "face"),
    ],
)
def test_a_plan_says_what_it_must_see_and_what_it_wishes_to(text: str, asked: str, must: str):
    plan = parse(text, vocabulary())
    assert kinds(plan) == set(asked.split())
    assert needed(plan) == set(must.split())


def test_that_nothing_is_there_is_a_region_without_certainty():
    assert is_nothing(nothing("face"))
    assert nothing("face").kind == "face"
