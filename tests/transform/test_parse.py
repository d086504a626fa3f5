"""The language: what each word asks for, and where an error points."""

import pytest

from safelight.transform import lexer
from safelight.transform.canon import canon
from safelight.transform.errors import TransformError
from safelight.transform.parse import parse
from safelight.transform.plan import (
    AutoFormat,
    AutoGravity,
    AutoQuality,
    AutoWidth,
    BackgroundMode,
    BlurredBackground,
    Border,
    Chroma,
    Color,
    ColorSpace,
    Compass,
    Effect,
    Encode,
    Fit,
    Flatten,
    Flip,
    Handing,
    Initial,
    Opacity,
    Plan,
    Progressive,
    Px,
    Ratio,
    Resize,
    Rotate,
    Round,
    Source,
    Trim,
    XyCenter,
)
from tests.transform.vocabulary import VOCABULARY

RED = Color(255, 0, 0)


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("w_200", Resize(Px(200))),
        ("h_200", Resize(height=Px(200))),
        ("w_1.0", Resize(Ratio(1.0))),
        ("h_0.5,w_1.5", Resize(Ratio(1.5), Ratio(0.5))),
        ("w_iw,h_ih", Resize(Initial("w"), Initial("h"))),
        ("w_ow,h_oh", Resize(Initial("w"), Initial("h"))),
        ("c_fill,w_3,h_4", Resize(Px(3), Px(4), Fit.FILL)),
        ("c_fill,w_3,h_4,g_center", Resize(Px(3), Px(4), Fit.FILL)),
        ("c_fill,w_3,h_4,g_north_west", Resize(Px(3), Px(4), Fit.FILL, gravity=Compass.NORTH_WEST)),
        ("c_fit,w_3,h_4,g_north_west,x_1", Resize(Px(3), Px(4), Fit.FIT)),  # a fit has no use for a place
        ("c_fill,ar_16:9,w_400", Resize(Px(400), fit=Fit.FILL, aspect=16 / 9)),
        ("c_fill,ar_1.5", Resize(fit=Fit.FILL, aspect=1.5)),
        ("c_fill,ar_1.5,w_3,h_4", Resize(Px(3), Px(4), Fit.FILL)),  # both sides say it already
        ("c_scale,w_200,fl_ignore_aspect_ratio", Resize(Px(200), keeps_other_side=True)),
        ("c_fit,w_200,fl_ignore_aspect_ratio", Resize(Px(200), fit=Fit.FIT)),
        ("c_crop,w_3,h_4,x_10,y_-20", Resize(Px(3), Px(4), Fit.CROP, x=Px(10), y=Px(-20))),
        ("c_crop,w_3,h_4,x_0.1", Resize(Px(3), Px(4), Fit.CROP, x=Ratio(0.1))),
        ("c_crop,w_3,h_4,x_1,g_center", Resize(Px(3), Px(4), Fit.CROP, gravity=Compass.CENTER, x=Px(1))),
        ("c_crop,w_3,h_4,x_1,g_north_west", Resize(Px(3), Px(4), Fit.CROP, x=Px(1))),
        ("c_crop,w_3,h_4,x_0,y_0", Resize(Px(3), Px(4), Fit.CROP, gravity=Compass.NORTH_WEST)),
        ("c_crop,w_3,g_xy_center,x_0", Resize(Px(3), fit=Fit.CROP, gravity=XyCenter(), x=Px(0))),
        ("c_crop,w_3,g_xy_center", Resize(Px(3), fit=Fit.CROP)),
        ("c_fill,w_3,g_auto", Resize(Px(3), fit=Fit.FILL, gravity=AutoGravity())),
        ("c_fill,w_3,g_auto:classic", Resize(Px(3), fit=Fit.FILL, gravity=AutoGravity("classic"))),
        ("c_fill_pad,w_3", Resize(Px(3), fit=Fit.FILL_PAD, gravity=AutoGravity())),
        ("c_imagga_crop,w_3", Resize(Px(3), fit=Fit.AUTO, gravity=AutoGravity())),
        ("c_imagga_scale,w_3", Resize(Px(3))),
        ("c_pad,w_3,b_red", Resize(Px(3), fit=Fit.PAD, background=RED)),
        ("c_pad,w_3,b_auto", Resize(Px(3), fit=Fit.PAD, background=BackgroundMode.BORDER)),
        ("c_pad,w_3,b_blurred:200:10", Resize(Px(3), fit=Fit.PAD, background=BlurredBackground(200, 10))),
        ("c_pad,w_3,b_none", Resize(Px(3), fit=Fit.PAD)),
        ("c_pad,w_3,b_transparent", Resize(Px(3), fit=Fit.PAD)),
        ("w_200,dpr_2.0", Resize(Px(400))),
        ("w_333,h_0.5,dpr_1.5", Resize(Px(500), Ratio(0.5))),
        ("w_200,dpr_auto", Resize(Px(200), waits_for_dpr=True)),
        ("w_0.5,dpr_auto", Resize(Ratio(0.5))),  # nothing there that dots would change
        ("w_auto", Resize(AutoWidth())),
        ("w_auto:50", Resize(AutoWidth(50))),
        ("w_auto:50:87", Resize(AutoWidth(50, 87))),
        ("w_auto:200:800:100", Resize(AutoWidth(100, low=200, high=800))),
        ("w_auto:breakpoints", Resize(AutoWidth())),
        ("w_auto:breakpoints_50_1000_20_20:300", Resize(AutoWidth(fallback=300, low=50, high=1000))),
        ("a_90", Rotate((90.0,))),
        ("a_-20", Rotate((340.0,))),
        ("a_450.5", Rotate((90.5,))),
        ("a_vflip.45", Rotate((Flip.VERTICAL, 45.0))),
        ("a_hflip.22.5.vflip", Rotate((Flip.HORIZONTAL, 22.5, Flip.VERTICAL))),
        ("r_20", Round((20, 20, 20, 20))),
        ("r_20:30", Round((20, 30, 20, 30))),
        ("r_1:2:3", Round((1, 2, 3, 2))),
        ("r_1.5:2:3:4", Round((1.5, 2, 3, 4))),
        ("r_max", Round(None)),
        ("bo_5px_solid_red", Border(5, RED)),
        ("bo_5px_solid_rgb:ff000080", Border(5, Color(255, 0, 0, 128))),
        ("o_30", Opacity(30)),
        ("b_red", Flatten(RED)),
        ("b_auto:predominant_contrast", Flatten(BackgroundMode.PREDOMINANT_CONTRAST)),
        ("e_trim", Trim()),
        ("e_trim:20:red", Trim(20, RED)),
        ("e_grayscale", Effect("grayscale")),
        ("e_sepia", Effect("sepia", (80.0,))),
        ("e_sepia:30", Effect("sepia", (30.0,))),
        ("e_sepia:strength_30", Effect("sepia", (30.0,))),
        ("e_improve:50", Effect("improve", ("outdoor", 50.0))),
        ("e_improve:indoor", Effect("improve", ("indoor", 100.0))),
        ("e_colorize:50,co_red", Effect("colorize", (50.0,), RED)),
        ("e_colorize", Effect("colorize", (100.0,))),
        ("e_sepia,co_red", Effect("sepia", (80.0,))),  # it has no use for a colour
        ("e_paint_over:2f4f4f", Effect("paint_over", (Color(47, 79, 79), 50.0, Color(255, 255, 255), False))),
        (
            "e_paint_over:rgb:f00:20:rgb:00f:true",
            Effect("paint_over", (RED, 20.0, Color(0, 0, 255), True)),
        ),
        (
            "e_paint_over:keep-light_y;to-color_red",
            Effect("paint_over", (RED, 50.0, Color(255, 255, 255), True)),
        ),
    ],
)
def test_a_word_becomes_a_step(text, step):
    assert parse(text, VOCABULARY).steps == (step,)


