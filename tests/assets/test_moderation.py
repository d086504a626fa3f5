"""Who looks at an asset, in which order, and what comes of it."""

from datetime import UTC, datetime

import pytest

from safelight.assets.model import Review, Status
from safelight.assets.moderation import begun, by_person, decided, deciding, verdict

NOW = datetime(2026, 1, 2, tzinfo=UTC)
BOTH = (("duplicate", "0.8"), ("manual", ""))


def said(reviews):
    return " ".join(f"{one.kind}:{one.status}" for one in reviews)


def of(text):
    """`duplicate:rejected manual:aborted` as reviews."""
    return tuple(Review(kind, Status(status), NOW) for kind, _, status in (one.partition(":") for one in text.split()))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((), ""),
        ((("manual", ""),), "manual:pending"),
        (BOTH, "duplicate:pending manual:queued"),
    ],
)
def test_the_first_begins_and_the_others_wait(asked, expected):
    assert said(begun(asked, NOW)) == expected


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ("duplicate:pending manual:queued", "approved", "duplicate:approved manual:pending"),
        ("duplicate:pending manual:queued", "rejected", "duplicate:rejected manual:aborted"),
        ("duplicate:pending", "approved", "duplicate:approved"),
        ("duplicate:approved manual:pending", "rejected", "duplicate:approved manual:pending"),
        ("duplicate:aborted manual:rejected", "approved", "duplicate:aborted manual:rejected"),
        ("manual:pending", "approved", "manual:pending"),
        ("", "approved", ""),
    ],
)
def test_a_program_decides_only_when_it_is_its_turn(before, status, after):
    assert said(decided(of(before), "duplicate", Status(status), NOW)) == after


@pytest.mark.parametrize(
    ("before", "status", "after"),
    [
        ("manual:pending", "approved", "manual:approved"),
        ("manual:approved", "pending", "manual:pending"),
        ("", "rejected", "manual:rejected"),
        ("duplicate:rejected manual:aborted", "approved", "duplicate:rejected manual:approved"),
        ("duplicate:rejected", "approved", "duplicate:rejected manual:approved"),
        ("duplicate:pending manual:queued", "rejected", "duplicate:aborted manual:rejected"),
        ("duplicate:pending manual:queued", "approved", "duplicate:pending manual:approved"),
    ],
)
def test_a_person_may_always_speak(before, status, after):
    assert said(by_person(of(before), Status(status), NOW)) == after


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ("", None),
        ("manual:pending", "pending"),
        ("manual:approved", "approved"),
        ("manual:rejected", "rejected"),
        ("duplicate:pending manual:queued", "pending"),
        ("duplicate:approved manual:pending", "pending"),
        ("duplicate:rejected manual:aborted", "rejected"),
        ("duplicate:rejected manual:approved", "approved"),
        ("duplicate:rejected manual:pending", "pending"),
        ("duplicate:approved manual:rejected", "rejected"),
        ("duplicate:pending manual:approved", "approved"),
        ("duplicate:approved", "approved"),
        ("duplicate:rejected", "rejected"),
    ],
)
def test_the_word_of_a_person_holds(reviews, expected):
    assert verdict(of(reviews)) == (Status(expected) if expected else None)


@pytest.mark.parametrize(
    ("reviews", "expected"),
    [
        ("", None),
        ("duplicate:pending manual:queued", "duplicate"),
        ("duplicate:approved manual:pending", "manual"),
        ("duplicate:rejected manual:aborted", "duplicate"),
        ("duplicate:rejected manual:approved", "manual"),
    ],
)
def test_one_review_tells_most(reviews, expected):
    found = deciding(of(reviews))
    assert (found.kind if found else None) == expected
