"""Variables and conditions in and around layers."""

import pytest

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Access, Kind
from safelight.transform.auto import settle
from safelight.transform.canon import derived_key
from safelight.transform.errors import TransformError
from safelight.transform.hints import Hints
from safelight.transform.parse import parse
from safelight.transform.reference import Reference
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

PHOTO = SourceFacts(
    "jpg",
    800,
    600,
    has_alpha=False,
    tags=("sale",),
    context={"caption": "Fresh, now", "n": "$(a)"},
    itself=Reference("docs/photo", access=Access.PRIVATE),
)


def steps(text: str, source: SourceFacts = PHOTO, named=lambda name: None):
    return settle(parse(text, VOCABULARY, named), Hints(), source, None).steps


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("$logo_!docs:logo!/l_$logo,w_9", "l_docs:logo,w_9"),
        ("$logo_!docs:logo!/l_%24logo", "l_docs:logo"),
        ("$logo_ref:!docs:logo!/l_$logo", "l_docs:logo"),
        ("$n_5/l_logo$(n)", "l_logo5"),
        ("$n_!a!/u_docs:$n:x", "u_docs:a:x"),
        ("$me_current/l_$me,w_9", "l_private:docs:photo,w_9"),
        ("$me_current:public_id/l_text:Arial_20:$(me)", "l_text:Arial_20:docs%252Fphoto"),
        ("$w_40/l_logo/w_$w/fl_layer_apply,x_$w,y_$w_div_2", "l_logo/w_40/fl_layer_apply,x_40,y_20"),
        ("$r_0.25/l_logo/w_$r,fl_relative/fl_layer_apply", "l_logo/w_0.25,fl_relative/fl_layer_apply"),
        ("l_logo,w_iw_div_4", "l_logo,w_200"),
        ("w_400/l_logo,w_iw_div_4", "w_400/l_logo,w_200"),
        ("$g_!south!/l_logo,g_$g", "l_logo,g_south"),
        # Texts.
        ("$name_!Max!/l_text:Arial_10:My%20name%20is%20$(name).", "l_text:Arial_10:My%20name%20is%20Max."),
        ("$t_!Hello%252C%20you!/l_text:Arial_10:$t", "l_text:Arial_10:Hello%252C%20you"),
        ("$t_ctx:!caption!/l_text:Arial_10:$(t)!", "l_text:Arial_10:Fresh%252C%20now!"),
        ("$s_!Arial_12!/l_text:$s:hello-world", "l_text:Arial_12:hello-world"),
        ("$s_!Arial_12!/l_text:$(s)_bold:x", "l_text:Arial_12_bold:x"),
        ("$n_iw_div_10/l_text:Arial_$(n)_bold:SALE", "l_text:Arial_80_bold:SALE"),
        ("$n_iw_div_3/l_text:Arial_$n:SALE", "l_text:Arial_266.667:SALE"),
        (
            "$p_10/l_text:Arial_10:It%20is%20$p,%20$5".replace(",", "%252C"),
            "l_text:Arial_10:It%20is%20%2524p%252C%20%25245",
        ),
        ("$p_10/l_text:Arial_10:$(p)%20and%20%2524(p)", "l_text:Arial_10:10%20and%20%2524(p)"),
        (
            "$c_!rgb:ff0000!,$b_!0000ff!/l_text:Arial_10:x,co_$c,bo_2px_solid_rgb:$b",
            "l_text:Arial_10:x,co_red,bo_2px_solid_blue",
        ),
        (
            "$t_ctx:!n!/l_text:Arial_10:$(t)",
            "l_text:Arial_10:%2524%2528a%2529",
        ),  # what a text brings in is not read again
        # Lines as long as a share of the picture.
        ("w_400/l_text:Arial_10:x,c_fit,w_0.5,h_0.25,fl_relative", "w_400/l_text:Arial_10:x,c_fit,w_200,h_75"),
        ("w_400/l_text:Arial_10:x,c_fit,w_iw/fl_layer_apply", "w_400/l_text:Arial_10:x,c_fit,w_800"),
        ("w_400/l_text:Arial_10:x,c_fit,w_w_sub_20", "w_400/l_text:Arial_10:x,c_fit,w_380"),
        # Conditions around layers, and inside of them.
        ("if_!sale!_in_tags/l_badge,w_9/if_end/r_4", "l_badge,w_9/r_4"),
        ("if_!sold!_in_tags,l_badge,w_9/w_5", "w_5"),
        ("if_w_gt_700/l_big/if_else/l_small/if_end/w_9/fl_layer_apply,g_north", "l_big/w_9/fl_layer_apply,g_north"),
        (
            "l_logo/c_fill,w_50,h_20/if_w_gt_100/e_sepia/if_else/e_grayscale/if_end/fl_layer_apply",
            "l_logo/c_fill,w_50,h_20/e_grayscale/fl_layer_apply",
        ),
        (
            "l_logo,c_fill,w_50,h_20/if_w_gt_100/e_sepia/if_end",
            "l_logo,c_fill,w_50,h_20/e_sepia",
        ),  # closed at once: of the base
        (
            "w_200/l_logo/fl_relative,c_fill,w_0.5,h_20/if_w_eq_100/r_4/if_end/fl_layer_apply",
            "w_200/l_logo/fl_relative,c_fill,w_0.5,h_20/r_4/fl_layer_apply",
        ),
        ("l_logo/fl_layer_apply,fl_no_overflow/w_w_div_2", "l_logo/fl_layer_apply,fl_no_overflow/w_400"),
        ("l_logo/fl_layer_apply,x_9/w_w_div_2", "l_logo/fl_layer_apply,x_9/w_400"),
        ("l_logo/c_fill,w_900,h_9/fl_layer_apply/w_w_div_2", "l_logo/c_fill,w_900,h_9/fl_layer_apply/w_450"),
        (
            "l_logo/l_a/c_fill,w_8,h_8/if_h_lt_9/r_1/if_end/fl_layer_apply/fl_layer_apply/w_w_sub_1",
            "l_logo/l_a/c_fill,w_8,h_8/r_1/fl_layer_apply/fl_layer_apply/w_799",
        ),
        (
            "$a_1/w_100/l_logo/w_10/fl_layer_apply/dpr_2.0/if_w_gt_150/r_4/if_end",
            "w_200/l_logo/w_10/fl_layer_apply/r_4",
        ),
    ],
)
def test_a_script_with_layers_says_the_same_as_a_plain_chain(text, plain):
    assert steps(text) == steps(plain)


