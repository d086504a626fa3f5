"""A few faults on purpose, of those that `make faults` does by the thousand; and that the look afterwards sees."""

import time

import pytest

from tests.faults.invariants import breaches, rows_without_bytes
from tests.faults.rounds import Tally, run
from tests.faults.standing import SHAPES, standing

FAULTS = 6
SECONDS = 12


@pytest.mark.parametrize("shape", SHAPES)
def test_whatever_breaks_all_is_whole_afterwards(shape):
    tally = Tally()
    run(shape, FAULTS, 2026, tally, ends_at=time.monotonic() + SECONDS + 90, say=print)
    assert tally.count >= 1
    assert tally.files
    assert not tally.breaches, tally.breaches


def test_what_is_lost_would_be_seen(tmp_path):
    with standing("own", tmp_path) as house:
        house.recovered()
        assert not breaches(house)
        original = next((house.data / "blobs" / "c").rglob("original.sealed"))
        whole = original.read_bytes()
        original.write_bytes(whole[:-1])
        assert rows_without_bytes(house), "one byte is missing"
        original.unlink()
        assert rows_without_bytes(house), "all are missing"
        original.write_bytes(whole)
        assert not rows_without_bytes(house)
        house.query("DELETE FROM assets")
        assert rows_without_bytes(house), "rows of derived files without their asset"
