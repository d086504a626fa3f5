"""Which other files a plan needs, and stored styles put in their places."""

import pytest

from safelight.kernel.media import Access, Kind
from safelight.transform.parse import parse
from safelight.transform.plan import TextStyle
from safelight.transform.reference import Reference
from safelight.transform.references import references, with_styles
from tests.transform.vocabulary import VOCABULARY

FONT = Reference("My.ttf", Kind.RAW, Access.AUTHENTICATED)
KEPT = Reference("kept", access=Access.TEXT)
LOGO = Reference("logo")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w_5/e_sepia", ()),
        ("l_logo,w_5", (LOGO,)),
        ("l_logo/l_a:b/l_logo", (LOGO, Reference("a/b"))),
        ("l_text:Arial_5:x", ()),
        ("l_text:My.ttf_5:x", (FONT,)),
        ("l_text:kept:x/l_text:kept:y", (KEPT,)),
        (
            "l_logo/l_text:My.ttf_5:x/fl_layer_apply/l_lut:a.cube/fl_layer_apply",
            (LOGO, FONT, Reference("a.cube", Kind.RAW)),
        ),
        ("l_private:logo", (Reference("logo", access=Access.PRIVATE),)),
        ("l_fetch:aHR0cDovL2IuYy9k", (Reference("http://b.c/d", access=Access.FETCH),)),
        ("l_subtitles:My.ttf_5:a.srt", (Reference("a.srt", Kind.RAW), FONT)),
        ("l_logo/cs_icc:a.icc", (LOGO, Reference("a.icc", Kind.RAW, Access.AUTHENTICATED))),
    ],
)
def test_a_plan_refers_to_files(text, expected):
    assert references(parse(text, VOCABULARY)) == expected


def test_stored_styles_are_put_in_their_places_at_any_depth():
    style = TextStyle("Times", 9, weight=700)
    plan = parse("l_text:kept:x,co_red/l_logo/l_text:kept:y/fl_layer_apply/fl_layer_apply", VOCABULARY)
    styled = with_styles(plan, {KEPT: style})
    assert styled == parse(
        "l_text:Times_9_bold:x,co_red/l_logo/l_text:Times_9_bold:y/fl_layer_apply/fl_layer_apply", VOCABULARY
    )
    assert references(styled) == (LOGO,)
    assert with_styles(plan, {}) == plan