@pytest.mark.parametrize(
    "text",
    [
        "c_fill",
        "c_thumb,g_auto",
        "a_0",
        "a_exif",
        "a_auto_right",
        "r_0",
        "bo_0px_solid_red",
        "o_100",
        "b_none",
        "dpr_2.0",
        "x_1",
        "z_2",
        "co_red",
        "g_auto",
        "fl_force_strip",
        "dn_idn",
    ],
)
def test_what_asks_for_nothing_makes_no_step_but_is_not_the_original(text):
    assert parse(text, VOCABULARY) == Plan()


@pytest.mark.parametrize("text", ["", "/", "//", ",", "/,/"])
def test_no_component_is_the_original(text):
    assert parse(text, VOCABULARY) == Plan(is_empty=True)


@pytest.mark.parametrize(
    ("text", "encode"),
    [
        ("f_jpg", Encode("jpg")),
        ("f_jpeg", Encode("jpg")),
        ("f_auto", Encode(AutoFormat.ANY)),
        ("f_auto:animated", Encode(AutoFormat.ANIMATED)),
        ("q_80", Encode(quality=80)),
        ("q_80:444", Encode(quality=80, chroma=Chroma.S444)),
        ("q_80:422", Encode(quality=80, chroma=Chroma.S420)),
        ("q_auto", Encode(quality=AutoQuality.GOOD)),
        ("q_auto:best", Encode(quality=AutoQuality.BEST)),
        ("q_auto:sensitive", Encode(quality=AutoQuality.GOOD, is_sensitive=True)),
        ("q_auto:low:sensitive:444", Encode(quality=AutoQuality.LOW, is_sensitive=True, chroma=Chroma.S444)),
        ("q_jpegmini", Encode(quality=AutoQuality.GOOD)),
        ("q_jpegmini:0", Encode(quality=AutoQuality.BEST)),
        ("cs_no_cmyk", Encode(color_space=ColorSpace.NO_CMYK)),
        ("dl_200", Encode(delay_ms=200)),
        ("fl_lossy.progressive:steep", Encode(is_lossy=True, progressive=Progressive.STEEP)),
        ("fl_progressive,fl_png8", Encode(progressive=Progressive.YES, png_depth=8)),
        ("fl_awebp", Encode(is_animated=True)),
        (
            "fl_any_format.keep_iptc.strip_profile",
            Encode(allows_any_format=True, keeps_metadata=True, strips_profile=True),
        ),
        ("fl_preserve_transparency/f_png,f_jpg", Encode("jpg", preserves_transparency=True)),
        ("q_10/w_100/q_20", Encode(quality=20)),  # the last word counts
    ],
)
def test_delivery_words_say_how_it_is_written(text, encode):
    assert parse(text, VOCABULARY).encode == encode


