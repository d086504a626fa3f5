"""Variables and arithmetic: what they compute for a picture, and what nobody can compute."""

from dataclasses import replace

import pytest

from safelight.transform.auto import Hints, settle
from safelight.transform.canon import canon, derived_key
from safelight.transform.errors import TransformError
from safelight.transform.expression import OPERANDS_MAX
from safelight.transform.parse import parse
from safelight.transform.run import ASSIGNMENTS_MAX
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

PHOTO = SourceFacts(
    "jpg", 1200, 800, False, tags=("sale", "new"), context={"width": "300", "half": "0.5", "mood": "dark"}
)
NAMES = {"card": "c_fill,h_$size,w_$size", "setting": "$size_70", "doubled": "w_$size_mul_2"}


def steps_of(text: str, source: SourceFacts = PHOTO) -> str:
    """The canonical text of the steps alone."""
    settled = settle(parse(text, VOCABULARY, NAMES.get), Hints(), source, None)
    return canon(settled).removesuffix("f_jpg,q_80").removesuffix("/")


@pytest.mark.parametrize(
    ("value", "px"),
    [
        ("2_add_3", 5),
        ("9_sub_4", 5),
        ("9_mul_4", 36),
        ("9_div_2", 5),  # halves are rounded up
        ("9_mod_4", 1),
        ("3_pow_2", 9),
        ("2_add_3_mul_4", 14),
        ("20_sub_3_sub_4", 13),  # from left to right
        ("100_div_5_div_2", 10),
        ("2_mul_3_pow_2", 18),
        ("2_pow_3_pow_2", 64),
        ("20_mod_7_mul_2", 12),
        ("10_add_-3", 7),
        ("0.1_add_0.1", 1),  # a side is at least one pixel
        ("1.5_mul_10", 15),
        ("7.9_to_i", 7),
        ("20_div_3_to_i", 6),
        ("!12!_to_i", 12),
        ("div_2", 600),  # of the width, for it is a width
        ("mul_0.25_add_1", 301),
        ("!12px!_to_i_add_!none!_to_f", 12),  # as far as it is a number
        ("2_mul_!12.6!_to_i", 24),
        ("iw_div_2", 600),
        ("w_sub_200", 1000),
        ("ih", "ih"),
        ("ow_div_3", 400),
        ("h", 800),
        ("ar_mul_100", 150),
        ("iar_mul_100", 150),
        ("pc_add_4", 5),
        ("cp_add_4", 5),
        ("px_add_py_add_ccc_add_rc_add_5", 5),
        ("ctx:!width!", 300),
        ("ctx:!width!_add_1", 301),
        ("ctx:!half!_to_f_mul_100", 50),
        ("ctx:!missing!_to_f_add_5", 5),
        ("md:!missing!_to_i_add_5", 5),
    ],
)
def test_arithmetic_follows_the_usual_precedence(value, px):
    assert steps_of(f"w_{value}") == f"c_scale,w_{px}"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("$s_300/w_$s", "w_300"),
        ("w_$s,$s_300", "w_300"),
        ("$f_0.5/w_$f", "w_0.5"),  # a number keeps its dot
        ("$f_1.0/w_$f", "w_1.0"),
        ("$f_0.5/w_$f_mul_600", "w_300"),
        ("$s_!300!/w_$s", "w_300"),
        ("$a_30_to_i/w_$a", "w_30"),
        ("$a_5/$b_$a_add_1/$a_$b_mul_2/w_$a", "w_12"),
        ("$big_$small_mul_2,$small_20/w_$big", "w_40"),  # SDKs sort variables by their names
        ("$a_1/$b_$a,$a_9/w_$b", "w_1"),  # else the order in which they are written holds
        ("$s_40,c_fill,h_$s,w_$s", "c_fill,h_40,w_40"),
        ("$x_-5,$y_3/c_crop,w_9,h_9,x_$x,y_$y_mul_2", "c_crop,w_9,h_9,x_-5,y_6"),
        ("$w_16,$h_9/c_fill,w_90,ar_$w:$h", "c_fill,w_90,ar_16:9"),
        ("$r_16:9/c_fill,w_90,ar_$r", "c_fill,w_90,ar_16:9"),
        ("c_fill,w_90,ar_iar", "c_fill,w_90,ar_1.5"),
        ("$v_10/a_$v", "a_10"),
        ("$v_10/a_$v.hflip", "a_10.hflip"),
        ("$v_10/a_$v_mul_1.5", "a_15"),
        ("$v_20,r_10:$v:30", "r_10:20:30"),
        ("$v_20/o_$v_mul_2", "o_40"),
        ("$v_20/q_$v", "q_20"),
        ("$v_20/q_$v:444", "q_20:444"),
        ("$l_!eco!/q_auto:$l", "q_auto:eco"),
        ("$d_2/w_100,dpr_$d", "w_100,dpr_2"),
        ("$d_2/w_100/dpr_$d", "w_100,dpr_2"),
        ("$z_2/c_thumb,w_9,h_9,z_$z", "c_thumb,w_9,h_9,z_2"),
        ("$n_5/bo_$(n)px_solid_red", "bo_5px_solid_red"),
        ("$n_5,$c_!rgb:0f0!/bo_$n_mul_2px_solid_$c", "bo_10px_solid_rgb:0f0"),
        ("bo_iw_div_100px_solid_red", "bo_12px_solid_red"),
        ("$n_w_mul_0.01/bo_$n_solid_red", "bo_12px_solid_red"),
        ("$n_5/bo_$npx_solid_red", "bo_5px_solid_red"),
        ("$p_30/e_sepia:$p", "e_sepia:30"),
        ("$p_30/e_sepia:$p_add_5.5", "e_sepia:35.5"),
        ("$p_30/e_improve:blend_$p", "e_improve:blend_30"),
        ("$c_!red!/e_paint_over:to-color_$c:20", "e_paint_over:to-color_red:20"),
        ("$e_!sepia!/e_$e", "e_sepia"),
        ("$c_!rgb:ff33cc!/co_$c,e_colorize:50", "co_rgb:ff33cc,e_colorize:50"),
        ("$c_!blue!/b_$c,c_pad,h_9,w_9", "b_blue,c_pad,h_9,w_9"),
        ("$f_!png!/f_$f", "f_png"),
        ("$g_!north!/c_fill,w_9,h_9,g_$g", "c_fill,w_9,h_9,g_north"),
        ("$c_!fill!/c_$c,w_9,h_9", "c_fill,w_9,h_9"),
        ("$m_!fi!/$c_!$(m)ll!/c_$c,w_9,h_9", "c_fill,w_9,h_9"),
        ("$t_ctx:!width!/w_$t", "w_300"),
        ("$b_w_div_2/w_100/h_$b", "w_100/h_600"),  # computed where it is set
        ("w_100/a_90/h_w_mul_3", "w_100/a_90/h_201"),
        ("w_100,h_100/bo_5px_solid_red/w_w_mul_2", "w_100,h_100/bo_5px_solid_red/w_220"),
        ("e_trim/w_100,h_50/w_w_mul_2", "e_trim/w_100,h_50/w_200"),
        ("%24x_10/w_%24x", "w_10"),
        ("$size_30/t_card", "c_fill,w_30,h_30"),  # visible inside a name
        ("$size_30,t_card,r_$size", "c_fill,w_30,h_30/r_30"),
        ("t_setting/t_doubled", "w_140"),
        ("$color_blue/b_$color", "b_rgb:0000ff"),  # without the `!` of a text
        ("$a_25_or_so/$b_7_to_i/w_$b", "c_scale,w_7"),
        ("$a_odd_to_i_add_3/$b_odd_to_i/h_5,w_3", "c_scale,h_5,w_3"),
        ("$w_5/$w_add_10/w_$w", "c_scale,w_15"),
        ("$p_!a;b(c!/e_erase:prompt_$p;multiple_true", "e_erase:(a%253Bb%2528c):():true:false"),
        ("$a_0.5/e_trace:colors:15:detail_$a", "e_trace:15:0.5"),
    ],
)
def test_a_variable_stands_for_its_value(text, plain):
    assert steps_of(text) == steps_of(plain)


