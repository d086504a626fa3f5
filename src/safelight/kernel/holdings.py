"""Holding: what a context knows about a person, declared where it is born; read by the privacy engine."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a holding when its time is over."""

    ERASE = "erase"
    BLANK = "blank"
    KEEP = "keep"


@dataclass(frozen=True)
class Holding:
    """One kind of personal data: its name, what it is, why it is kept, for how long, and its fate.

    `days` is the retention in days after the start event that `why` names; None as long as its owner keeps it.
    """

    name: str
    what: str
    why: str
    days: int | None
    fate: Fate
