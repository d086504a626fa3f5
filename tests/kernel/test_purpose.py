"""Who reads personal data says for what; what the policy does not allow is refused, or told (PP-12)."""

import pytest

from safelight.kernel.errors import PurposeDenied
from safelight.kernel.purpose import Reads, current, reading_for

ALLOWED = {"email": frozenset({"mail", "account"}), "hash": frozenset({"account"})}


def reads(*, is_strict: bool, told: list[tuple[str, str]] | None = None) -> Reads:
    heard = [] if told is None else told
    return Reads(ALLOWED, is_strict, lambda holding, purposes: heard.append((holding, purposes)))


@pytest.mark.parametrize(
    ("purposes", "holdings", "is_allowed"),
    [
        ({"account"}, ["email", "hash"], True),
        ({"mail"}, ["email"], True),
        ({"mail"}, ["hash"], False),
        ({"mail", "account"}, ["hash"], True),
        (set(), ["email"], False),
        ({"account"}, ["nickname"], False),
        (set(), [], True),
    ],
)
def test_what_is_not_declared_is_refused(purposes, holdings, is_allowed):
    guard = reads(is_strict=True)
    with reading_for(frozenset(purposes)):
        if is_allowed:
            guard.check(holdings)
        else:
            with pytest.raises(PurposeDenied, match="PP-12"):
                guard.check(holdings)
    assert bool(guard.denied) is not is_allowed


def test_a_warning_is_told_once_and_counted_each_time():
    told: list[tuple[str, str]] = []
    guard = reads(is_strict=False, told=told)
    with reading_for(frozenset({"mail"})):
        for _ in range(3):
            guard.check(["hash"])
    assert told == [("hash", "mail")]
    assert guard.denied == {("hash", "mail"): 3}


def test_afterwards_it_is_as_before():
    with reading_for(frozenset({"mail"})):
        with reading_for(frozenset({"account"})):
            assert current() == {"account"}
        assert current() == {"mail"}
