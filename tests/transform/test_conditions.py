"""Conditions: what they govern, what they ask, and what they can not ask."""

from dataclasses import replace

import pytest

from safelight.transform.auto import Hints, settle, varies_by
from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.evaluate import Scope, is_true
from safelight.transform.expression import condition
from safelight.transform.geometry import Size
from safelight.transform.lexer import lex
from safelight.transform.parse import parse
from safelight.transform.plan import Handing
from safelight.transform.script import DEPTH_MAX
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

PHOTO = SourceFacts(
    "jpg", 1200, 800, False, tags=("sale", "in_stock"), context={"type": "shoes", "stock": "7", "nothing": ""}
)
NAMES = {
    "small": "c_fit,w_100/e_sepia",
    "wide": "if_ar_gt_1/c_fit,w_100/if_else/c_fit,h_100",  # not closed
    "set": "$n_7",
}


def steps_of(text: str, source: SourceFacts = PHOTO) -> str:
    """The canonical text of the steps alone."""
    settled = settle(parse(text, VOCABULARY, NAMES.get), Hints(), source, None)
    steps = canon(settled).removesuffix("f_jpg,q_80").removesuffix("/")
    return "" if steps == "c_scale" else steps


YES, NO = "e_grayscale", "r_9"


@pytest.mark.parametrize(
    ("text", "done"),
    [
        # One component.
        ("if_w_gt_9,e_grayscale", YES),
        ("if_w_lt_9,e_grayscale", ""),
        ("e_grayscale,if_w_gt_9", YES),
        ("if_w_lt_9,e_grayscale/o_5", "o_5"),  # ends with it
        ("if_w_gt_9,e_grayscale/if_else,r_9", YES),
        ("if_w_lt_9,e_grayscale/if_else,r_9", NO),
        ("if_w_gt_9,e_grayscale/if_else,r_9/o_5", f"{YES}/o_5"),
        ("if_w_lt_9,e_grayscale/if_else,r_9/o_5", f"{NO}/o_5"),
        ("if_w_gt_9,e_grayscale/if_else/r_9/o_6/if_end/o_5", f"{YES}/o_5"),
        ("if_w_lt_9,e_grayscale/if_else/r_9/o_6/if_end/o_5", f"{NO}/o_6/o_5"),
        ("if_w_lt_9,e_grayscale/if_end/o_5", "o_5"),  # closed though nothing is open
        # A block.
        ("if_w_gt_9/e_grayscale/r_9/if_end/o_5", f"{YES}/{NO}/o_5"),
        ("if_w_lt_9/e_grayscale/r_9/if_end/o_5", "o_5"),
        ("if_w_gt_9/e_grayscale/if_else/r_9/if_end", YES),
        ("if_w_lt_9/e_grayscale/if_else/r_9/if_end", NO),
        ("if_w_lt_9/e_grayscale/if_else,r_9/o_6/if_end/o_5", f"{NO}/o_6/o_5"),  # an older way
        ("if_w_lt_9/e_grayscale/if_else,r_9", NO),
        ("if_w_gt_9/if_else/r_9/if_end", ""),
        ("if_w_lt_9/e_grayscale/if_end,o_5", "o_5"),
        ("if_w_gt_9/e_grayscale/o_5", f"{YES}/o_5"),  # not closed: to the end
        ("if_w_lt_9/e_grayscale/o_5", ""),
        # Inside each other.
        ("if_w_gt_9/if_h_lt_9/e_grayscale/if_else/r_9/if_end/o_5/if_end", f"{NO}/o_5"),
        ("if_w_lt_9/e_grayscale/if_else/if_h_gt_9/r_9/if_end/if_end/o_5", f"{NO}/o_5"),
        ("if_w_lt_9/e_grayscale/if_else/if_h_gt_9/r_9/if_end", NO),  # the outer one is closed by the end
        ("if_w_gt_9/if_h_gt_9,e_grayscale/if_end/r_9", f"{YES}/{NO}"),
        ("if_w_gt_9/if_h_lt_9,e_grayscale/if_else,r_9/if_end/o_5", f"{NO}/o_5"),
        # The current size is that of the place where it is asked.
        ("c_scale,w_5/if_w_lt_9/e_grayscale/if_end", f"c_scale,w_5/{YES}"),
        ("if_iw_eq_1200/w_5/if_w_eq_5_and_iw_eq_1200/e_grayscale/if_end/if_end", f"c_scale,w_5/{YES}"),
        ("w_100/dpr_2/if_w_eq_200,e_grayscale", f"c_scale,w_200/{YES}"),
        ("if_w_gt_9/$n_9/if_else/$n_8/if_end/r_$n", NO),  # seen after the branch
        # Names.
        ("if_w_gt_9,t_small", "c_fit,w_100/e_sepia:80"),
        ("if_w_lt_9,t_small", ""),
        ("if_w_lt_9,t_small/if_else,r_9/o_5", f"{NO}/o_5"),
        ("t_wide/o_5", "c_fit,w_100/o_5"),  # what a name leaves open ends with it
        ("if_w_gt_9/t_set/if_end/r_$n", "r_7"),
    ],
)
def test_a_condition_governs_its_branch(text, done):
    assert steps_of(text) == done


