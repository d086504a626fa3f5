"""How many assets a search finds: exactly up to a limit, beyond it as many as the planner expects."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Executable,
    Select,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles

from safelight.assets.search_way import Expected
from safelight.assets.search_words import asked_unlisted, words_of
from safelight.assets.store import A, assets
from safelight.ports.database import Session

# A question of one cloud never reads the rows of all: the planner believes that what is looked for lies evenly in the
# table, and the rows of a cloud lie together. Each plan is made for the values at hand, for clouds and words differ by
# a factor of a million. To compile a question, or to start processes for it, takes longer than to answer it. And a
# list of all rows that have a word is to hold them all: where it holds pages, the words of each row are made again.
_Question = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]

_SETTINGS = {
    "enable_seqscan": "off",
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "work_mem": "64MB",
}
# By the index of words, and by no other: it is the one that the planner knows too little about.
_ONLY_BITMAPS = {"enable_indexscan": "off", "enable_indexonlyscan": "off"}
# And where it tells that a page is soon full, the planner is not to sort all that there may be.
_ONLY_ORDER = {"enable_sort": "off", "enable_bitmapscan": "off"}
_ALL_WAYS = dict.fromkeys((*_ONLY_BITMAPS, *_ONLY_ORDER), "on")


def _set(settings: Mapping[str, str]) -> _Question:
    """Give some settings of the transaction a value; what they were before is told."""
    said = select(*(func.current_setting(name).label(name) for name in settings))
    before = said.cte("before").prefix_with("MATERIALIZED")
    now = [func.set_config(name, value, literal(True)).label(f"{name}_now") for name, value in settings.items()]
    return select(*before.c, *now)


class _Explain(Executable, ClauseElement):
    """A question of which the server tells only the plan."""

    inherit_cache = False

    def __init__(self, statement: _Question) -> None:
        self.statement = statement


@compiles(_Explain)
def _explained(element: _Explain, compiler: Any, **words: Any) -> str:
    return "EXPLAIN (FORMAT JSON) " + compiler.process(element.statement, **words)


@dataclass(frozen=True)
class Total:
    """How many are found; beyond a limit (search_way.py) an estimate, and never less than that."""

    count: int
    is_exact: bool


async def prepare(session: Session) -> Mapping[str, str]:
    """Settings of this transaction under which searches are planned; what they were before."""
    row = await session.fetch_one(_set(_SETTINGS))
    return {} if row is None else {name: row[name] for name in _SETTINGS}


async def only_bitmaps(session: Session) -> None:
    """What follows finds all rows first, by lists of them."""
    await session.fetch_one(_set(_ONLY_BITMAPS))


async def only_order(session: Session) -> None:
    """What follows comes in the order of an index."""
    await session.fetch_one(_set(_ONLY_ORDER))


async def all_ways(session: Session) -> None:
    """What follows may use any index again."""
    await session.fetch_one(_set(_ALL_WAYS))


@asynccontextmanager
async def planned(session: Session) -> AsyncGenerator[None]:
    """The same settings, for as long as this lasts. Where an error ends it, they end with the transaction."""
    before = await prepare(session)
    yield
    await session.fetch_one(_set(before))


async def expect(session: Session, cloud_id: str, found: ColumnElement[bool], *, is_of_words: bool = False) -> Expected:
    """`found`: what holds of all that is found, as far as the statistics know something about it.

    `is_of_words`: only words are asked for, and those of one cloud are words of their own (search_words.py).
    """
    of_all = select(literal(1)).select_from(assets)
    of_cloud = of_all.where(A.cloud_id == cloud_id)
    parts = [of_cloud, (of_all if is_of_words else of_cloud).where(found)]
    if is_of_words:
        parts.append(of_all.where(words_of(A).op("@@", return_type=Boolean())(asked_unlisted(cloud_id))))
    plan = await explained(session, union_all(*parts))
    # Of what can never hold there is no part.
    plans = plan["Plans"] if plan["Node Type"] == "Append" else [plan, {"Plan Rows": 0}]
    cloud_rows, found_rows, *unknown = (float(plan["Plan Rows"]) for plan in plans)
    return Expected(cloud_rows, min(cloud_rows, found_rows), *unknown)


async def counted(session: Session, matching: _Question, most: int) -> int:
    """How many rows there are, up to a limit."""
    row = await session.fetch_one(select(func.count().label("total")).select_from(matching.limit(most).subquery()))
    return 0 if row is None else int(row["total"])


async def total(session: Session, matching: _Question, exact_max: int) -> Total:
    """`matching`: anything of each row that is found."""
    found = await counted(session, matching, exact_max + 1)
    if found <= exact_max:
        return Total(found, is_exact=True)
    return Total(max(found, int((await explained(session, matching))["Plan Rows"])), is_exact=False)


async def explained(session: Session, statement: _Question) -> Mapping[str, Any]:
    """How the server would answer."""
    row = await session.fetch_one(_Explain(statement))
    # The answer's one column goes by the name of what was to be selected.
    return {"Plan Rows": 0} if row is None else next(iter(row.values()))[0]["Plan"]


def is_few(found: Total, max_results: int, rows: float) -> bool:
    """Whether to sort all that is found is less work than to walk along an order until a page is full."""
    return found.is_exact and found.count**2 < (max_results + 1) * rows
