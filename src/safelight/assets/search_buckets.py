"""Bucket: how often each value of a field is in what a search finds, or how many fall into each stretch of numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Select, and_, cast, func, literal, select

from safelight.assets.search_fields import COUNTED, RANGED
from safelight.assets.store import assets
from safelight.kernel.errors import Invalid
from safelight.ports.database import Session

_Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Bucket:
    """One stretch of numbers to count: from the low end to before the high one."""

    key: str
    low: float | None = None
    high: float | None = None


async def values_counted(
    session: Session, narrowed: Callable[[_Rows], _Rows], name: str, buckets: Sequence[Bucket]
) -> dict[str, int]:
    """`narrowed`: the same question, asked of what is found alone. Raises Invalid for what cannot be counted."""
    if not buckets:
        if name not in COUNTED:
            raise Invalid(f"Invalid aggregate {name[:60]}; known are {', '.join(sorted(COUNTED))}")
        value = COUNTED[name]
        counted_values = select(value.label("value"), func.count().label("total")).group_by(value)
        rows = await session.fetch(narrowed(counted_values.where(value.is_not(None))))
        return {str(row["value"]): int(row["total"]) for row in sorted(rows, key=lambda row: str(row["value"]))}
    if name not in RANGED:
        raise Invalid(f"Invalid aggregate {name[:60]}; ranges are known of {', '.join(sorted(RANGED))}")
    amount = cast(RANGED[name], Float)
    ends: list[tuple[str, ColumnElement[bool]]] = []
    for bucket in buckets:
        within: list[ColumnElement[bool]] = [amount.is_not(None)]
        if bucket.low is not None:
            within.append(amount >= literal(bucket.low))
        if bucket.high is not None:
            within.append(amount < literal(bucket.high))
        ends.append((bucket.key, and_(*within)))
    counted = [func.count().filter(within).label(f"total_{place}") for place, (_, within) in enumerate(ends)]
    row = await session.fetch_one(narrowed(select(*counted).select_from(assets)))
    return {key: 0 if row is None else int(row[f"total_{place}"]) for place, (key, _) in enumerate(ends)}