def answer(text: str, source: SourceFacts = PHOTO) -> bool:
    scope = Scope(source, lambda: Size(600, 300), lambda: 2)
    return is_true(condition(lex(f"if_{text}")[0][0]), scope)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w_eq_600", True),
        ("w_eq_601", False),
        ("w_ne_600", False),
        ("w_ne_601", True),
        ("w_lt_600", False),
        ("w_lt_601", True),
        ("w_gt_600", False),
        ("w_gt_599", True),
        ("w_lte_600", True),
        ("w_lte_599", False),
        ("w_gte_600", True),
        ("w_gte_601", False),
        ("600_eq_w", True),
        ("w_mul_2_eq_iw", True),
        ("iw_eq_w_add_w", True),
        ("h_eq_300_and_ih_eq_800", True),
        ("ar_eq_2:1", True),
        ("ar_gt_0.75", True),
        ("ar_lt_3:4", False),
        ("iar_eq_3:2", True),
        ("pc_eq_1_and_cp_eq_2_and_px_eq_0_and_py_eq_0", True),
        ("ccc_eq_0_and_rc_eq_0", True),
        # And binds tighter than or.
        ("w_eq_1_and_w_eq_1_or_w_eq_600", True),
        ("w_eq_600_or_w_eq_1_and_w_eq_1", True),
        ("w_eq_1_or_w_eq_600_and_h_eq_1", False),
        ("w_eq_1_and_fc_gt_1", False),  # what is settled already asks nothing more
        ("w_eq_600_or_fc_gt_1", True),
        # Tags and keys.
        ("!sale!_in_tags", True),
        ("!in_stock!_in_tags", True),
        ("!sale:in_stock!_in_tags", True),
        ("!sale:other!_in_tags", False),
        ("!sale!_!in_stock!_in_tags", True),
        ("!sale!_!other!_in_tags", False),
        ("!sale:other!_nin_tags", True),
        ("!sale!_nin_tags", False),
        ("!Sale!_in_tags", False),
        ("!type!_in_ctx", True),
        ("!colour!_in_ctx", False),
        ("!type:stock!_in_ctx", True),
        ("ctx:!type!_eq_!shoes!", True),
        ("ctx:!type!_ne_!shoes!", False),
        ("ctx:!type!_eq_!Shoes!", False),
        ("ctx:!stock!_gt_5", True),
        ("ctx:!stock!_eq_!7.0!", True),  # numbers are compared as numbers
        ("ctx:!stock!_mul_2_eq_14", True),
        ("ctx:!colour!_eq_!!", True),
        ("ctx:!nothing!_eq_!!", True),
        ("ctx:!colour!_gt_0", False),
        ("ctx:!type!_gt_0", False),
        ("ctx:!type!_lte_0", False),
        ("!shoes!_in_ctx:!type!", True),
        ("!a!_in_!a:b!", True),
        ("!c!_nin_!a:b!", True),
        # Structured metadata is empty until assets have it.
        ("md:!stock!_gt_0", False),
        ("md:!stock!_eq_!!", True),
        ("!green!_in_md:!colors!", False),
        ("!green!_nin_md:!colors!", True),
        ("!colors!_in_md", False),
        ("!north!_in_rn", False),
        ("isdef_$x", False),
        ("isndef_$x", True),
        ("isndef_$x_and_w_eq_600", True),
        ("%21sale%21_in_tags", True),
    ],
)
def test_a_condition_asks_the_facts_of_the_picture(text, expected):
    assert answer(text) is expected


