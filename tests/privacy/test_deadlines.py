"""By when a request must be answered: as each law counts, which never makes it later than it says."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from safelight.kernel.errors import Conflict, Invalid
from safelight.privacy import deadlines
from safelight.privacy.deadlines import Span, deadlines_of
from safelight.privacy.node import parsed
from safelight.privacy.request import Channel, Kind, Pause, Proof, Request, State, check, first_state

LAWS = deadlines.shipped()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def asked(kind: Kind = Kind.ACCESS, regimes: tuple[str, ...] = ("gdpr",), received: str = "2026-03-02") -> Request:
    return Request("x", 2026, 7, kind, State.NEEDS_PERSON, Channel.WEB, "en", regimes, at(received))


@pytest.mark.parametrize(
    ("span", "received", "due"),
    [
        (Span(months=1), "2026-01-31", "2026-02-28"),
        (Span(months=1), "2028-01-31", "2028-02-29"),
        (Span(months=1), "2026-12-15", "2027-01-15"),
        (Span(months=1), "2026-02-28", "2026-03-28"),
        (Span(days=45), "2026-01-01", "2026-02-15"),
        (Span(business_days=10), "2026-11-23", "2026-12-07"),   # two weeks from a Monday on
        (Span(business_days=1), "2026-11-27", "2026-11-30"),    # from a Friday to a Monday
        (Span(business_days=1), "2026-11-28", "2026-11-30"),    # from a Saturday, too
    ],
)  # fmt: skip
def test_a_span_is_counted_as_the_law_does(span: Span, received: str, due: str):
    assert span.after(at(received)) == at(due)


@pytest.mark.parametrize(
    ("kind", "regimes", "received", "extended", "due"),
    [
        (Kind.ACCESS, ("gdpr",), "2026-03-02", False, "2026-04-02"),
        (Kind.ACCESS, ("gdpr",), "2026-03-02", True, "2026-06-02"),
        (Kind.ACCESS, ("ccpa",), "2026-03-02", False, "2026-04-16"),
        (Kind.ACCESS, ("ccpa",), "2026-03-02", True, "2026-05-31"),
        (Kind.ACCESS, ("ccpa", "gdpr"), "2026-03-02", False, "2026-04-02"),     # the earliest of both
        (Kind.OPT_OUT, ("ccpa",), "2026-03-02", False, "2026-03-23"),
        (Kind.SHINE_THE_LIGHT, ("ccpa",), "2026-03-02", False, "2026-04-01"),
        (Kind.SHINE_THE_LIGHT, ("gdpr",), "2026-03-02", False, "2026-04-02"),
    ],
)  # fmt: skip
def test_each_regime_has_its_own_day(kind: Kind, regimes: tuple[str, ...], received: str, extended: bool, due: str):
    request = asked(kind, regimes, received)
    request = replace(request, extended_at=at("2026-03-10")) if extended else request
    assert LAWS.due(request) == at(due)


def test_a_clock_stands_while_a_proof_is_missing_only_where_the_law_lets_it():
    stands = replace(asked(regimes=("gdpr",)), pauses=[Pause(at("2026-03-02"))])
    assert LAWS.due(stands) is None
    went_on = replace(stands, pauses=[Pause(at("2026-03-02"), at("2026-03-07"))])
    assert LAWS.due(went_on) == at("2026-04-07")
    runs = replace(stands, regimes=("ccpa",))
    assert LAWS.due(runs) == at("2026-04-16")
    assert LAWS.due(replace(stands, regimes=("gdpr", "ccpa"))) == at("2026-04-16")


@pytest.mark.parametrize(
    ("country", "regimes"),
    [("DE", ("gdpr",)), ("no", ("gdpr",)), ("GB", ("uk_gdpr",)), ("US", ("ccpa",)), ("ZZ", ("gdpr",)), ("", ("gdpr",))],
)
def test_the_law_is_that_of_the_country_and_else_the_strictest(country: str, regimes: tuple[str, ...]):
    assert LAWS.regimes_of(country) == regimes


def test_it_is_put_off_once_and_in_time():
    request = replace(asked(), due_at=at("2026-04-02"))
    LAWS.check_extension(request, at("2026-04-01"))
    for late in (
        replace(request, extended_at=at("2026-03-05")),
        replace(request, state=State.DENIED),
        replace(request, due_at=at("2026-03-31")),
    ):
        with pytest.raises(Conflict):
            LAWS.check_extension(late, at("2026-04-01"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("regimes: {}\notherwise: gdpr\nlooked_at: x", "otherwise"),
        ("regimes: {a: {title: A, answer: {}, extend: {days: 1}, source: x}}\notherwise: a\nlooked_at: x", "answer"),
        ("regimes: {a: {title: A, answer: {weeks: 1}, extend: {days: 1}, source: x}}\notherwise: a", "weeks"),
        ("regimes: {}\nlater: 1", "later"),
    ],
)
def test_a_file_that_says_something_else_is_refused_at_the_place(text: str, said: str):
    with pytest.raises(Invalid, match=said):
        deadlines_of(parsed(text.encode(), "deadlines.yaml"))


def test_every_regime_says_where_it_is_written():
    assert all(each.source and each.title and each.countries for each in LAWS.regimes.values())
    assert LAWS.version >= 1


@pytest.mark.parametrize(
    ("kind", "proof", "has_account", "state"),
    [
        (Kind.ACCESS, None, True, State.IDENTITY_PENDING),
        (Kind.ACCESS, None, False, State.IDENTITY_PENDING),
        (Kind.ACCESS, Proof.LINK, True, State.EXECUTING),
        (Kind.PORTABILITY, Proof.SESSION, True, State.EXECUTING),
        (Kind.ERASURE, Proof.LINK, True, State.NEEDS_PERSON),       # an account with all that hangs on it
        (Kind.ERASURE, Proof.LINK, False, State.APPROVED),
        (Kind.OPT_OUT, None, False, State.FULFILLED),               # at once, for whoever asks
        (Kind.QUESTION, None, False, State.NEEDS_PERSON),
        (Kind.RESTRICTION, None, True, State.IDENTITY_PENDING),
        (Kind.RESTRICTION, Proof.OPERATOR, True, State.NEEDS_PERSON),
    ],
)  # fmt: skip
def test_no_more_proof_is_asked_than_the_kind_needs(kind: Kind, proof: Proof | None, has_account: bool, state: State):
    assert first_state(kind, proof, has_account=has_account) is state


@pytest.mark.parametrize(
    ("state", "to", "may"),
    [
        (State.IDENTITY_PENDING, State.EXPIRED, True),
        (State.IDENTITY_PENDING, State.ROUTED, False),
        (State.APPROVED, State.WITHDRAWN, True),
        (State.EXECUTING, State.WITHDRAWN, False),      # what is being erased cannot be called back
        (State.EXECUTING, State.PARTLY_FULFILLED, True),
        (State.FULFILLED, State.NEEDS_PERSON, False),
        (State.DENIED, State.FULFILLED, False),
    ],
)  # fmt: skip
def test_there_are_ways_back_and_ways_that_are_none(state: State, to: State, may: bool):
    request = replace(asked(), state=state)
    if may:
        check(request, to)
        return
    with pytest.raises(Conflict, match="SL-2026-000007"):
        check(request, to)


def test_a_case_number_is_what_letters_say():
    assert asked().case == "SL-2026-000007"
