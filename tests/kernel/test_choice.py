"""What holds follows from all that was said: the last word, by which silence is neither consent nor refusal."""

from datetime import UTC, datetime, timedelta

import pytest

from safelight.kernel.choice import (
    Choice,
    ChoiceKind,
    State,
    Way,
    consents,
    may_disclose,
    objects,
    says_the_same,
    standing,
    state_after,
    wording_of,
)

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ALL, STUDY = ChoiceKind.DISCLOSURE, ChoiceKind.ANALYTICS


def said(state: State, purpose: str = "", *, day: int = 0, kind: ChoiceKind = ALL, ends: int | None = None) -> Choice:
    at = NOW + timedelta(days=day)
    expires_at = None if ends is None else NOW + timedelta(days=ends)
    return Choice(f"{day:03}", kind, purpose, state, Way.ACCOUNT, at, expires_at=expires_at)


@pytest.mark.parametrize(
    ("choices", "may"),
    [
        ([], True),
        ([said(State.REFUSED)], False),
        ([said(State.REFUSED), said(State.GIVEN, day=1)], True),
        ([said(State.GIVEN, day=1), said(State.REFUSED)], True),  # in the order of time, not of the list
        ([said(State.REFUSED), said(State.GIVEN, "firm", day=1)], True),  # who was allowed by name, after
        ([said(State.GIVEN, "firm"), said(State.REFUSED, day=1)], False),
        ([said(State.GIVEN, "other", day=1), said(State.REFUSED)], False),
        ([said(State.REFUSED, "firm")], False),
        ([said(State.WITHDRAWN, "firm", day=1), said(State.GIVEN, "firm")], False),
        ([said(State.REFUSED), said(State.GIVEN, "firm", day=1, ends=2)], False),  # ran out
    ],
)
def test_third_parties_get_what_was_not_refused(choices: list[Choice], may: bool):
    assert may_disclose(standing(choices, NOW + timedelta(days=9)), "firm") is may


@pytest.mark.parametrize(
    ("choices", "is_yes", "is_no"),
    [
        ([], False, False),
        ([said(State.GIVEN, kind=STUDY)], True, False),
        ([said(State.REFUSED, kind=STUDY)], False, True),
        ([said(State.WITHDRAWN, kind=STUDY)], False, True),
        ([said(State.GIVEN, kind=STUDY, ends=1)], False, False),
        ([said(State.GIVEN)], False, False),
    ],
)
def test_silence_is_neither_yes_nor_no(choices: list[Choice], is_yes: bool, is_no: bool):
    known = standing(choices, NOW + timedelta(days=9))
    assert (consents(known, STUDY), objects(known, STUDY)) == (is_yes, is_no)


@pytest.mark.parametrize(
    ("before", "is_wanted", "after", "is_same"),
    [
        (None, True, State.GIVEN, False),
        (None, False, State.REFUSED, False),
        (State.GIVEN, False, State.WITHDRAWN, False),
        (State.GIVEN, True, State.GIVEN, True),
        (State.REFUSED, False, State.REFUSED, True),
        (State.EXPIRED, True, State.GIVEN, False),
        (State.EXPIRED, False, State.REFUSED, False),
    ],
)
def test_what_a_choice_is_called(before: State | None, is_wanted: bool, after: State, is_same: bool):
    held = said(before) if before else None
    assert state_after(held, is_wanted=is_wanted) is after
    assert says_the_same(held, is_wanted=is_wanted) is is_same


def test_nobody_is_asked_again_for_a_year_who_refused():
    assert said(State.REFUSED).asked_again_at == NOW + timedelta(days=365)
    assert said(State.GIVEN).asked_again_at is None


def test_other_words_are_another_version():
    assert (
        wording_of({"en": "a", "de": "b"}) == wording_of({"de": "b", "en": "a"}) != wording_of({"en": "a", "de": "c"})
    )
