"""Members: who is in a figure, as marks that never leave the gate of releases."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import func, select

from safelight.ports.database import Session
from safelight.privacy.release import Parts
from safelight.privacy.store_requests import requests

R = requests.c


async def who_asked(session: Session, first: date, end: date) -> Mapping[str, Parts]:
    """By what was asked for: who asked, as a mark. All of whom none is left any more are one."""
    found = await session.fetch(
        select(R.kind, R.address_mark, func.count().label("count"))
        .where(R.received_at >= _midnight(first), R.received_at < _midnight(end))
        .group_by(R.kind, R.address_mark)
    )
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for row in found:
        cells[row["kind"]][row["address_mark"]] = row["count"]
    return cells


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
