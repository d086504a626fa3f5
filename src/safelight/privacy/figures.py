"""Figures: what is told across accounts: made once for a period that is over, through the gate, and frozen then.

Nothing else tells of several accounts together. A figure that was released is never made again: what came later, or was
erased meanwhile, could be read off the difference.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.clock import Clock
from safelight.ports.database import Database, Session
from safelight.privacy import ledger, release, store_figures
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.release import Cube, Parts, Released

CLAUSE = "PP-31"
LISTED_MAX = 200

Gather = Callable[[Session, date, date], Awaitable[Mapping[str, Parts]]]
"""The cells of a cube from one day up to, not including, another: by their names, what each member is of them."""


@dataclass(frozen=True)
class Figures:
    """`sources`: every cube that is declared, with who can count it."""

    database: Database
    clock: Clock
    sources: Sequence[tuple[Cube, Gather]]

    async def release_figures(self, _payload: dict[str, Any]) -> None:
        """By the clock: of each cube the period that is over, if it was not released yet."""
        for cube, gather in self.sources:
            async with self.database.transaction() as session:
                await self._release(session, cube, gather)

    async def _release(self, session: Session, cube: Cube, gather: Gather) -> None:
        now = self.clock.now()
        first, end = release.last_period(cube.span, now.date())
        period = release.period_name(cube.span, first)
        if await store_figures.is_released(session, cube.metric, period):
            return
        made = release.released(cube, await gather(session, first, end))
        told = {"cells": dict(made.cells), "total": made.total}
        # Who comes at the same time finds that it is there, and leaves it.
        if await store_figures.add(session, cube.metric, period, cube.name, told, now):
            detail = json.dumps({"cube": cube.name, "period": period, **told}, sort_keys=True).encode()
            counts = {"cells": len(made.cells)}
            await ledger.append(session, Entry(EntryType.FIGURES_RELEASED, now, CLAUSE, counts=counts, detail=detail))


async def list_all(session: Session) -> list[dict[str, Any]]:
    """What was released, the newest first."""
    return [shown(row) for row in await store_figures.list_all(session, LISTED_MAX)]


async def faults(session: Session, cubes: Sequence[Cube]) -> list[str]:
    """What was told and could not have passed the gate, or is told in a cut that nobody declared."""
    known = {(each.metric, each.name) for each in cubes}
    found = release.clashing(cubes)
    for row in await store_figures.list_all(session, LISTED_MAX):
        where = f"{row['cube']} of {row['period']}"
        if (row["metric"], row["cube"]) not in known:
            found.append(f"{where} is no cube that is declared")
        found += [f"{where}: {words}" for words in release.broken(_released(row))]
    return found


def shown(row: RowMapping) -> dict[str, Any]:
    """As it is told to everybody."""
    at: datetime = row["released_at"]
    return {
        "cube": row["cube"],
        "metric": row["metric"],
        "period": row["period"],
        "total": row["told"]["total"],
        "cells": dict(sorted(row["told"]["cells"].items())),
        "released_at": at.isoformat(timespec="seconds"),
    }


def _released(row: RowMapping) -> Released:
    return Released(row["told"]["cells"], row["told"]["total"])
