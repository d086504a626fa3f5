"""Layers: what they show, what is done to them, and how they are laid; both syntaxes say the same."""

import pytest

from safelight.kernel.media import Access, Kind
from safelight.transform.build import LAYERS_DEPTH_MAX, LAYERS_MAX
from safelight.transform.canon import canon, derived_key
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.plan import (
    AutoGravity,
    Blend,
    Border,
    Color,
    Compass,
    Effect,
    Fit,
    ImageLayer,
    Layer,
    Lut,
    MovingLayer,
    OfBase,
    OfRegion,
    Opacity,
    Px,
    Ratio,
    Resize,
    Round,
    SightGravity,
    Source,
    StyleReference,
    TextLayer,
    TextStyle,
    XyCenter,
)
from safelight.transform.reference import Reference
from safelight.transform.video import Video
from tests.transform.vocabulary import VOCABULARY

LOGO = ImageLayer(Reference("logo"))
RED = Color(255, 0, 0)
ARIAL = TextStyle("Arial", 40)
FACES = SightGravity(("faces",), Compass.NORTH)


def steps(text: str):
    return parse(text, VOCABULARY).steps


def layer(text: str) -> Layer:
    (step,) = steps(text)
    assert isinstance(step, Layer)
    return step


@pytest.mark.parametrize(
    ("value", "reference"),
    [
        ("logo", Reference("logo")),
        ("logo.png", Reference("logo.png")),
        ("docs:brand:logo", Reference("docs/brand/logo")),
        ("docs%252Flogo", Reference("docs/logo")),
        ("a%252Cb%2520c", Reference("a,b c")),
        ("private:docs:logo", Reference("docs/logo", access=Access.PRIVATE)),
        ("authenticated:logo", Reference("logo", access=Access.AUTHENTICATED)),
        ("fetch:aHR0cHM6Ly9hLmV4YW1wbGUvYi5wbmc=", Reference("https://a.example/b.png", access=Access.FETCH)),
        ("fetch:aHR0cHM6Ly9hLmV4YW1wbGUvYi5wbmc", Reference("https://a.example/b.png", access=Access.FETCH)),
        ("fetch:aHR0cHM6Ly9hLmV4YW1wbGUvYi5wbmc%3D", Reference("https://a.example/b.png", access=Access.FETCH)),
        ("fetch:aHR0cHM6Ly9hLmV4YW1wbGUvYi5wbmc=.jpg", Reference("https://a.example/b.png", access=Access.FETCH)),
        ("fetch:aHR0cHM6Ly9hLmV4YW1wbGUvP2E_Yn4-", Reference("https://a.example/?a?b~>", access=Access.FETCH)),
        (
            "fetch:aHR0cHM6Ly9hLmV4YW1wbGUvP2E/Yn4+".replace("/", "%252F"),
            Reference("https://a.example/?a?b~>", access=Access.FETCH),
        ),
        ("fetch", Reference("fetch")),
        ("text:kept", Reference("kept", access=Access.TEXT)),  # a stored text is its own picture
    ],
)
def test_a_layer_names_its_picture(value, reference):
    found = layer(f"l_{value}")
    assert found == Layer(ImageLayer(reference))
    assert layer(canon(parse(f"l_{value}", VOCABULARY))) == found