@pytest.mark.parametrize(
    ("text", "done"),
    [
        ("$x_1/if_isdef_$x,r_9", NO),
        ("$x_1/if_isndef_$x,r_9", ""),
        ("if_isdef_$x/r_$x/if_else/r_9/if_end", NO),
        ("if_w_gt_0/if_isdef_$x/r_$x/if_else/r_9/if_end/if_end", NO),
        ("if_isndef_$x/$x_9/if_end/r_$x", NO),
        ("$x_5/if_w_gt_9/$x_9/if_end/if_$x_eq_9,r_$x", NO),
        ("$t_!sale!/if_$t_in_tags,r_9", NO),
        ("$t_!Pro!/if_$t_in_tags,r_8/if_else,r_9", NO),
        ("$l_tags/if_!sale!_in_$l,r_9", NO),
        ("if_w_gt_9,r_$x,$x_9", NO),
        ("if_w_lt_9,$x_1/r_9", NO),
    ],
)
def test_conditions_and_variables_know_each_other(text, done):
    assert steps_of(text) == done


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("if_end", "`if_end` without an `if_`.", "if_end"),
        ("w_1/if_else/w_2", "`if_else` without an `if_`.", "if_else"),
        ("if_w_gt_1/w_1/if_end/if_end", "`if_end` without an `if_`.", "if_end"),
        ("if_w_gt_1/w_1/if_else/w_2/if_else/w_3", "A condition has one `if_else`.", "if_else"),
        ("if_w_gt_1,if_h_gt_2,w_1", "A component has one condition.", "if_h_gt_2"),
        ("if_expression/w_1", "A condition compares two values, such as `w_gt_300`.", "expression"),
        ("if_w_gt_1_gt_0/w_1", "A condition compares two values, such as `w_gt_300`.", "w_gt_1_gt_0"),
        ("if_fc_gt_2_and/w_1", "A condition is missing beside `and`.", "fc_gt_2_and"),
        ("if_or_w_gt_1/w_1", "A condition is missing beside `or`.", "or_w_gt_1"),
        ("if_w_gt_/w_1", "Invalid expression: w_gt_", "gt_"),
        ("if_gt_3/w_1", "A value is missing.", "gt_3"),
        ("if_w_gt_wide/w_1", "Unknown value `wide`; a text stands between `!`.", "wide"),
        ("if_sale_in_tags/w_1", "Unknown value `sale`; a text stands between `!`.", "sale"),
        ("if_isdef_w/w_1", "`isdef` takes one variable.", "isdef_w"),
        ("if_$x_gt_1/w_1", "Undefined variable: x", "$x"),
        ("if_w_gt_9999/e_nope/if_end", "The effect `nope` is unknown, or not available in this release.", "e_nope"),
        ("if_w_gt_9999/w_$x/if_end", "Undefined variable: x", "$x"),
        ("if_w_gt_9999/l_text:Arial_0:x/if_end", "The size of a text must lie between 1 and 5000.", "l_text:Arial_0:x"),
        ("if_fc_gt_0/w_1", "The number of faces is not available in this release: `fc`", "fc"),
        ("if_w_gt_1_div_ccc/w_1", "Division by zero.", "div"),
        ("if_w_lt_9/$x_9/if_end/r_$x", "Undefined variable: x", "$x"),
    ],
)
def test_what_cannot_be_asked_is_pointed_at(text, message, fault):
    with pytest.raises(TransformError) as caught:
        settle(parse(text, VOCABULARY), Hints(), PHOTO, None)
    assert caught.value.message == message
    assert text[caught.value.start : caught.value.end] == fault


