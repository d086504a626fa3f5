"""What is promised, for machines; and the signal by which browsers opt out (PP-36)."""

import pytest

from safelight.wire import gpc


@pytest.mark.parametrize(
    ("values", "is_signal"),
    [
        (["1"], True),
        (["0", "1"], True),
        ([], False),
        (["true"], False),
        ([" 1"], False),
        (["1, 1"], False),
        (["2"], False),
    ],
)
def test_only_exactly_one_is_the_signal(values: list[str], is_signal: bool):
    assert gpc.is_set(values) is is_signal