@pytest.mark.parametrize(
    ("legacy", "bracketed"),
    [
        ("l_logo", "l_logo/fl_layer_apply"),
        ("l_logo,w_100", "l_logo/w_100/fl_layer_apply"),
        ("l_logo,w_100", "l_logo/fl_layer_apply,w_100"),
        ("l_logo,g_south_east,x_5,y_10", "l_logo/fl_layer_apply,g_south_east,x_5,y_10"),
        ("l_logo,g_south_east,x_5,y_10", "l_logo,g_south_east,x_5,y_10/fl_layer_apply"),
        ("w_100,o_50,l_logo,e_sepia,r_20", "l_logo/c_scale,w_100/e_sepia/r_20/o_50/fl_layer_apply"),
        ("l_logo,e_multiply", "l_logo/e_multiply,fl_layer_apply"),
        ("l_logo,e_multiply", "l_logo/e_multiply/fl_layer_apply"),
        ("l_logo,e_displace,x_50,y_-8", "l_logo/e_displace,x_50,y_-8/fl_layer_apply"),
        ("l_logo,e_displace,x_50,y_-8", "l_logo/e_displace,fl_layer_apply,x_50,y_-8"),
        ("l_logo/c_crop,w_9,x_5/e_screen,fl_layer_apply", "l_logo/c_crop,e_screen,w_9,x_5/fl_layer_apply"),
        ("l_logo,fl_relative,w_0.5", "l_logo/fl_relative,w_0.5/fl_layer_apply"),
        ("l_logo,fl_relative,w_0.5", "l_logo/fl_layer_apply,fl_relative,w_0.5"),
        ("l_logo,fl_relative,w_0.5", "l_logo/w_0.5/fl_layer_apply,fl_relative"),
        ("l_logo,fl_tiled.no_overflow", "l_logo,fl_tiled/fl_layer_apply.no_overflow"),
        ("l_logo,fl_cutter", "l_logo/fl_cutter,fl_layer_apply"),
        ("l_logo,fl_layer_apply,g_north", "l_logo,g_north"),
        ("l_a/l_b/l_c", "l_a/fl_layer_apply/l_b/fl_layer_apply/l_c/fl_layer_apply"),
        ("l_a,w_5/l_b/fl_layer_apply", "l_a/w_5/fl_layer_apply/l_b/fl_layer_apply"),
        ("l_a/l_b/fl_layer_apply/fl_layer_apply,g_north", "l_a/l_b/fl_layer_apply/fl_layer_apply,g_north"),
        ("l_lut:a.3dl/w_9", "l_lut:a.3dl/fl_layer_apply/w_9"),
        ("l_logo,g_center,x_0,y_0.0", "l_logo"),
        (
            "l_text:Arial_40:Hi,co_red,g_north",
            "l_text:Arial_40:Hi/co_red/fl_layer_apply,g_north".replace("/co_red", ",co_red"),
        ),
        ("u_logo,w_100", "u_logo/w_100/fl_layer_apply"),
        ("l_logo,so_2,eo_5.0", "l_logo/fl_layer_apply,eo_5,so_2.0"),
    ],
)
def test_both_syntaxes_are_one_layer(legacy, bracketed):
    one, other = parse(legacy, VOCABULARY), parse(bracketed, VOCABULARY)
    assert one == other
    assert derived_key(one) == derived_key(other)
    assert parse(canon(one), VOCABULARY) == one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l_logo,w_100", Layer(LOGO, (Resize(Px(100)),))),
        ("l_logo,c_fill,w_100,h_50,g_north", Layer(LOGO, (Resize(Px(100), Px(50), Fit.FILL),), gravity=Compass.NORTH)),
        ("u_logo", Layer(LOGO, is_under=True)),
        ("l_logo,x_0.1,y_10", Layer(LOGO, x=Ratio(0.1), y=Px(10))),
        ("l_logo,w_0.3", Layer(LOGO, (Resize(Ratio(0.3)),))),
        ("l_logo,w_0.3,h_20,fl_relative", Layer(LOGO, (Resize(OfBase(0.3), Px(20)),))),
        (
            "l_logo,fl_region_relative,w_1.1,g_faces,y_-0.1",
            Layer(LOGO, (Resize(OfRegion(1.1)),), gravity=FACES, y=OfRegion(-0.1), is_for_each_region=True),
        ),
        ("l_logo,fl_region_relative,w_1.1", Layer(LOGO, (Resize(OfBase(1.1)),))),  # no region is looked for
        ("l_logo/fl_layer_apply,g_auto", Layer(LOGO, gravity=AutoGravity())),
        ("l_logo,g_xy_center,x_0,y_5", Layer(LOGO, gravity=XyCenter(), x=Px(0), y=Px(5))),
        ("l_logo,g_xy_center", Layer(LOGO)),
        (
            "l_logo/c_crop,w_0.5/fl_relative,w_0.25/fl_layer_apply",
            Layer(LOGO, (Resize(Ratio(0.5), fit=Fit.CROP), Resize(OfBase(0.25)))),
        ),
        # A gravity that looks for something belongs to the cut beside it, if the layer is closed later.
        (
            "l_logo,c_crop,g_face/fl_layer_apply",
            Layer(LOGO, (Resize(fit=Fit.CROP, gravity=SightGravity(("face",), Compass.NORTH)),)),
        ),
        (
            "l_logo,c_fill,g_south,w_9,h_9/fl_layer_apply,x_4",
            Layer(LOGO, (Resize(Px(9), Px(9), Fit.FILL, gravity=Compass.SOUTH),), x=Px(4)),
        ),
        (
            "l_logo/pg_2/a_ignore/fl_layer_apply",
            Layer(ImageLayer(Reference("logo"), Source(page=2, ignores_orientation=True))),
        ),
        ("l_logo/b_red,fl_layer_apply,bo_2px_solid_red,r_3", Layer(LOGO, steps("b_red,bo_2px_solid_red,r_3"))),
        ("l_logo,e_anti_removal", Layer(LOGO, blend=Blend.ANTI_REMOVAL, strength=50)),
        ("l_logo,e_anti_removal:90", Layer(LOGO, blend=Blend.ANTI_REMOVAL, strength=90)),
        ("l_logo,e_cut_out", Layer(LOGO, blend=Blend.CUT_OUT)),
        (
            "l_logo,e_style_transfer:preserve_color:20",
            Layer(LOGO, blend=Blend.STYLE_TRANSFER, strength=20, keeps_color=True),
        ),
        ("l_logo,fl_cutter,e_sepia:5", Layer(LOGO, (Effect("sepia", (5.0,)),), blend=Blend.CUTTER)),
        ("l_video:dog,w_9", Layer(MovingLayer("video", Reference("dog", Kind.VIDEO)), (Resize(Px(9)),))),
        (
            "l_video:fetch:aHR0cDovL2IuYy9k",
            Layer(MovingLayer("video", Reference("http://b.c/d", Kind.VIDEO, Access.FETCH))),
        ),
        (
            "l_video:dog,fl_splice:transition_(name_fade;du_2.50)/fl_layer_apply,so_0",
            Layer(
                MovingLayer("video", Reference("dog", Kind.VIDEO)),
                video=Video((("fl", "splice:transition_(du_2.5;name_fade)"), ("so", "0"))),
            ),
        ),
        ("l_audio:song", Layer(MovingLayer("audio", Reference("song", Kind.VIDEO)))),
        ("l_subtitles:a:b.srt,co_red", Layer(MovingLayer("subtitles", Reference("a/b.srt", Kind.RAW), color=RED))),
        (
            "b_red,l_subtitles:Arial_40:a:b.srt",
            Layer(MovingLayer("subtitles", Reference("a/b.srt", Kind.RAW), ARIAL, background=RED)),
        ),
    ],
)
def test_a_layer_is_read(text, expected):
    assert layer(text) == expected
    assert parse(canon(parse(text, VOCABULARY)), VOCABULARY) == parse(text, VOCABULARY)