def test_what_needs_no_picture_is_computed_at_once():
    assert parse("$s_300/c_fill,w_$s,h_$s_div_2", VOCABULARY) == parse("c_fill,w_300,h_150", VOCABULARY)
    assert parse("w_iw_div_2", VOCABULARY).script is not None


def test_equal_results_share_one_derived_file():
    keys = {
        derived_key(settle(parse(text, VOCABULARY), Hints(), PHOTO, None))
        for text in ("w_iw_div_2", "w_600", "$a_600/w_$a", "if_w_gt_1/w_600/if_end", "if_w_lt_1,w_2/if_else,w_600")
    }
    assert len(keys) == 1


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("w_$x", "Undefined variable: x", "$x"),
        ("e_sepia/r_10:$v", "Undefined variable: v", "$v"),
        ("w_$x,$X_5", "Undefined variable: x", "$x"),
        ("$x_$y,$y_$x", "Undefined variable: y", "$y"),
        ("$x_$x_add_1/w_$x", "Undefined variable: x", "$x"),
        ("$a_!$(b)!/c_$a,w_1", "Undefined variable: $(b)", "!$(b)!"),
        ("$x", "The variable $x has no value.", "$x"),
        ("w_5_div_0", "Division by zero.", "div"),
        ("w_5_mod_0", "Division by zero.", "mod"),
        ("w_0_pow_-1", "Division by zero.", "pow"),
        ("$r_1:0/ar_$r", "Division by zero.", "1:0"),
        ("w_-2_pow_0.5", "A root of a negative number is no number.", "pow"),
        ("w_10_pow_13", "Numbers may be as large as 1000000000000.", "pow"),
        ("w_999999_pow_999999", "Numbers may be as large as 1000000000000.", "pow"),
        ("w_10_add_", "Invalid expression: 10_add_", "add_"),
        ("$w_add_10", "Undefined variable: w", "add"),
        ("w_$x_add,$x_1", "`add` has no value after it.", "$x_add"),
        ("w_$x_$x,$x_1", "An operator is missing before `$x`.", "$x"),
        ("$a_!big!/w_$a_mul_2", "Not a number: `big`", "$a"),
        ("$i_current", "This file has no name that a layer could use: `current`", "current"),
        ("$i_current:name", "Unknown value `current:name`; a text stands between `!`.", "current:name"),
        ("$w_0/w_$w", "Invalid width in transformation: 0", "w_$w"),
    ],
)
def test_what_cannot_be_computed_is_pointed_at(text, message, fault):
    with pytest.raises(TransformError) as caught:
        settle(parse(text, VOCABULARY), Hints(), PHOTO, None)
    assert caught.value.message == message
    assert text[caught.value.start : caught.value.end] == fault


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("w_fc_mul_9", "The number of faces is not available in this release: `fc`"),
        ("w_tar_mul_9", "The aspect ratio after trimming is not available in this release: `tar`"),
        ("w_ils_mul_9", "The likelihood of an illustration is not available in this release: `ils`"),
        ("w_idn_mul_9", "The density of this file is not known: `idn`"),
        ("w_du_mul_9", "This file has no duration: `du`"),
        ("e_trim/w_w_div_2", "The content decides the size before this, so `w` is not known here."),
        ("w_md:!stock!_add_1", "Not a number: ``"),
        ("w_ctx:!mood!_add_1", "Not a number: `dark`"),
        ("w_5_div_ccc", "Division by zero."),
    ],
)
def test_what_the_picture_does_not_say_is_pointed_at(text, message):
    plan = parse(text, VOCABULARY)
    with pytest.raises(TransformError) as caught:
        settle(plan, Hints(), PHOTO, None)
    assert caught.value.message == message
    assert caught.value.text == text


