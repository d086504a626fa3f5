"""Widths that are worth having, as clients ask for them."""

import json

import pytest

from safelight.kernel.errors import Invalid
from safelight.uploads.model import BreakpointsAsk
from safelight.wire import breakpoints


def asked(value):
    return breakpoints.asked({"responsive_breakpoints": value if isinstance(value, str) else json.dumps(value)})


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", ()),
        ([], ()),
        ({"create_derived": False, "transformation": "a_90"}, (BreakpointsAsk("a_90"),)),
        ('{"create_derived":false},{"create_derived":true}', (BreakpointsAsk(), BreakpointsAsk(is_kept=True))),
        ([{"create_derived": "true", "format": "webp"}], (BreakpointsAsk(extension="webp", is_kept=True),)),
        (
            [{"create_derived": 1, "min_width": "200", "max_width": 700, "bytes_step": 5000, "max_images": 3}],
            (BreakpointsAsk(is_kept=True, low_px=200, high_px=700, bytes_step=5000, widths_max=3),),
        ),
    ],
)
def test_what_is_asked(said, expected):
    assert asked(said) == expected


def test_an_array_may_come_as_texts():
    texts = ['{"create_derived":false}', '{"create_derived":true}']
    assert [ask.is_kept for ask in breakpoints.asked({"responsive_breakpoints": texts})] == [False, True]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("no json", "Invalid responsive_breakpoints: must be a JSON array"),
        ('[{"\\ud800": 1}]', "Invalid responsive_breakpoints: must be a JSON array"),
        (["a"], "Invalid responsive_breakpoints: each entry must be an object"),
        ([{}], "Missing required parameter - responsive_breakpoints[create_derived]"),
        ([{"create_derived": True, "width": 1}], "Invalid responsive_breakpoints: unknown field width"),
        (
            [{"create_derived": True, "max_images": 2}],
            "Invalid responsive_breakpoints: max_images must be a number from 3 to 200",
        ),
        (
            [{"create_derived": True, "min_width": 9, "max_width": 8}],
            "Invalid responsive_breakpoints: min_width is larger than max_width",
        ),
        ([{"create_derived": False}] * 11, "Invalid responsive_breakpoints: maximum is 10 entries"),
        (
            [{"create_derived": False, "transformation": {}}],
            "Invalid responsive_breakpoints: transformation must be a text",
        ),
    ],
)
def test_what_cannot_be_asked(said, message):
    with pytest.raises(Invalid) as caught:
        asked(said)
    assert caught.value.message == message
