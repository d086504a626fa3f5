"""What is told across accounts leads to nobody: whoever takes one figure from another finds no group below ten."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safelight.privacy import release
from safelight.privacy.hold_checks import attacked
from safelight.privacy.release import Cube, Released, Span

CUBE = Cube("tried", "tried", "letter", Span.MONTH, "")
ONCE = Cube("once", "once", "letter", Span.MONTH, "", most=1)


def group(name: str, members: int, each: int = 100) -> dict[str, int]:
    return {f"{name}{number}": each for number in range(members)}


@pytest.mark.parametrize(
    ("cells", "told", "total"),
    [
        ({"a": group("a", 10)}, {"a": 1000}, 1000),
        ({"a": group("a", 9)}, {}, None),
        ({"a": {}}, {}, None),
        ({}, {}, None),
        # The small one would be the total less the large one: so the large one goes as well.
        ({"a": group("a", 9), "b": group("b", 40)}, {}, 4900),
        # Two small ones together are a group: then nothing else has to go.
        ({"a": group("a", 5), "b": group("b", 6), "c": group("c", 20)}, {"c": 2000}, 3100),
        # Of several that could go with it, the smallest does.
        ({"a": group("a", 3), "b": group("b", 12), "c": group("c", 50)}, {"c": 5000}, 6500),
        # One member is nearly all of it.
        ({"a": {**group("a", 20, 1), "whale": 1000}}, {}, None),
        # Who is in two cells is one member.
        ({"a": group("x", 6), "b": group("x", 6), "c": group("c", 30)}, {}, 4200),
    ],
)
def test_small_groups_and_what_would_give_them_away_are_left_out(cells, told, total):
    assert release.released(CUBE, cells) == Released(told, total)


def test_one_member_counts_for_no_more_than_the_cube_says():
    assert release.released(ONCE, {"a": group("a", 12, 50)}) == Released({"a": 10}, 10)


@pytest.mark.parametrize(("amount", "told"), [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (10, 10), (12, 10), (13, 15)])
def test_figures_are_rounded_to_five(amount, told):
    assert release.rounded(amount) == told


@pytest.mark.parametrize(
    ("count", "words"), [(1, "fewer than 10"), (9, "fewer than 10"), (10, "about 10"), (13, "about 15")]
)
def test_of_few_it_is_not_told_how_few(count, words):
    assert release.about(count) == words


CELLS = st.dictionaries(
    st.sampled_from("abcdef"),
    st.dictionaries(st.integers(0, 40).map(str), st.integers(1, 500), max_size=30),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(CELLS)
def test_no_taking_away_finds_a_group_below_ten(cells):
    """All that is told exactly, as if it were not rounded: any sum of it, and any difference from the total."""
    told = release.released(CUBE, cells)
    names = list(told.cells)
    for count in range(len(names) + 1):
        for chosen in combinations(names, count):
            found = release.joined(cells, set(chosen))
            assert not found or release.is_group(found)
            rest = release.joined(cells, set(cells) - set(chosen))
            assert told.total is None or not rest or release.is_group(rest)


@settings(deadline=None)
@given(CELLS)
def test_what_was_released_is_found_to_have_passed(cells):
    assert release.broken(release.released(CUBE, cells)) == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Released({"a": 7}, 10), "rounded"),
        (Released({"a": -5}, 10), "less than nothing"),
        (Released({"a": 10}, None), "a total that is not"),
    ],
)
def test_what_cannot_have_passed_is_found(told, words):
    [fault] = release.broken(told)
    assert words in fault


def test_the_same_is_told_in_one_cut_alone():
    other = Cube("by-country", CUBE.metric, "country", Span.MONTH, "")
    assert release.clashing([CUBE, ONCE]) == []
    assert release.clashing([CUBE, other]) == ["tried is told in two cuts"]


@pytest.mark.parametrize(
    ("span", "today", "first", "end"),
    [
        (Span.MONTH, date(2026, 11, 24), date(2026, 10, 1), date(2026, 11, 1)),
        (Span.MONTH, date(2026, 1, 1), date(2025, 12, 1), date(2026, 1, 1)),
        (Span.YEAR, date(2026, 11, 24), date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_the_last_period_is_over(span, today, first, end):
    assert release.last_period(span, today) == (first, end)


def _leaks(_cube, cells):
    return Released({name: sum(parts.values()) for name, parts in cells.items()}, 1)


@pytest.mark.parametrize(
    ("gate", "words"),
    [
        (release.released, []),
        (_leaks, ["a group of nine is told", "a group of nine follows", "nearly all of one", "to the last digit"]),
        (lambda _cube, _cells: Released({}, None), ["a group of ten is not told"]),
    ],
)
def test_the_attack_finds_a_gate_that_leaks(gate, words):
    found = attacked(gate)
    assert len(found) == len(words)
    assert all(word in fault for word, fault in zip(words, found, strict=True))