@pytest.mark.parametrize(
    ("text", "handing"),
    [
        ("fl_attachment", Handing(is_attachment=True)),
        ("fl_attachment:pretty_flower", Handing(is_attachment=True, attachment_name="pretty_flower")),
        ("fl_attachment:my_file%252Ebin", Handing(is_attachment=True, attachment_name="my_file.bin")),
        ("fl_attachment:my_file%2Ebin", Handing(is_attachment=True, attachment_name="my_file.bin")),
        ("fl_attachment:photo.jpg", Handing(is_attachment=True, attachment_name="photo")),
        ("fl_attachment:a%2Cb%252Fc", Handing(is_attachment=True, attachment_name="a,b/c")),
        ("fl_attachment:100%25", Handing(is_attachment=True, attachment_name="100%")),
        ("fl_attachment.immutable_cache", Handing(is_attachment=True, is_immutable=True)),
        ("fl_original", Handing(is_original=True)),
        ("d_docs:avatar.png", Handing(default_name="docs/avatar.png")),
        ("d_a%2Cb.png", Handing(default_name="a,b.png")),
    ],
)
def test_handing_words_say_how_it_is_handed_out(text, handing):
    assert parse(text, VOCABULARY).handing == handing


def test_the_source_is_opened_as_asked():
    assert parse("pg_3,dn_200,a_ignore", VOCABULARY).source == Source(page=3, density=200, ignores_orientation=True)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        # One component does its steps in the order of the house, however it was written.
        (
            "o_50,bo_2px_solid_red,r_5,a_90,e_sepia,h_20,w_10,c_fill",
            "c_fill,h_20,w_10/e_sepia:80/a_90/r_5/bo_2px_solid_rgb:ff0000/o_50",
        ),
        ("c_fill,w_100,h_100,e_trim", "e_trim:10/c_fill,h_100,w_100"),
        ("b_red,r_5", "r_5/b_rgb:ff0000"),
        ("b_red,a_45", "a_45/b_rgb:ff0000"),
        # Bars take the colour, and so do the corners that a turn opens; round corners stay open.
        ("b_red,c_pad,w_10,h_10,r_5", "b_rgb:ff0000,c_pad,h_10,w_10/r_5"),
        ("b_red,c_pad,w_10,h_10,a_45,r_5", "b_rgb:ff0000,c_pad,h_10,w_10/a_45/b_rgb:ff0000/r_5"),
        ("c_fill,w_10,h_20,a_auto_right", "a_auto_right,c_fill,h_20,w_10"),
        ("c_fill,w_10,h_20,a_auto_right.45", "a_auto_right,c_fill,h_20,w_10/a_45"),
        # A ratio of dots on its own belongs to the closest size before it.
        ("c_scale,w_400/dpr_2.0/f_auto/q_auto", "c_scale,w_800/f_auto,q_auto"),
        ("w_400/f_auto,q_auto,dpr_2/bo_1px_solid_gray", "c_scale,w_800/bo_1px_solid_rgb:808080/f_auto,q_auto"),
        ("w_400,dpr_2.0/dpr_3.0", "c_scale,w_1200"),
        ("dpr_2.0/w_400", "c_scale,w_400"),
        ("h_200,w_100,c_scale/dpr_2.5/c_crop,h_20,w_10", "c_scale,h_500,w_250/c_crop,h_20,w_10"),
        # Said twice, the last one counts; flags add up.
        ("w_1,w_2,c_fit,c_fill", "c_fill,w_2"),
        ("e_grayscale,e_sepia", "e_sepia:80"),
        ("fl_lossy/fl_attachment,fl_immutable_cache", "fl_attachment.immutable_cache.lossy"),
        # Structure that a scraper encoded is structure; text that was encoded once is text.
        ("w_300%2Ch_200%2cc_fill", "c_fill,h_200,w_300"),
        ("r_20%3A30", "r_20:30:20:30"),
        ("c_crop,w_1.50", "c_crop,w_1.5"),
        (
            "w_2,g_auto:subject:cat_30:dog_avoid:aoi_1_2_3_4:40:thirds_0,c_fill",
            "c_fill,g_auto:subject:cat_30:dog_avoid:aoi_1_2_3_4:40:thirds_0,w_2",
        ),
    ],
)
def test_a_chain_has_one_canonical_text(text, canonical):
    assert canon(parse(text, VOCABULARY)) == canonical


