"""What an effect may be given: lists of numbers and of colours, names without values, a place in the picture."""

import pytest

from safelight.transform.arguments import Text
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.geometry import Size
from safelight.transform.limits import output_size
from safelight.transform.parse import parse
from safelight.transform.plan import Area, Color, Effect, Place, Px, Ratio, Resize, Stop
from safelight.transform.source import SourceFacts
from tests.transform.vocabulary import VOCABULARY

RED, BLUE = Color(255, 0, 0), Color(0, 0, 255)


def effect(text: str) -> Effect:
    steps = parse(text, VOCABULARY).steps
    return next(step for step in steps if isinstance(step, Effect))


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("e_ramp", (60.0, (Stop(RED),))),
        ("e_ramp:100", (100.0, (Stop(RED),))),
        ("e_ramp:100:blue", (100.0, (Stop(BLUE),))),
        ("e_ramp:red:blue", (60.0, (Stop(RED), Stop(BLUE)))),
        ("e_ramp:50:ff0000:10p:rgb:0000ff:90.5p", (50.0, (Stop(RED, 10.0), Stop(BLUE, 90.5)))),
        ("e_ramp:50:red:blue:90p", (50.0, (Stop(RED), Stop(BLUE, 90.0)))),
        ("e_bend:arc:90", ("arc", (90.0,))),
        ("e_bend:1:2:3:4:5:6:7:8", ("corners", (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0))),
        ("e_ramp:amount", (60.0, (Stop(RED),))),
    ],
)
def test_lists_of_numbers_and_colours_are_read(text, args):
    assert effect(text).args == args
    assert parse(canon(parse(text, VOCABULARY)), VOCABULARY) == parse(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "args"),
    [
        ("e_erase", ((), (), False, False)),
        ("e_erase:prompt_dog", (("dog",), (), False, False)),
        ("e_erase:prompt_(dog)", (("dog",), (), False, False)),
        ("e_erase:prompt_(the%20dog;a%20cat);multiple_true", (("the dog", "a cat"), (), True, False)),
        ("e_erase:remove-shadow_true:prompt_dog", (("dog",), (), False, True)),
        ("e_erase:remove_shadow_y;multiple_n", ((), (), False, True)),
        ("e_erase:region_(x_1;y_2;w_3;h_4)", ((), (Area(1, 2, 3, 4),), False, False)),
        (
            "e_erase:region_((x_1;y_2;w_3;h_4);(h_4;w_3;y_2;x_1))",
            ((), (Area(1, 2, 3, 4), Area(1, 2, 3, 4)), False, False),
        ),
        ("e_erase:prompt_red%3B%20or%20(so!)", (("red; or (so!)",), (), False, False)),
        ("e_erase:prompt_(a%253Bb;c%252C%20d)", (("a;b", "c, d"), (), False, False)),
        ("e_erase%3Aprompt_a%253Bb", (("a;b",), (), False, False)),
        ("$a_!dog!/e_erase:prompt_$a", (("dog",), (), False, False)),
        ("$a_!dog!/e_erase:prompt_a%20$(a)%20for%20$5", (("a dog for $5",), (), False, False)),
        ("e_exchange:from_sunny%20sky;to_dark%20sky", (Text("sunny sky"), Text("dark sky"), 0)),
        ("e_exchange:from_(dog):seed_3", (Text("dog"), Text(""), 3)),
        ("e_exchange:from:a.b;to_c", (Text("a.b"), Text("c"), 0)),
        ("e_exchange:from_1;to_true", (Text("1"), Text("true"), 0)),
        ("e_trace:colors:15:detail:2", (15, 2)),
        ("e_trace:detail:200", (10, 200)),
        ("e_trace:15:0.5", (15, 0.5)),
    ],
)
def test_text_and_areas_are_read(text, args):
    found = parse(text, VOCABULARY)
    assert effect(text).args == args
    assert parse(canon(found), VOCABULARY) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("e_erase:dog", "Invalid effect in transformation: erase:dog"),
        ("e_erase:promt_dog", "Invalid effect in transformation: erase:promt_dog"),
        ("e_erase:prompt_(dog", "A `)` is missing: erase:prompt_(dog"),
        ("e_erase:prompt_(" + ";".join("a" * 21) + ")", "`prompt` may be 20 texts."),
        ("e_erase:prompt_" + "a" * 1001, "A text may have 1000 letters here."),
        ("e_erase:region_5", "`region` is written as `(x_1;y_2;w_3;h_4)`."),
        ("e_erase:region_(x_1;y_2;w_3)", "`region` is written as `(x_1;y_2;w_3;h_4)`."),
        ("e_erase:region_(x_1;y_2;w_3;h_0)", "`region h` must lie between 1 and 1000000."),
        ("e_erase:multiple_maybe", "Invalid `multiple` in transformation: maybe"),
        ("e_exchange:to_cat", "`from` is missing."),
        ("e_exchange:from_(a;b)", "`from` is one text."),
        ("e_trace:colors:31", "`colors` must lie between 2 and 30."),
        ("e_ramp:50:red:101p", "`colors` must lie between 0 and 100."),
        ("e_ramp:50:red:10p:20p", "Invalid `colors` in transformation: 20p"),
        ("e_ramp:50:red:nocolor", "Invalid `colors` in transformation: nocolor"),
        ("e_ramp:" + ":".join(["red"] * 11), "`colors` may be 10 colours."),
        ("e_bend:1:2:3", "`numbers` must be 1 or 8 numbers."),
        ("e_bend:arc:1001", "`numbers` must lie between -1000 and 1000."),
        ("e_bend", "`numbers` is missing."),
        ("e_move,x_iw", "Invalid x in transformation: iw"),
        ("e_hide,w_0", "Invalid width in transformation: 0"),
    ],
)
def test_what_is_no_such_item_is_refused(text, message):
    with pytest.raises(TransformError) as caught:
        parse(text, VOCABULARY)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "place", "is_resized"),
    [
        ("e_move", None, False),
        ("e_move,x_5", Place(x=Px(5)), False),
        ("e_move,x_5,y_-0.5", Place(Px(5), Ratio(-0.5)), False),
        ("e_move,x_5,w_100", Place(x=Px(5)), True),
        ("c_crop,e_move,h_10,w_10,x_5", None, True),  # the cut has taken it
        ("e_hide,h_20,w_30,x_40,y_50", Place(Px(40), Px(50), Px(30), Px(20)), False),
        ("e_hide,w_0.5", Place(width=Ratio(0.5)), False),
        ("c_scale,e_hide,w_100", None, True),  # a crop mode: the words are its own
        ("w_100/e_hide,y_0.75", Place(y=Ratio(0.75)), True),
        ("e_grayscale,x_5", None, False),
    ],
)
def test_an_effect_has_a_place_where_no_resize_takes_it(text, place, is_resized):
    plan = parse(text, VOCABULARY)
    assert effect(text).place == place
    assert any(isinstance(step, Resize) for step in plan.steps) is is_resized
    assert parse(canon(plan), VOCABULARY) == plan


def test_an_effect_that_changes_the_size_leaves_it_to_the_renderer():
    assert output_size(parse("e_bend:arc:9", VOCABULARY), Size(10, 10)) is None
    assert output_size(parse("e_bend:arc:9/c_fill,h_5,w_5", VOCABULARY), Size(10, 10)) == Size(5, 5)
    assert output_size(parse("e_move", VOCABULARY), Size(10, 10)) == Size(10, 10)


@pytest.mark.parametrize(("text", "depth"), [("e_bend:arc:9", 8), ("e_move", None)])
def test_an_effect_that_opens_a_picture_keeps_its_alpha(text, depth):
    source = SourceFacts("png", 10, 10, has_alpha=False)
    settled = settle(parse(f"{text}/f_png,fl_any_format,q_auto", VOCABULARY), Hints(), source, None)
    assert settled.encode.png_depth == depth
    assert settled.encode.format == ("png" if depth else "jpg")
