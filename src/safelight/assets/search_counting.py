"""How many assets a search finds: exactly up to a limit, beyond it as many as the planner expects."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Executable, Select, func, select, text
from sqlalchemy.ext.compiler import compiles

from safelight.ports.database import Session

EXACT_MAX = 10_000
"""Up to here `total_count` is counted: to count a million takes as long as to read them."""

# A question of one cloud never reads the rows of all: the planner believes that what is looked for lies evenly in the
# table, and the rows of a cloud lie together. Each plan is made for the values at hand, for clouds and words differ by
# a factor of a million. To compile a question, or to start processes for it, takes longer than to answer it.
_PREPARE = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true),"
    " set_config('jit', 'off', true),"
    " set_config('max_parallel_workers_per_gather', '0', true),"
    " greatest(0, reltuples) AS rows FROM pg_class WHERE oid = 'assets'::regclass"
)


class _Explain(Executable, ClauseElement):
    """A question of which the server tells only the plan."""

    inherit_cache = False

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement


@compiles(_Explain)
def _explained(element: _Explain, compiler: Any, **words: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **words)


@dataclass(frozen=True)
class Total:
    """How many are found; beyond EXACT_MAX an estimate, and never less than that."""

    count: int
    is_exact: bool


async def prepare(session: Session) -> float:
    """Settings of this transaction under which searches are planned; about how many rows there are in all."""
    row = await session.fetch_one(_PREPARE)
    return 0.0 if row is None else float(row["rows"])


async def total(session: Session, matching: Select[*tuple[Any, ...]]) -> Total:
    """`matching`: anything of each row that is found."""
    some = matching.limit(EXACT_MAX + 1).subquery()
    row = await session.fetch_one(select(func.count().label("total")).select_from(some))
    counted = 0 if row is None else int(row["total"])
    if counted <= EXACT_MAX:
        return Total(counted, is_exact=True)
    expected = int((await explained(session, matching))["Plan Rows"])
    return Total(max(counted, expected), is_exact=False)


async def explained(session: Session, statement: Select[*tuple[Any, ...]]) -> Mapping[str, Any]:
    """How the server would answer."""
    row = await session.fetch_one(_Explain(statement))
    # The answer's one column goes by the name of what was to be selected.
    return {"Plan Rows": 0} if row is None else next(iter(row.values()))[0]["Plan"]


def is_few(found: Total, max_results: int, rows: float) -> bool:
    """Whether to sort all that is found is less work than to walk along an order until a page is full."""
    return found.is_exact and found.count**2 < (max_results + 1) * rows