@pytest.mark.parametrize(
    ("text", "message", "fault"),
    [
        ("w_abc", "Invalid width in transformation: abc", "w_abc"),
        ("c_fill,w_0", "Invalid width in transformation: 0", "w_0"),
        ("h_-5", "Invalid height in transformation: -5", "h_-5"),
        ("w_0.0", "Invalid width in transformation: 0.0", "w_0.0"),
        ("w_1.", "Invalid width in transformation: 1.", "w_1."),
        ("w_", "Invalid transformation component: w_", "w_"),
        ("w_١٢", "Invalid width in transformation: ١٢", "w_١٢"),
        ("w_1e3", "Invalid width in transformation: 1e3", "w_1e3"),
        ("w_9999999", "`width` must lie between -1000000 and 1000000.", "w_9999999"),
        ("w_" + "9" * 6000, "Invalid width in transformation: " + "9" * 6000, "w_" + "9" * 6000),
        ("ar_1:0,w_2", "Invalid aspect ratio in transformation: 1:0", "ar_1:0"),
        ("zz_1", "Invalid transformation component: zz_1", "zz_1"),
        ("w_100/sample", "Invalid transformation component: sample", "sample"),
        ("c_vasi,w_1", "Invalid crop mode in transformation: vasi", "c_vasi"),
        ("c_thumb,g_up,w_1", "Invalid gravity in transformation: up", "g_up"),
        ("c_fill,g_auto:blimp,w_1", "Invalid gravity in transformation: auto:blimp", "g_auto:blimp"),
        ("c_fill,g_auto:cat_0,w_1", "`weight` must lie between 1 and 100.", "g_auto:cat_0"),
        ("c_scale,g_auto,w_1", "Use auto gravity only with crop, fill, lfill, fill_pad or thumb", "g_auto"),
        ("g_auto,w_1", "Use auto gravity only with crop, fill, lfill, fill_pad or thumb", "g_auto"),
        ("c_pad,g_auto,w_1", "Use auto gravity only with crop, fill, lfill, fill_pad or thumb", "g_auto"),
        ("c_fill_pad,g_north,w_1", "Use `c_fill_pad` only with auto gravity", "g_north"),
        ("w_3/e_nope", "The effect `nope` is unknown, or not available in this release.", "e_nope"),
        ("w_300,c_fill/e_sepia:180", "`strength` must lie between 1 and 100.", "e_sepia:180"),
        ("e_sepia:x", "Invalid `strength` in transformation: x", "e_sepia:x"),
        ("e_sepia:1:2", "Invalid `strength` in transformation: 2", "e_sepia:1:2"),
        ("e_grayscale:5", "Invalid effect in transformation: grayscale:5", "e_grayscale:5"),
        ("e_improve:upstairs", "Invalid effect in transformation: improve:upstairs", "e_improve:upstairs"),
        ("e_paint_over", "`to_color` is missing.", "e_paint_over"),
        ("b_color", "Invalid background in transformation: color", "b_color"),
        ("b_rgb_ff0000", "Invalid background in transformation: rgb_ff0000", "b_rgb_ff0000"),
        ("b_blurred:0", "`intensity` must lie between 1 and 2000.", "b_blurred:0"),
        ("bo_1px_dashed_red", "Invalid border in transformation: 1px_dashed_red", "bo_1px_dashed_red"),
        ("bo_1px_solid_reddish", "Invalid border in transformation: reddish", "bo_1px_solid_reddish"),
        ("r_1:2:3:4:5", "Invalid radius in transformation: 1:2:3:4:5", "r_1:2:3:4:5"),
        ("a_left", "Invalid angle in transformation: left", "a_left"),
        ("a_90.", "Invalid angle in transformation: 90.", "a_90."),
        ("o_101", "`opacity` must lie between 0 and 100.", "o_101"),
        ("q_0", "`quality` must lie between 1 and 100.", "q_0"),
        ("q_auto:nice", "Invalid quality in transformation: auto:nice", "q_auto:nice"),
        ("f_nope", "Invalid format in transformation: nope", "f_nope"),
        ("fl_abc", "Invalid flag in transformation: abc", "fl_abc"),
        ("fl_lossy:very", "Invalid flag in transformation: lossy:very", "fl_lossy:very"),
        ("fl_attachment:a%250Db", "Invalid flag in transformation: attachment:a\rb", "fl_attachment:a%250Db"),
        ("d_a%00b", "Invalid default image in transformation: a\0b", "d_a%00b"),
        ("pg_0", "`page` must lie between 1 and 100000.", "pg_0"),
        ("dl_0", "`delay` must lie between 1 and 1000000.", "dl_0"),
        ("cs_pink", "Invalid color space in transformation: pink", "cs_pink"),
        ("dpr_2:3,w_1", "Invalid device pixel ratio in transformation: 2:3", "dpr_2:3"),
        ("c_crop,w_1,z_0", "`zoom` must lie between 0.01 and 100.", "z_0"),
        ("t_nobody,w_1", "Unknown transformation nobody", "t_nobody"),
        ("t_a%2520b", "Unknown transformation a%20b", "t_a%2520b"),
    ],
)
def test_an_error_points_at_the_letters(text, message, fault):
    with pytest.raises(TransformError) as caught:
        parse(text, VOCABULARY)
    assert caught.value.message == message
    assert text[caught.value.start : caught.value.end] == fault