def test_layers_stand_in_the_order_of_the_chain():
    assert steps("w_9/l_logo/fl_layer_apply/l_lut:a.cube/u_logo,w_3/e_sepia/fl_layer_apply/r_4") == (
        Resize(Px(9)),
        Layer(LOGO),
        Lut(Reference("a.cube", Kind.RAW)),
        Layer(LOGO, (Resize(Px(3)), Effect("sepia", (80.0,))), is_under=True),
        Round((4, 4, 4, 4)),
    )


def test_a_layer_may_have_layers():
    inner = Layer(TextLayer("Hi", ARIAL), (Opacity(50),), gravity=Compass.SOUTH)
    assert layer("l_logo/w_9/l_text:Arial_40:Hi/o_50/fl_layer_apply,g_south/r_4/fl_layer_apply,x_1") == Layer(
        LOGO, (Resize(Px(9)), inner, Round((4, 4, 4, 4))), x=Px(1)
    )


def test_what_is_said_of_the_whole_is_said_anywhere():
    plan = parse("l_logo,f_png,q_70,w_9/fl_layer_apply.lossy,d_a.png", VOCABULARY)
    assert (plan.encode.format, plan.encode.quality, plan.encode.is_lossy) == ("png", 70, True)
    assert plan.handing.default_name == "a.png"


