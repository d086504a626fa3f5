"""Chains that nobody thought of: strategies for texts of the language, and for the pictures that they are for."""

from hypothesis import strategies as st

from safelight.transform.hints import Hints
from safelight.transform.plan import Fit
from safelight.transform.source import SourceFacts

NUMBERS = ["0", "1", "2", "7", "50", "100", "400", "-5", "0.5", "1.0", "1.50", "2.25", "0.0001", "16:9", "3:2"]
NAMED_COLORS = ["red", "rgb:0f0", "rgb:00ff0080", "transparent", "Hotpink"]

# Words that are right, or nearly so: what is made of them is mostly a plan.
WORDS: dict[str, list[str]] = {
    "a": ["90", "-20", "45.5", "hflip", "vflip.30", "auto_right", "ignore", "exif", "720"],
    "ar": ["16:9", "1.5", "1", "0.75", "3:4"],
    "b": [
        *(*NAMED_COLORS, "auto", "auto:predominant", "blurred", "blurred:50:-20.5", "none"),
        *("auto:border_gradient:4:vertical:palette_red_0f0", "auto:predominant_contrast:palette_red_blue", "gen_fill"),
        "gen_fill:prompt_a%252C%20b:seed_7",
    ],
    "bo": ["5px_solid_red", "1px_solid_rgb:00f8", "0px_solid_black"],
    "c": [*Fit, "imagga_crop", "imagga_scale"],
    "co": NAMED_COLORS,
    "cs": ["srgb", "tinysrgb", "srgb:truecolor", "no_cmyk"],
    "d": ["avatar.png", "docs:a%20b.png", "a%252Cb", "%25%2541"],
    "dl": ["20", "100"],
    "dn": ["72", "150", "idn"],
    "dpr": ["1.0", "2", "2.5", "auto"],
    "e": [
        "sepia",
        "sepia:33.5",
        "grayscale",
        "improve:indoor:7",
        "colorize:20",
        "trim",
        "trim:5:red",
        "paint_over:red",
        "ramp:red:20p:0f0:blue:100p",
        "ramp",
        "bend:1:2:3:4:5:6:7.5:-8",
        "bend:arc:-90",
        "hide",
        "hide:500",
        "move",
        "erase:prompt_(a;b%253Bc);region_((x_1;y_2;w_3;h_4);(x_5;y_6;w_7;h_8));multiple_true",
        "exchange:from_a%252C%20b;to_!c",
        "trace:colors:15:detail:2",
        "fade:-500",
        "volume:-3dB",
    ],
    "f": ["jpg", "auto", "webp", "png", "auto:animated", "gif", "avif"],
    "fl": [
        "lossy",
        "attachment",
        "attachment:a%252Eb",
        "attachment:%2525",
        "progressive:semi",
        "region_relative",
        "getinfo",
        "ignore_aspect_ratio",
        "splice:transition_(name_fade;du_1.50)",
        "waveform.clip_evenodd",
        "png8.awebp",
        "original",
    ],
    "g": [
        *("north", "center", "auto", "auto:subject:cat_30", "auto:face:50:thirds_0", "xy_center", "south_east"),
        *("face", "faces:auto", "cat:dog:auto:cup_avoid", "custom", "ocr_text", "liquid", "region_!a%2520b!", "body"),
    ],
    "h": ["100", "0.5", "ih", "1.0", "33"],
    "o": ["0", "50", "99.5", "100"],
    "pg": ["1", "3", "2-5;7-", "name:a%2520b;c", "embedded:2"],
    "q": ["80", "auto", "auto:best:sensitive", "70:444", "auto:eco:420", "jpegmini:2", "100", "70:qmax_20"],
    "fps": ["24", "20-25.50", "-30"],
    "r": ["20", "max", "1:2", "1:2:3:4.5", "0"],
    "so": ["1.50", "20p"],
    "vc": ["h264:main:3.1", "auto"],
    "w": ["100", "0.5", "iw", "auto", "auto:50:300", "auto:breakpoints_50_1000", "auto:10:900:30", "33"],
    "x": ["0", "10", "-3", "0.25", "iw"],
    "y": ["0", "10", "-3", "0.25", "ih"],
    "z": ["1.0", "2"],
}
COMPONENTS = st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=7, unique=True).flatmap(
    lambda codes: st.tuples(*(st.sampled_from(WORDS[code]).map(f"{code}_{{}}".format) for code in codes))
)

