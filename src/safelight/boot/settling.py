"""Settle: what a serving process made at its start stays until its end, and is not looked through for rubbish again."""

import gc

YOUNG_MAX = 20_000
"""So many new objects before the youngest are looked through. Python's 700 suit programs that make a few: a second of
many visitors makes tens of thousands, and all of them go by themselves when it is written down."""
MIDDLE_MAX = 20
OLD_MAX = 20


def settle() -> None:
    """Once, when everything is there: all rooms, routes and statements. See docs/explanation/what-a-hit-costs.md."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_MAX, MIDDLE_MAX, OLD_MAX)