def test_a_device_pixel_ratio_goes_to_the_picture_and_not_to_a_layer_on_it():
    assert steps("w_100/l_logo/w_10/fl_layer_apply/dpr_2.0") == steps("w_200/l_logo/w_10/fl_layer_apply")
    assert steps("w_100/l_logo,w_10/dpr_2.0") == steps("w_200/l_logo,w_10")
    assert steps("w_100/l_logo/w_10/dpr_2.0/fl_layer_apply") == steps("w_100/l_logo/w_20/fl_layer_apply")


# --- letters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l_text:Arial_40:Hello%20World", TextLayer("Hello World", ARIAL)),
        ("l_text:Arial_40:he%2C%2F%20llo", TextLayer("he,/ llo", ARIAL)),  # encoded once
        ("l_text:Arial_40:he%252C%252F%2520llo", TextLayer("he,/ llo", ARIAL)),  # twice
        ("l_text:Arial_40:100%25", TextLayer("100%", ARIAL)),
        ("l_text:Arial_40:a%0Ab%0D%0Ac", TextLayer("a\nb\nc", ARIAL)),
        ("l_text:Arial_40:at 12:30: lunch".replace(" ", "%20"), TextLayer("at 12:30: lunch", ARIAL)),
        ("l_text:Arial_40:Cool%25F0%259F%2598%258D", TextLayer("Cool😍", ARIAL)),
        ("l_text:Arial_40:©𩸽", TextLayer("©𩸽", ARIAL)),
        ("l_text:Arial_40:%20", TextLayer(" ", ARIAL)),
        ("l_text:Arial_40:a+b", TextLayer("a+b", ARIAL)),
        ("l_text:Arial_40:x,co_red", TextLayer("x", ARIAL, RED)),
        ("co_red,b_rgb:0f0,l_text:Arial_40:x", TextLayer("x", ARIAL, RED, Color(0, 255, 0))),
        ("l_text:Arial_40:x,b_transparent", TextLayer("x", ARIAL)),
        ("l_text:Arial_40:x,c_fit,w_200", TextLayer("x", ARIAL, width=200)),
        ("l_text:Arial_40:x,c_fit,w_200,h_90", TextLayer("x", ARIAL, width=200, height=90)),
        ("l_text:Arial_40:x,fl_text_no_trim", TextLayer("x", ARIAL, is_trimmed=False)),
        ("l_text:Arial_40:x/fl_layer_apply.text_disallow_overflow", TextLayer("x", ARIAL, must_fit=True)),
        (
            "l_text:Arial_40_stroke:x,bo_2px_solid_red",
            TextLayer("x", TextStyle("Arial", 40, is_stroked=True), border=Border(2, RED)),
        ),
        (
            "l_text:Arial_40_stroke_bo_2px_solid_red_letter_spacing_3:x",
            TextLayer("x", TextStyle("Arial", 40, is_stroked=True, letter_spacing=3), border=Border(2, RED)),
        ),
        ("l_text:my_style:x", TextLayer("x", StyleReference(Reference("my_style", access=Access.TEXT)))),
        ("l_text:my%20style:x:y", TextLayer("x:y", StyleReference(Reference("my style", access=Access.TEXT)))),
        (
            "l_text:fonts:My.ttf_40:Hi:you_5:x",
            TextLayer(
                "Hi:you_5:x", TextStyle("fonts:My.ttf", 40, Reference("fonts/My.ttf", Kind.RAW, Access.AUTHENTICATED))
            ),
        ),
        # Only a font that is a file may be in a folder: this is a stored style, and its text.
        ("l_text:kept:Hi_5:x", TextLayer("Hi_5:x", StyleReference(Reference("kept", access=Access.TEXT)))),
    ],
)
def test_a_text_is_read(text, expected):
    found = layer(text)
    assert found.source == expected
    assert found.steps == ()
    assert parse(canon(parse(text, VOCABULARY)), VOCABULARY) == parse(text, VOCABULARY)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("l_text:Arial_40:x,w_200", (Resize(Px(200)),)),  # the picture of the letters is made larger
        ("l_text:Arial_40:x,c_fit,h_200", (Resize(None, Px(200), Fit.FIT),)),
        ("l_text:Arial_40:x/c_fit,w_200/fl_layer_apply", (Resize(Px(200), fit=Fit.FIT),)),
        ("l_text:Arial_40:x,bo_2px_solid_red,r_5", (Round((5, 5, 5, 5)), Border(2, RED))),
        ("l_text:Arial_40:x,b_auto", steps("b_auto")),
        ("l_text:Arial_40:x,c_fit,w_auto:10:50", steps("c_fit,w_auto:10:50")),
        ("l_text:Arial_40:x,o_60,e_sepia", (Effect("sepia", (80.0,)), Opacity(60))),
    ],
)
def test_the_rest_beside_a_text_is_done_to_its_picture(text, changes):
    found = layer(text)
    assert found.source == TextLayer("x", ARIAL)
    assert found.steps == changes


