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
from safelight.transform.source import SourceFacts
from safelight.transform.url import parse_path
from tests.transform.chains import ANYTHING, CHAINS, HINTS, LIVE, OPENINGS, SCRIPTS, SOURCES, text_of
from tests.transform.vocabulary import VOCABULARY


def plan_or_none(text: str):
    try:
        return parse(text, VOCABULARY)
    except TransformError:
        return None


def settled_or_none(plan, hints, source):
    try:
        return settle(plan, hints, source, None)
    except Invalid:  # as a TransformError is
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
    settled = settled_or_none(plan, hints, source) if plan else None
    if settled is None:
        return
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


@given(OPENINGS)
def test_a_layer_that_is_closed_at_once_is_one_that_closes_itself(opening):
    # Only a gravity makes a difference: it may belong to a cut in the layer where there is another place for it.
    words = [word for word in opening if not word.startswith("g_")]
    own, closed = plan_or_none(",".join(words)), plan_or_none(f"{','.join(words)}/fl_layer_apply")
    assert own == closed or (own and own.script and closed and closed.script)


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
