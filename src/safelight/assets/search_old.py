"""Old: what was changed, or uploaded, before a moment was made before it too, and is looked for from there on.

The order that people see most is that of when assets were made, the newest first. What is said of another time leads
nowhere in it; but nothing is changed before it is made, unless a clock was wrong: and of such assets there are indexes
of their own, which hold nothing where all clocks are right (store.py).
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, literal, or_, select

from safelight.assets.query import Clause, Comparison, Every, Query, Text
from safelight.assets.query_values import Asked, span
from safelight.assets.store import CHANGED_BEFORE, UPLOADED_BEFORE, A, assets
from safelight.ports.database import Session

_STEP = timedelta(seconds=1)
"""In which uploads are counted."""
_TOO_EARLY = {
    "updated_at": CHANGED_BEFORE,
    "last_updated.updated_at": CHANGED_BEFORE,
    "uploaded_at": UPLOADED_BEFORE,
}
"""By field: what holds of assets for which it is earlier than it can be."""


async def made_before(session: Session, cloud_id: str, query: Query, asked: Asked) -> list[ColumnElement[bool]]:
    """What must hold of when all that is found was made."""
    parts = query.parts if isinstance(query, Every) else (query,)
    said = [part for part in parts if isinstance(part, Clause) and part.field.text in _TOO_EARLY]
    ends = {part.field.text: end for part in said if (end := _end(part)) is not None}
    if not ends:
        return []
    wrong = or_(*{_TOO_EARLY[name] for name in ends})
    if await session.fetch_one(select(literal(1)).select_from(assets).where(A.cloud_id == cloud_id, wrong).limit(1)):
        return []
    return [A.created_at <= span(end, asked).start + _STEP for end in ends.values()]


def _end(clause: Clause) -> Text | None:
    """Of a time that is to be no later than that."""
    value = clause.value
    if not isinstance(value, Text):
        value = value.high
    elif clause.comparison not in (Comparison.UNDER, Comparison.TO):
        return None
    return None if value is None or value.is_any else value
