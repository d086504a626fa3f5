"""How pictures that look alike stand beside each other: the indexes of their shapes and colours."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Index, Integer, Table, literal_column, text

from safelight.render.likeness import BANDS, LAYOUT

HAS = "kind = 'likeness'"
"""What is in the indexes; of rows of `analyses`, and so is all that is here."""


def _number(place: str) -> ColumnElement[int]:
    # To the letter as the index has it: a parameter would hide the place.
    return literal_column(f"((facts #>> '{{likeness,{place}}}')::integer)", Integer)


SHAPE = tuple(_number(f"shape,{place}") for place in range(BANDS))
WAVES = tuple(_number(f"layout,{place}") for place in range(LAYOUT))
CELL = _number("cell")
WAYS: Mapping[str, ColumnElement[int]] = {**{f"shape_{place}": part for place, part in enumerate(SHAPE)}, "cell": CELL}
"""By the end of the name of the index what it orders."""


def add_indexes(analyses: Table) -> None:
    """One for each part of a shape, and one for the cells of colours."""
    for name, value in WAYS.items():
        Index(f"ix_analyses_{name}", analyses.c.cloud_id, value, postgresql_where=text(HAS))