# What layers show, and how they are placed; and around some of them, what is done to them before.
SHOWN = [
    *("logo", "docs:logo.png", "private:a:b", "authenticated:a", "fetch:aHR0cHM6Ly9hLmV4YW1wbGUvYi5wbmc=", "lut:a.3dl"),
    *("text:Arial_40:Hi", "text:Open%20Sans_20.5_bold_italic_stroke:a%252Cb%0Ac:d", "text:my:style", "text:kept"),
    *("text:fonts:My.ttf_30_center_letter_spacing_-2.5:%2525", "text:a_1_hinting_full_underline:%F0%9F%8D%BA"),
    *("video:dog", "subtitles:Arial_20:a.srt", "audio:song", "$a", "logo$(b)", "text:Arial_$(a):x$(b)y", "text:$a:$b"),
]
LAYER_WORDS = {
    "e": [
        "multiply",
        "screen",
        "overlay",
        "mask",
        "cut_out",
        "displace",
        "anti_removal:5",
        "style_transfer:9",
        "sepia",
    ],
    "fl": [
        "relative",
        "region_relative",
        "tiled",
        "no_overflow.tiled",
        "cutter",
        "text_no_trim",
        "text_disallow_overflow",
    ],
    "g": ["north", "center", "auto", "face", "faces", "cat:dog", "xy_center", "custom", "no_faces", "ocr_text"],
    "x": ["0", "10", "-3", "0.25", "iw"],
    "y": ["0", "10", "-3", "0.25", "1.0"],
    "so": ["2", "1.50"],
}
ALL_WORDS = {code: [*WORDS.get(code, []), *LAYER_WORDS.get(code, [])] for code in {**WORDS, **LAYER_WORDS}}
BESIDE = st.lists(st.sampled_from(sorted(ALL_WORDS)), max_size=4, unique=True).flatmap(
    lambda codes: st.tuples(*(st.sampled_from(ALL_WORDS[code]).map(f"{code}_{{}}".format) for code in codes))
)
OPENINGS = st.builds(
    lambda code, shown, beside: (f"{code}_{shown}", *beside), st.sampled_from("llu"), st.sampled_from(SHOWN), BESIDE
)
CLOSINGS = BESIDE.map(lambda beside: ("fl_layer_apply", *beside))
LEVELS = st.recursive(
    st.lists(COMPONENTS | OPENINGS, max_size=3),
    lambda level: st.builds(
        lambda before, opening, inside, closing: [*before, opening, *inside, closing], level, OPENINGS, level, CLOSINGS
    ),
    max_leaves=4,
)
LAYERS = st.builds(lambda level, after: [*level, *after], LEVELS, st.lists(COMPONENTS, max_size=1))

CHAINS = st.one_of(st.lists(COMPONENTS, max_size=4), LAYERS)
"""Mostly plans, when they are parsed with tests/transform/vocabulary.py."""

# The same for what only a picture settles.
OPERANDS = """
    w h ar iw ih iar tar cp pc fc ccc rc rn px py idn ils du idu pgnames tags ctx md
    $a $b $(b) 0 1 -2 0.5 300 16:9 1:0 999999999999 !! !a! !7! !a:b! !$(a)! ctx:!k! md:!k! !x%252Cy!
""".split()  # noqa: SIM905
ARITHMETIC = ["add", "sub", "mul", "div", "mod", "pow"]
RELATIONS = ["eq", "ne", "lt", "gt", "lte", "gte", "in", "nin"]
OPERATORS = [*ARITHMETIC, *RELATIONS, "and", "or", "to_i", "to_f"]
VALUES = st.one_of(
    st.sampled_from(OPERANDS),
    st.tuples(st.sampled_from(OPERANDS), st.sampled_from(ARITHMETIC), st.sampled_from(OPERANDS)).map("_".join),
    st.lists(st.sampled_from([*OPERANDS, *OPERATORS]), min_size=1, max_size=7).map("_".join),
)
TESTS = st.one_of(
    st.tuples(VALUES, st.sampled_from(RELATIONS), VALUES).map("_".join),
    st.sampled_from(["isdef_$a", "isndef_$b", "w_gt_300", "ar_lt_1_or_!a!_in_tags", "else", "end", "end"]),
)
LIVE = st.one_of(
    TESTS.map("if_{}".format),
    VALUES.map("$a_{}".format),
    VALUES.map("$b_{}".format),
    st.tuples(st.sampled_from([*WORDS, "bo_$(a)px_solid", "e_sepia:", "e_colorize:amount"]), VALUES).map("_".join),
)
SCRIPTS = st.lists(
    st.one_of(
        COMPONENTS,
        OPENINGS,
        CLOSINGS,
        st.lists(LIVE, min_size=1, max_size=4).map(tuple),
        st.sampled_from([("if_else",), ("if_end",)]),
    ),
    max_size=6,
)
ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text("abwhifor_$!:()0123456789.,/%", max_size=60),
    SCRIPTS.map(lambda chain: "/".join(",".join(words) for words in chain)),
    CHAINS.map(lambda chain: "/".join(",".join(words) for words in chain)),
    st.text("abl_u:textfch$!()%2340.,/_", max_size=60).map("l_{}".format),
    st.text("acefglqrwh_:,/.%$!;()0123456789-", max_size=60),
    st.lists(
        st.tuples(st.sampled_from([*WORDS, "if", "l", "so", "$x", "zz"]), st.sampled_from(NUMBERS)).map("_".join),
        max_size=5,
    ).map(",".join),
)

SOURCES = st.builds(
    SourceFacts,
    format=st.sampled_from(["jpg", "png", "gif", "webp", "svg", "heic", "tif"]),
    width=st.integers(1, 9000),
    height=st.integers(1, 9000),
    has_alpha=st.booleans(),
    frames=st.sampled_from([1, 1, 12]),
    tags=st.sampled_from([(), ("a",), ("a", "b")]),
    context=st.sampled_from([{}, {"k": "7"}, {"k": "a$(b)", "": "!"}]),
)
HINTS = st.builds(
    Hints,
    accept=st.sampled_from(["*/*", "image/avif,image/webp,*/*", "image/webp", "", ";;,="]),
    dpr=st.one_of(st.none(), st.floats()),
    width=st.one_of(st.none(), st.integers(-5, 10**9)),
    viewport_width=st.one_of(st.none(), st.integers(-5, 10**9)),
    saves_data=st.booleans(),
)


def text_of(chain: list[tuple[str, ...]]) -> str:
    return "/".join(",".join(words) for words in chain)
