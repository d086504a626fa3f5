"""Going: whose archive, or request with its letters, reaches its time between two moments; to warn them before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.ports.database import Session
from safelight.privacy import store_requests, store_subjects
from safelight.privacy.export import State
from safelight.privacy.request import Kind
from safelight.privacy.terms import REQUEST_DAYS

TOLD_MAX = 10_000
"""Most people that one round tells; who is more than that has still the second warning."""


@dataclass(frozen=True)
class Going:
    """Something that a person can still see, and not for long."""

    account_id: str
    user_id: str
    count: int


async def archives(session: Session, after: datetime, until: datetime) -> Sequence[Going]:
    """Those that are ready, and that nobody fetched."""
    rows = await store_subjects.exports_ending(session, State.READY, after, until, TOLD_MAX)
    return [Going(row["account_id"], row["user_id"], row["count"]) for row in rows]


async def requests(session: Session, after: datetime, until: datetime) -> Sequence[Going]:
    """Those of people who have an account, where they see them."""
    kept = timedelta(days=REQUEST_DAYS)
    rows = await store_requests.ended_between(session, after - kept, until - kept, Kind.AMENDMENT.value, TOLD_MAX)
    return [Going(row["account_id"], row["user_id"], row["count"]) for row in rows]