@pytest.mark.parametrize(
    ("definitions", "text", "plain"),
    [
        ({"mark": "l_logo,w_9"}, "t_mark/r_4", "l_logo,w_9/r_4"),
        ({"mark": "l_logo/w_$w/fl_layer_apply"}, "$w_9/t_mark", "l_logo/w_9/fl_layer_apply"),
        ({"open": "l_logo/w_9"}, "t_open/r_4/fl_layer_apply,g_north", "l_logo/w_9/r_4/fl_layer_apply,g_north"),
        ({"close": "w_9/fl_layer_apply,g_north"}, "l_logo/t_close/r_4", "l_logo/w_9/fl_layer_apply,g_north/r_4"),
        ({"in": "w_9/r_4"}, "l_logo/t_in/fl_layer_apply", "l_logo/w_9/r_4/fl_layer_apply"),
        ({"text": "$t_!Hi!/l_text:Arial_20:$(t)"}, "t_text,r_4", "l_text:Arial_20:Hi/r_4"),
        ({"mark": "if_w_gt_9/l_a/if_else/l_b/if_end"}, "t_mark/w_5/fl_layer_apply", "l_a/w_5/fl_layer_apply"),
    ],
)
def test_named_transformations_may_hold_layers_or_parts_of_them(definitions, text, plain):
    assert steps(text, named=definitions.get) == steps(plain)


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("l_$a", "Undefined variable: a", "$a"),
        ("l_text:Arial_20:x$(a)", "Undefined variable: a", "text:Arial_20:x$(a)"),
        ("$a_!text:Arial_20!/l_$a", "A text layer has a text behind its style", "l_$a"),
        ("if_w_gt_9/w_5/fl_layer_apply/if_end", "`fl_layer_apply` without a layer that is open", "fl_layer_apply"),
        ("l_logo/w_w_div_2/fl_layer_apply", "The content decides the size before this, so `w` is not known here.", "w"),
        ("l_logo/if_w_gt_9/r_4/if_end/fl_layer_apply", "The content decides the size before this", "w"),
        ("l_text:Arial_20:x/if_w_gt_9/r_4/if_end/fl_layer_apply", "The content decides the size before this", "w"),
    ],
)
def test_what_cannot_be_settled_is_pointed_at(text, message, fault):
    with pytest.raises(TransformError) as caught:
        steps(text)
    assert message in caught.value.message
    assert text[caught.value.start : caught.value.end] == fault


@pytest.mark.parametrize(
    "text", ["l_video:dog", "w_9/l_audio:song/fl_layer_apply", "l_a/l_subtitles:a.srt/fl_layer_apply"]
)
def test_films_and_sounds_are_no_layers_of_a_picture(text):
    plan = parse(text, VOCABULARY)
    with pytest.raises(Invalid, match="needs a video below it"):
        settle(plan, Hints(), PHOTO, None)


def test_one_picture_has_one_key_however_its_layers_are_asked():
    def key(text: str) -> str:
        return derived_key(settle(parse(text, VOCABULARY), Hints(), PHOTO, None))

    assert key("$l_!logo!/l_$l,g_north,w_iw_div_8") == key("l_logo/w_100/fl_layer_apply,g_north")
    assert key("l_logo,w_100") != key("u_logo,w_100")
    assert key("l_logo") != key("l_logo,fl_no_overflow")
    assert key("l_text:Arial_20:a") != key("l_text:Arial_20:b")


def test_a_video_layer_keeps_its_file_until_there_is_a_film_below_it():
    plan = parse("l_video:dog.mp4,so_2", VOCABULARY)
    assert plan.steps[0].source.file == Reference("dog.mp4", Kind.VIDEO)
    assert plan.steps[0].video.words == (("so", "2"),)
