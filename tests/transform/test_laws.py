"""The laws of the language, for texts that nobody thought of."""

from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.transform.auto import Hints, settle, varies_by
from safelight.transform.canon import canon, derived_key, normal
from safelight.transform.errors import TransformError
from safelight.transform.lexer import lex
from safelight.transform.limits import Limits, check
from safelight.transform.parse import parse
from safelight.transform.plan import Fit
from safelight.transform.source import SourceFacts
from safelight.transform.url import parse_path
from tests.transform.vocabulary import VOCABULARY

NUMBERS = ["0", "1", "2", "7", "50", "100", "400", "-5", "0.5", "1.0", "1.50", "2.25", "0.0001", "16:9", "3:2"]
NAMED_COLORS = ["red", "rgb:0f0", "rgb:00ff0080", "transparent", "Hotpink"]

# Words that are right, or nearly so: what is made of them is mostly a plan.
WORDS: dict[str, list[str]] = {
    "a": ["90", "-20", "45.5", "hflip", "vflip.30", "auto_right", "ignore", "exif", "720"],
    "ar": ["16:9", "1.5", "1", "0.75", "3:4"],
    "b": [*NAMED_COLORS, "auto", "auto:predominant", "blurred", "blurred:50:-20.5", "none"],
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
    ],
    "f": ["jpg", "auto", "webp", "png", "auto:animated", "gif", "avif"],
    "fl": [
        "lossy",
        "attachment",
        "attachment:a%252Eb",
        "attachment:%2525",
        "progressive:semi",
        "png8.awebp",
        "original",
    ],
    "g": ["north", "center", "auto", "auto:subject:cat_30", "auto:face:50:thirds_0", "xy_center", "south_east"],
    "h": ["100", "0.5", "ih", "1.0", "33"],
    "o": ["0", "50", "99.5", "100"],
    "pg": ["1", "3"],
    "q": ["80", "auto", "auto:best:sensitive", "70:444", "auto:eco:420", "jpegmini:2", "100"],
    "r": ["20", "max", "1:2", "1:2:3:4.5", "0"],
    "w": ["100", "0.5", "iw", "auto", "auto:50:300", "auto:breakpoints_50_1000", "auto:10:900:30", "33"],
    "x": ["0", "10", "-3", "0.25", "iw"],
    "y": ["0", "10", "-3", "0.25", "ih"],
    "z": ["1.0", "2"],
}
COMPONENTS = st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=7, unique=True).flatmap(
    lambda codes: st.tuples(*(st.sampled_from(WORDS[code]).map(f"{code}_{{}}".format) for code in codes))
)
CHAINS = st.lists(COMPONENTS, max_size=4)

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
        COMPONENTS, st.lists(LIVE, min_size=1, max_size=4).map(tuple), st.sampled_from([("if_else",), ("if_end",)])
    ),
    max_size=6,
)
ANYTHING = st.one_of(
    st.text(max_size=60),
    st.text("abwhifor_$!:()0123456789.,/%", max_size=60),
    SCRIPTS.map(lambda chain: "/".join(",".join(words) for words in chain)),
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


def plan_or_none(text: str):
    try:
        return parse(text, VOCABULARY)
    except TransformError:
        return None


@given(CHAINS)
def test_the_canonical_text_means_the_same(chain):
    plan = plan_or_none(text_of(chain))
    if plan is not None:
        assert parse(canon(plan), VOCABULARY) == plan
        assert canon(parse(canon(plan), VOCABULARY)) == canon(plan)


@given(CHAINS, SOURCES, HINTS)
def test_a_settled_plan_has_a_canonical_text_too(chain, source, hints):
    plan = plan_or_none(text_of(chain))
    if plan is None:
        return
    settled = settle(plan, hints, source, None)
    assert settled.script is None
    assert varies_by(settled) == ()
    again = parse(canon(settled), VOCABULARY)
    assert (again.steps, again.encode, again.source) == (settled.steps, settled.encode, settled.source)


@given(CHAINS, st.randoms(use_true_random=False))
def test_the_order_of_parts_has_no_meaning(chain, random):
    plan = plan_or_none(text_of(chain))
    shuffled = plan_or_none(text_of([tuple(random.sample(words, len(words))) for words in chain]))
    assert (plan is None) == (shuffled is None)
    if plan is not None and shuffled is not None:
        assert derived_key(plan) == derived_key(shuffled)
        assert plan == shuffled


@given(SCRIPTS)
def test_the_canonical_text_of_a_script_means_the_same(chain):
    plan = plan_or_none(text_of(chain))
    if plan is not None:
        assert parse(canon(plan), VOCABULARY) == plan
        assert canon(parse(canon(plan), VOCABULARY)) == canon(plan)


@given(SCRIPTS, SOURCES, HINTS)
def test_a_script_is_settled_or_refused(chain, source, hints):
    plan = plan_or_none(text_of(chain))
    if plan is None:
        return
    with suppress(Invalid, TooMuch):  # a TransformError is Invalid
        settled = settle(plan, hints, source, None)
        assert settled.script is None
        again = parse(canon(settled), VOCABULARY)
        assert (again.steps, again.encode, again.source) == (settled.steps, settled.encode, settled.source)
        check(settled, source, Limits(150_000_000, 50_000_000, 65_500, 1000))


@given(st.lists(LIVE, min_size=1, max_size=6), SOURCES, st.randoms(use_true_random=False))
def test_the_order_of_parts_has_no_meaning_for_a_script(words, source, random):
    """But variables are kept in the order in which they are written."""
    last = {word.split("_")[0]: word for word in words}
    words = list(last.values())
    variables = [word for word in words if word.startswith("$")]
    others = [word for word in words if not word.startswith("$")]
    random.shuffle(others)
    cut = random.randint(0, len(variables))
    shuffled = variables[:cut] + others + variables[cut:]
    assert outcome(",".join(words), source) == outcome(",".join(shuffled), source)


def outcome(text: str, source: SourceFacts) -> str | None:
    try:
        return derived_key(settle(parse(text, VOCABULARY), Hints(), source, None))
    except Invalid:
        return None


@given(ANYTHING)
@example("%")
@example("w_%ZZ")
@example("t_%00")
@example("fl_" + "." * 30)
@example("a_" + "1" * 5000)
@example("e_paint_over:" + "rgb:" * 30)
@example("w_1,\udc80")
@example("d_\udc80,fl_attachment:%80")
def test_no_text_raises_anything_but_a_transform_error(text):
    plan = plan_or_none(text)
    if plan is not None:
        assert parse(canon(plan), VOCABULARY) == plan


@given(ANYTHING)
def test_the_normal_form_is_its_own_and_says_the_same(text):
    once = normal(text)
    assert normal(once) == once
    assert (plan_or_none(text) is None) == (plan_or_none(once) is None)


@given(ANYTHING)
def test_words_lie_where_they_say(text):
    try:
        components = lex(text)
    except TransformError:
        return
    for word in (word for words in components for word in words):
        assert text[word.start : word.end] == word.raw


@given(CHAINS, SOURCES)
def test_costs_are_told_without_a_crash(chain, source):
    plan = plan_or_none(text_of(chain))
    if plan is None:
        return
    with suppress(TooMuch):
        check(plan, source, Limits(150_000_000, 50_000_000, 65_500, 1000))


@given(st.text(max_size=80), st.text(max_size=20))
@example("/demo/image/fetch/http:", "")
@example("/demo/images/a/b", "")
@example("/demo/image/upload/v" + "9" * 5000 + "/x", "")
@example("/demo/image/upload/\udc80", "")
def test_every_path_is_a_delivery_url_or_a_clear_error(path, query):
    with suppress(Invalid, NotFound):
        assert parse_path(path, query).name
