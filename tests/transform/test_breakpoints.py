"""Lists of widths."""

import pytest

from safelight.transform.breakpoints import measured, widths


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(50, 1000, (50, 224, 1000)), (50, 50, (50,)), (50, 51, (50, 51)), (50, 52, (50, 51, 52))],
)
def test_three_files_tell_the_sizes_of_all(low, high, expected):
    assert measured(low, high) == expected


@pytest.mark.parametrize(
    ("bytes_at", "step", "most", "expected"),
    [
        # bytes grow with the square of the width
        ({50: 250, 224: 5018, 1000: 100_000}, 20_000, 20, (1000, 894, 775, 632, 50)),
        ({50: 250, 224: 5018, 1000: 100_000}, 20_000, 4, (1000, 894, 775, 50)),
        # a small file saves nothing on the way
        ({50: 900, 101: 2000, 206: 5000}, 20_000, 20, (206, 50)),
        ({206: 5000}, 20_000, 20, (206,)),
        # formats whose small files are not smaller
        ({50: 900, 101: 900, 206: 900}, 100, 20, (206, 50)),
        ({50: 900, 101: 500, 206: 9000}, 1000, 20, None),
        ({50: 1, 101: 1, 206: 10**9}, 1, 200, None),
    ],
)
def test_widths_fall_and_each_saves_enough(bytes_at, step, most, expected):
    found = widths(bytes_at, step, most)
    if expected is not None:
        assert found == expected
    assert list(found) == sorted(set(found), reverse=True)
    assert len(found) <= most
    assert {found[0], found[-1]} == {max(bytes_at), min(bytes_at)}
