"""Term: how long one kind of records is kept, and the question by which those are found whose time is over.

It is asked apart from who deletes them, so that the one can witness against the other.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, FromClause, and_, false, func, not_, select, true

from safelight.ports.database import Session

GRACE_HOURS = 24
"""So long after its time what is still there is late, and not yet a fault."""

ALL, NONE = true(), false()

OldestOf = Callable[[Session], Awaitable[datetime | None]]


@dataclass(frozen=True)
class Over:
    """What is over at some moment: `due` goes with the next round, `late` should have gone a day ago.

    `held` is over too, and is kept on a ground. `oldest` is when the time of the oldest that is there began.
    """

    due: int = 0
    held: int = 0
    late: int = 0
    oldest: datetime | None = None

    def __add__(self, other: "Over") -> "Over":
        known = [each for each in (self.oldest, other.oldest) if each is not None]
        return Over(self.due + other.due, self.held + other.held, self.late + other.late, min(known) if known else None)


@dataclass(frozen=True)
class Term:
    """The records of `rows` that are `counted` go `keep` after `start`, unless they are `held` on a `ground`."""

    entity: str
    """The holding that they are of."""
    rows: FromClause
    start: ColumnElement[datetime]
    keep: timedelta
    counted: ColumnElement[bool] = ALL
    held: ColumnElement[bool] = NONE
    ground: str = ""
    by_day: bool = False
    """Whether whole days go: then what happened on the last of them is kept till its end."""
    oldest: OldestOf | None = None
    """Of what is not asked row by row: parts of a table by day."""

    def before(self, as_of: datetime) -> datetime:
        """What began earlier is over."""
        at = as_of.astimezone(UTC)
        return (at.replace(hour=0, minute=0, second=0, microsecond=0) if self.by_day else at) - self.keep


async def look(session: Session, term: Term, as_of: datetime) -> Over:
    """What is over at that moment; nothing is touched."""
    before = term.before(as_of)
    row = await session.fetch_one(
        select(
            func.count().filter(not_(term.held)).label("due"),
            func.count().filter(term.held).label("held"),
            func.count()
            .filter(and_(not_(term.held), term.start < before - timedelta(hours=GRACE_HOURS)))
            .label("late"),
        )
        .select_from(term.rows)
        .where(term.counted, term.start < before)
    )
    if term.oldest is None:
        found = await session.fetch_one(
            select(func.min(term.start).label("at")).select_from(term.rows).where(term.counted)
        )
        oldest = found["at"] if found else None
    else:
        oldest = await term.oldest(session)
    return Over(row["due"], row["held"], row["late"], oldest) if row else Over(oldest=oldest)