def test_a_fact_that_is_known_is_used():
    known = SourceFacts("gif", 10, 10, False, 3, density=72, faces=2, duration_seconds=1.5, page_x=4, page_y=6)
    plan = parse("w_idn_add_fc_mul_100_add_du_mul_2_add_px_mul_py_add_pc", VOCABULARY)
    assert canon(settle(plan, Hints(), known, None)) == "c_scale,w_302/f_gif,fl_animated"


def test_what_people_marked_is_counted():
    marked = replace(PHOTO, custom_areas=2, region_names=("nose", "left ear"))
    assert steps_of("w_ccc_mul_10_add_rc", marked) == "c_scale,w_22"
    assert steps_of("if_!nose!_in_rn,w_5", marked) == "c_scale,w_5"
    assert steps_of("if_!mouth!_nin_rn,w_5", marked) == "c_scale,w_5"


def test_only_some_files_have_names_of_layers():
    assert steps_of("if_!Shadow!_nin_pgnames,w_5") == "c_scale,w_5"
    with pytest.raises(TransformError, match="Names of layers are not available in this release"):
        steps_of("if_!Shadow!_in_pgnames,w_5", replace(PHOTO, format="psd"))


def test_a_file_without_a_size_has_none_to_compute_with():
    with pytest.raises(TransformError, match="The size of this file is not known"):
        settle(parse("w_iw_div_2", VOCABULARY), Hints(), SourceFacts("svg", None, None, True), None)


def test_an_expression_has_a_longest_length():
    parse("w_" + "_add_".join(["1"] * OPERANDS_MAX), VOCABULARY)
    with pytest.raises(TransformError, match="operands"):
        parse("w_" + "_add_".join(["1"] * (OPERANDS_MAX + 1)), VOCABULARY)


def test_a_component_sets_only_so_many_variables():
    chain = [f"$a{i}_$a{i + 1}" for i in range(ASSIGNMENTS_MAX - 1)] + [f"$a{ASSIGNMENTS_MAX - 1}_5"]
    assert parse(",".join([*chain, "w_$a0"]), VOCABULARY) == parse("w_5", VOCABULARY)
    with pytest.raises(TransformError, match="may set 100 variables"):
        parse(",".join([*chain, "$b_1"]), VOCABULARY)


def test_texts_do_not_grow_without_end():
    doubling = ["$a_!0123456789abcdef!", *["$a_!$(a)$(a)!"] * 100]
    with pytest.raises(TransformError, match="letters"):
        parse("/".join(doubling), VOCABULARY)