def test_conditions_stand_only_so_deep_inside_each_other():
    parse("/".join(["if_w_gt_1"] * DEPTH_MAX + ["w_1"]), VOCABULARY)
    with pytest.raises(TransformError, match="deep"):
        parse("/".join(["if_w_gt_1"] * (DEPTH_MAX + 1) + ["w_1"]), VOCABULARY)
    deep = {"n": "/".join(["if_w_gt_1"] * 15 + ["w_1"])}
    with pytest.raises(TransformError, match="deep"):
        parse("/".join(["if_w_gt_1"] * 15 + ["t_n"]), VOCABULARY, deep.get)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (
            "w_50,c_scale,if_w_gt_9/if_else,r_9",
            "if_w_gt_9/c_scale,w_50/if_else/r_9/if_end",
        ),
        ("h_$b,$b_iw,$a_5,c_fill", "$b_iw,$a_5,c_fill,h_$b"),
        ("if_w_gt_9/if_end,w_5", "if_w_gt_9/if_end/w_5"),
        ("if_!a%252Cb!_in_tags/w_5", "if_!a%252Cb!_in_tags/w_5/if_end"),
    ],
)
def test_a_script_has_a_canonical_text(text, canonical):
    plan = parse(text, VOCABULARY)
    assert canon(plan) == canonical
    assert parse(canonical, VOCABULARY) == plan


def test_how_it_is_handed_out_is_known_before_the_picture():
    plan = parse("if_w_gt_9,e_sepia/d_other.png,fl_attachment:x", VOCABULARY)
    assert plan.handing == Handing(is_attachment=True, attachment_name="x", default_name="other.png")
    assert settle(plan, Hints(), PHOTO, None).handing == plan.handing


def test_a_picture_that_no_condition_fits_is_written_all_the_same():
    settled = settle(parse("if_w_gt_9999,e_sepia", VOCABULARY), Hints(), PHOTO, None)
    assert not settled.is_empty
    assert canon(settled) == "f_jpg,q_80"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("if_w_gt_9/f_auto/if_end", ("Accept",)),
        ("if_w_gt_9/q_auto:eco/if_else/q_90/if_end", ("Save-Data",)),
        ("if_w_gt_9,dpr_auto,w_9", ("Sec-CH-DPR", "DPR")),
        ("if_w_gt_9/w_9/if_end", ()),
        ("w_iw_div_2,$f_ctx:!format!,f_$f", ("Accept",)),
    ],
)
def test_a_branch_not_taken_may_vary_as_well(text, names):
    assert varies_by(parse(text, VOCABULARY)) == names


def test_hints_count_for_the_current_size():
    plan = parse("w_100,dpr_auto/if_w_gt_150,e_grayscale", VOCABULARY)
    assert "grayscale" in canon(settle(plan, Hints(dpr=2), PHOTO, None))
    assert "grayscale" not in canon(settle(plan, Hints(dpr=1), PHOTO, None))


def test_the_tags_of_the_asset_decide():
    plan = parse("if_!sale!_in_tags,e_grayscale", VOCABULARY)
    assert "grayscale" in canon(settle(plan, Hints(), PHOTO, None))
    assert "grayscale" not in canon(settle(plan, Hints(), replace(PHOTO, tags=()), None))