# --- faults -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("w_1/fl_layer_apply,g_north", "`fl_layer_apply` without a layer that is open", "fl_layer_apply"),
        ("l_a/fl_layer_apply/fl_lossy.layer_apply", "without a layer that is open", "fl_lossy.layer_apply"),
        ("l_a,u_b", "A component opens one layer.", "u_b"),
        ("l_:", "Unknown or invalid referenced image", "l_:"),
        ("l_a%00b", "Unknown or invalid referenced image", "l_a%00b"),
        ("l_" + "a" * 256, "public_id is too long", "l_" + "a" * 256),
        ("l_fetch:bm8gYWRkcmVzcw", "The address of a remote layer", "l_fetch:bm8gYWRkcmVzcw"),
        ("l_fetch:_w", "The address of a remote layer", "l_fetch:_w"),
        ("l_fetch:a", "The address of a remote layer", "l_fetch:a"),
        ("l_fetch:ZmlsZTovLy9ldGMvcGFzc3dk", "The address of a remote layer", "l_fetch:ZmlsZTovLy9ldGMvcGFzc3dk"),
        ("l_text:Arial_40", "A text layer has a text behind its style", "l_text:Arial_40"),
        ("l_text:Arial_40:", "A text layer has a text behind its style", "l_text:Arial_40:"),
        ("l_text:Arial_40:a%00", "A text may not have control characters.", "l_text:Arial_40:a%00"),
        ("l_text:Arial_0:a", "The size of a text must lie between 1 and 5000.", "l_text:Arial_0:a"),
        ("l_text:Arial_40_huge:a", "Invalid text style in transformation: huge", "l_text:Arial_40_huge:a"),
        ("l_text:Arial_40:a,b_nope", "Invalid background in transformation: nope", "b_nope"),
        ("l_subtitles:a.srt,b_auto", "Invalid background in transformation: auto", "b_auto"),
        ("l_text:Arial_40:a,co_nope", "Invalid color in transformation: nope", "co_nope"),
        ("l_a,e_multiply:5", "Invalid effect in transformation: multiply:5", "e_multiply:5"),
        ("l_a,e_anti_removal:0", "`strength` must lie between 1 and 100.", "e_anti_removal:0"),
        ("l_a,g_liquid", "The gravity `liquid` cannot place a layer.", "g_liquid"),
        ("l_video:a,fl_splice:transition_(name_up)", "Unknown transition `up`.", "fl_splice:transition_(name_up)"),
        ("l_video:a,fl_splice:fade", "Invalid flag", "fl_splice:fade"),
        ("l_a,g_up", "Invalid gravity in transformation: up", "g_up"),
        ("l_a/e_nope/fl_layer_apply", "The effect `nope` is unknown", "e_nope"),
        ("l_a,w_-5", "Invalid width in transformation: -5", "w_-5"),
        ("/".join(["l_a"] * (LAYERS_MAX + 1)), f"A transformation may have {LAYERS_MAX} layers.", "l_a"),
        (
            "/".join(["l_a"] * (LAYERS_DEPTH_MAX + 1) + ["fl_layer_apply"] * (LAYERS_DEPTH_MAX + 1)),
            f"Layers may stand {LAYERS_DEPTH_MAX} deep inside each other.",
            "l_a",
        ),
    ],
)
def test_an_error_points_at_the_letters(text, message, fault):
    with pytest.raises(TransformError) as caught:
        parse(text, VOCABULARY)
    assert caught.value.message.startswith(message) or message in caught.value.message
    assert text[caught.value.start : caught.value.end] == fault
