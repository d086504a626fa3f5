"""Bars stand where the figures say, the scale ends in a round figure, and days are told as far as there is room."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safelight.console import chart

KB = 1024


@pytest.mark.parametrize(
    ("most", "is_bytes", "top", "step"),
    [
        (0, False, 1, 1),
        (1, False, 1, 1),
        (4, False, 4, 1),
        (9, False, 10, 2.5),
        (523, False, 600, 200),
        (1000, False, 1000, 250),
        (10_001, False, 15_000, 5000),
        (0, True, 1, 1),
        (3 * KB, True, 3 * KB, KB),
        (1.2 * KB**3, True, 1.5 * KB**3, 0.5 * KB**3),
    ],
)
def test_the_scale_ends_in_a_round_figure(most: float, is_bytes: bool, top: float, step: float):
    if most or not is_bytes:
        assert chart.ceiling(most, is_bytes=is_bytes) == (top, step)
    else:
        assert chart.ceiling(most, is_bytes=is_bytes)[0] > 0


@given(st.floats(0, 2**60), st.booleans())
def test_no_figure_stands_above_the_scale_and_there_are_few_lines(most: float, is_bytes: bool):
    top, step = chart.ceiling(most, is_bytes=is_bytes)
    assert top >= most * (1 - 1e-9)
    assert 1 <= round(top / step) <= chart.LINES + 1


def drawn(parts: list[list[float]], width: int = 720) -> chart.Chart:
    days = [f"day {number}" for number in range(len(parts[0]))]
    return chart.drawn(days, parts, width=width, say=str, words=lambda part, day: f"{part} on {day}")


def test_causes_lie_on_each_other_and_nothing_is_drawn_of_nothing():
    made = drawn([[10, 0], [30, 40]])
    first, second, third = made.bars
    floor = chart.HEIGHT - chart.BOTTOM
    assert [bar.words for bar in made.bars] == ["0 on 0", "1 on 0", "1 on 1"]
    assert first.y + first.height == pytest.approx(floor)
    assert second.y + second.height == pytest.approx(first.y)
    assert (third.y, third.y + third.height) == (pytest.approx(chart.TOP), pytest.approx(floor))
    assert first.x < third.x


@given(st.integers(1, 90), st.sampled_from([340, 720]))
def test_bars_and_days_stay_inside_and_the_last_day_is_always_told(days: int, width: int):
    made = drawn([[float(day % 7) for day in range(days)]], width)
    assert all(bar.x >= chart.LEFT and bar.x + bar.width <= width for bar in made.bars)
    told = [label for label in made.labels if label.words.startswith("day")]
    assert told[0].words == f"day {days - 1}"
    places = sorted(label.x for label in told)
    assert all(after - before >= chart.LABEL_WIDTH / 2 for before, after in itertools.pairwise(places))