def test_an_error_can_be_shown_under_its_letters():
    with pytest.raises(TransformError) as caught:
        parse("w_300,c_fill/e_sepia:180", VOCABULARY)
    assert caught.value.pointed().splitlines() == [
        "`strength` must lie between 1 and 100.",
        "  w_300,c_fill/e_sepia:180",
        "               ^^^^^^^^^^^",
    ]


@pytest.mark.parametrize(
    "text",
    ["w_1/" * 5000, "w_1," * 1100, "/".join(["a_1"] * 201), "c_fill,w_1,g_auto:" + ":".join(["cat"] * 21)],
    ids=["letters", "parts", "steps", "focuses"],
)
def test_everything_has_a_limit(text):
    with pytest.raises(TransformError, match="may"):
        parse(text, VOCABULARY)


@pytest.mark.parametrize(
    ("component", "parts"),
    [
        ("w_300,h_200", ["w_300", "h_200"]),
        ("w_300%2Ch_200", ["w_300", "h_200"]),
        (",w_300,,h_200,", ["w_300", "h_200"]),
        ("l_text:Arial_50:he%2Cllo,w_1", ["l_text:Arial_50:he%2Cllo", "w_1"]),
        ("$foo_!some%2C%20text!", ["$foo_!some%2C%20text!"]),
        ("e_gen_replace:from_a%2Cb;to_c", ["e_gen_replace:from_a%2Cb;to_c"]),
        ("e_auto_color:10%2Cw_1", ["e_auto_color:10", "w_1"]),
        ("fl_lossy.attachment:a%2Cb", ["fl_lossy.attachment:a%2Cb"]),
    ],
)
def test_encoded_commas_split_where_no_text_of_people_is(component, parts):
    assert lexer.parts(component) == parts
