"""Unneeded: fields of people that nobody fills, and fields that nobody reads: what is not used need not be (PP-38).

Nobody counts reads: it would cost each of them. What no use of the policy may read, nobody reads; and what is empty in
every row, as the statistics of the database tell, nobody wrote for as long as rows are kept.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from safelight.ports.database import Session
from safelight.privacy import ledger
from safelight.privacy.policy import Policy
from safelight.privacy.selfcheck import Finding, Status, failed, passed

YEAR = timedelta(days=365)
ROWS_MIN = 100
"""Of fewer rows nothing can be said."""
SHOWN_MAX = 10

_EMPTY = text(
    "SELECT s.tablename || '.' || s.attname AS name FROM pg_stats s "
    "JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = 'public'::regnamespace "
    "WHERE s.schemaname = 'public' AND c.reltuples >= :rows AND (s.null_frac = 1 OR (s.null_frac + "
    "s.most_common_freqs[1] >= 1 AND array_length(s.most_common_freqs, 1) = 1 "
    "AND s.most_common_vals::text IN ('{\"\"}', '{\"{}\"}', '{\"[]\"}', '{{}}', '{[]}'))) ORDER BY 1"
)


async def fields_are_used(session: Session, policy: Policy, said: Finding, now: datetime) -> Finding:
    """PP-38: `said` is what was found of reasons and purposes."""
    if said.status is not Status.PASS:
        return said
    if idle := unread(policy):
        return failed(f"no use of the policy reads {_named(idle)}")
    return passed(f"{said.evidence}, each read by some use; {await _unwritten(session, policy, now)}")


def unread(policy: Policy) -> list[str]:
    """Fields all of whose purposes nobody reads for."""
    used = {purpose for purposes in policy.use_cases.values() for purpose in purposes} | policy.purposes_of_job("")
    return [
        f"{entity.name}.{field.name}"
        for entity in policy.entities.values()
        for field in entity.fields
        if used.isdisjoint(field.purposes)
    ]


async def _unwritten(session: Session, policy: Policy, now: datetime) -> str:
    began_at = await ledger.began_at(session)
    if began_at is None or now - began_at < YEAR:
        return "which of them nobody fills is looked at when the installation is a year old"
    columns = {column for entity in policy.entities.values() for field in entity.fields for column in field.columns}
    empty = await empty_columns(session, columns)
    return f"nobody filled {_named(empty)} in a year" if empty else "each is filled by somebody"


async def empty_columns(session: Session, columns: Collection[str]) -> list[str]:
    """Those of them that are empty in every row of a table that has many."""
    rows = await session.fetch(_EMPTY, {"rows": ROWS_MIN})
    return [row["name"] for row in rows if row["name"] in columns]


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN_MAX} more" if len(names) > SHOWN_MAX else ""
    return ", ".join(names[:SHOWN_MAX]) + more
