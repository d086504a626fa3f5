"""A row of the bench's table says whether its aim is reached, and never guesses."""

import pytest

from bench.figures import Aim, Figure, table
from bench.measure import Spread, percentile


@pytest.mark.parametrize(
    ("aim", "value", "is_reached"),
    [
        (Aim(0.95), 0.96, True),
        (Aim(0.95), 0.94, False),
        (Aim(300, is_most=True, unit=" MiB"), 108, True),
        (Aim(300, is_most=True, unit=" MiB"), 393, False),
        (None, 7, None),
    ],
)
def test_an_aim_is_at_least_or_at_most(aim, value, is_reached):
    assert Figure("cold", "work", aim=aim, value=Spread(value, value, value)).is_reached is is_reached


def test_what_is_not_at_hand_has_no_figure():
    row = Figure("cold", "cold derive, jpg q80", "imgproxy", Aim(1.3), lacking="no registry has it built")
    assert row.is_reached is None
    assert "| imgproxy | ≥ 1.3 | not at hand: no registry has it built | – |" in str(row)
    assert table([row]).count("\n") == 2


def test_the_middle_stands_with_its_quarters():
    assert str(Spread.of([1, 2, 3, 4, 5])) == "3 (1.5 to 4.5)"
    assert str(Spread.of([2])) == "2"
    assert str(Spread(1555.7, 1555.7, 1555.7)) == "1556"


@pytest.mark.parametrize(("part", "expected"), [(50, 51), (99, 100), (100, 100)])
def test_a_percentile_is_one_of_the_values(part, expected):
    assert percentile(range(1, 101), part) == expected
