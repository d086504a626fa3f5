"""Gpc: the signal by which a browser says that its person wants nothing passed on (Global Privacy Control)."""

from collections.abc import Iterable

HEADER = "Sec-GPC"
SET = "1"


def is_set(values: Iterable[str]) -> bool:
    """Only exactly `1` counts; of several headers one is enough."""
    return any(value == SET for value in values)
