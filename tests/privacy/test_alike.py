"""Which requests of one person are the same, so that one answer is enough."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.privacy import alike
from safelight.privacy.request import Channel, Kind, Request, State

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def asked(kind: Kind, text: str = "", state: State = State.NEEDS_PERSON, id: str = "a", hint: str = "") -> Request:
    return Request(id, 2026, 1, kind, state, Channel.WEB, "en", (), NOW, verified_at=NOW, text=text, hint=hint)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        (asked(Kind.ACCESS, "all"), asked(Kind.ACCESS, "everything"), True),
        (asked(Kind.ACCESS), asked(Kind.PORTABILITY), False),
        (asked(Kind.ERASURE), asked(Kind.ERASURE, "now!"), True),
        (asked(Kind.RECTIFICATION, "My name  is Ann."), asked(Kind.RECTIFICATION, "my name is ann."), True),
        (asked(Kind.RECTIFICATION, "My name is Ann."), asked(Kind.RECTIFICATION, "My street is Way."), False),
        (asked(Kind.REPORT, hint="https://x/a"), asked(Kind.REPORT, hint="https://x/b"), False),
        (asked(Kind.APPEAL, "no"), replace(asked(Kind.APPEAL, "no"), refers_to="other"), False),
    ],
)
def test_what_is_the_same(one: Request, other: Request, is_same: bool):
    assert alike.is_same(one, other) == is_same


@pytest.mark.parametrize(
    ("kind", "before", "is_found"),
    [
        (Kind.ACCESS, asked(Kind.ACCESS, state=State.EXECUTING), True),
        (Kind.ACCESS, asked(Kind.ACCESS, state=State.FULFILLED), False),         # and may ask anew
        (Kind.ACCESS, replace(asked(Kind.ACCESS), verified_at=None), False),     # somebody else may have made it
        (Kind.SHINE_THE_LIGHT, asked(Kind.SHINE_THE_LIGHT, state=State.FULFILLED), True),    # once a year
        (
            Kind.SHINE_THE_LIGHT,
            replace(asked(Kind.SHINE_THE_LIGHT, state=State.FULFILLED), received_at=datetime(2025, 12, 31, tzinfo=UTC)),
            False,
        ),
    ],
)  # fmt: skip
def test_the_earlier_one_is_open_and_proved(kind: Kind, before: Request, is_found: bool):
    found = alike.earlier(asked(kind, id="b"), [before])
    assert (found is before) == is_found


def test_none_is_earlier_than_itself():
    assert alike.earlier(asked(Kind.ACCESS), [asked(Kind.ACCESS)]) is None


@pytest.mark.parametrize(
    ("text", "case"),
    [("about SL-2026-000123, please", (2026, 123)), ("sl-2026-7", (2026, 7)), ("SL-26-1", None), ("", None)],
)
def test_a_case_is_found_in_words(text: str, case: tuple[int, int] | None):
    assert alike.case_in(text) == case
