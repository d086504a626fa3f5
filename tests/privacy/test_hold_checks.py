"""Whether the checks of cases, holds and figures see what is wrong: each planted fault fails its clause alone."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.boot.holding import CUBES
from safelight.kernel.clock import StillClock
from safelight.ports.database import Database, Session
from safelight.privacy import enforcement, figures, hold_checks, holds, release
from safelight.privacy.figures import Figures
from safelight.privacy.hold_checks import HoldChecks
from safelight.privacy.release import Cube, Parts, Released, Span
from safelight.privacy.selfcheck import Status
from tests.privacy.test_erase import keepers_with
from tests.privacy.test_holds import COLUMNS

ALL = ("PP-19", "PP-31", "PP-52")
HOLD = """
INSERT INTO holds (id, ground, scope, fields, owner, basis, created_at, review_at, {more})
VALUES ('1', 'dispute', 'account', '{{traffic}}', 'x', 'x', '2025-01-01', '{review}', {values})
"""
COPY = """
INSERT INTO held_records (hold_id, digest, sheet, kind, sealed, taken_at)
VALUES ('1', 'x', 'traffic', 'traffic', 'x', '2025-01-01')
"""
FIGURE = """
INSERT INTO released_figures (metric, period, cube, told, released_at)
VALUES ('{metric}', '2025-11', '{cube}', '{told}', '2025-12-01')
"""
DELIVERED = {"metric": "deliveries", "cube": "deliveries-by-kind"}
PLANTED = {
    "a hold that ended and keeps on keeping": (
        "PP-19",
        [HOLD.format(more="ended_at", review="2025-06-01", values="'2025-05-01'"), COPY],
    ),
    "a hold that nobody looked at": ("PP-19", [HOLD.format(more="case_id", review="2025-06-01", values="''")]),
    "a hold of a case that is not there": ("PP-19", [HOLD.format(more="case_id", review="2027-01-01", values="'x'")]),
    "a figure to the last digit": (
        "PP-31",
        [FIGURE.format(told='{{"cells": {{"image": 12}}, "total": 20}}'.format(), **DELIVERED)],
    ),
    "a figure of a cut that nobody declared": (
        "PP-31",
        [FIGURE.format(metric="deliveries", cube="by-town", told='{"cells": {}, "total": null}')],
    ),
    "a cell that is somebody": (
        "PP-52",
        [FIGURE.format(told='{"cells": {"01a20b3fc859": 20}, "total": 20}', **DELIVERED)],
    ),
}  # fmt: skip


async def failed(database: Database, clock: StillClock) -> list[str]:
    sheets = [sheet for keeper in keepers_with(MemoryBlobs()) for sheet in keeper.sheets]
    async with database.transaction() as session:
        found = hold_checks.checks_of(HoldChecks(sheets, COLUMNS, CUBES, clock.now()), session)
        assert tuple(found) == ALL
        told = {clause: await check() for clause, check in found.items()}
        assert all(finding.evidence for finding in told.values())
        return [clause for clause, finding in told.items() if finding.status is not Status.PASS]


async def test_as_it_is_none_fails_and_nothing_of_it_stays(database: Database, clock: StillClock):
    assert await failed(database, clock) == []
    async with database.transaction() as session:
        for table in ("holds", "enforcement_cases", "ledger_entries", "jobs.procrastinate_jobs"):
            assert await session.fetch(text(f"SELECT 1 FROM {table}")) == []


@pytest.mark.parametrize("name", PLANTED)
async def test_a_fault_in_the_database_fails_its_clause_alone(database: Database, clock: StillClock, name: str):
    clause, statements = PLANTED[name]
    async with database.transaction() as session:
        for statement in statements:
            await session.execute(text(statement))
    assert await failed(database, clock) == [clause]


async def _none(*_: Any, **__: Any) -> int:
    return 0


async def _always(session: Session, id: str, **_: Any) -> enforcement.Case:
    """Reads for every case, whether or not it is closed."""
    return await enforcement.get(session, id)


async def _nothing_kept(*_: Any, **__: Any) -> list[Any]:
    return []


def _leaky(_cube: Cube, cells: Any) -> Released:
    return Released({name: release.rounded(sum(parts.values())) for name, parts in cells.items()}, 5)


@pytest.mark.parametrize(
    ("room", "verb", "twin", "clause"),
    [
        (holds, "release_of_case", _none, "PP-19"),
        (enforcement, "enforcing", nullcontext, "PP-19"),
        (enforcement, "note_read", _always, "PP-19"),
        (holds, "of_subject", _nothing_kept, "PP-19"),
        (release, "released", _leaky, "PP-31"),
    ],
)
async def test_a_verb_that_does_not_do_its_work_fails_its_clause_alone(
    database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch, room: Any, verb: str, twin: Any, clause: str
):
    monkeypatch.setattr(room, verb, twin)
    assert await failed(database, clock) == [clause]


async def test_figures_are_released_once_and_stay_as_they_were(database: Database, clock: StillClock):
    members = 12
    asked: list[tuple[date, date]] = []

    async def gather(_session: Session, first: date, end: date) -> dict[str, Parts]:
        asked.append((first, end))
        return {"image": {str(number): 10 for number in range(members)}, "video": {"one": 1}}

    cube = Cube("deliveries-by-kind", "deliveries", "kind", Span.MONTH, "")
    made = Figures(database, clock, [(cube, gather)])
    await made.release_figures({})
    async with database.transaction() as session:
        [before] = await figures.list_all(session)
    # One video of one account would be the total without the pictures: neither is told.
    assert (before["period"], before["cells"], before["total"]) == ("2025-12", {}, 120)
    assert asked == [(date(2025, 12, 1), date(2026, 1, 1))]
    members = 40
    await made.release_figures({})
    clock.advance(timedelta(days=31))
    await made.release_figures({})
    async with database.transaction() as session:
        found = await figures.list_all(session)
        lines = await session.fetch(text("SELECT body FROM ledger_entries WHERE type = 'figures.released'"))
    assert [each["period"] for each in found] == ["2026-01", "2025-12"]
    assert found[1] == before
    assert len(lines) == 2
    assert len(asked) == 2


async def test_what_accounts_were_handed_out_is_counted_by_account(database: Database, clock: StillClock):
    """As an installation counts it: of twelve accounts, one of which has two clouds."""
    from safelight.boot.holding import deliveries_by_kind

    async with database.transaction() as session:
        for number in range(12):
            await session.execute(
                text("INSERT INTO accounts (id, handle, name, created_at) VALUES (:id, :id, '', '2025-01-01')"),
                {"id": f"a{number}"},
            )
        await _clouds(session)
        cells = await deliveries_by_kind(session, date(2025, 12, 1), date(2026, 1, 1))
    assert {kind: dict(parts) for kind, parts in cells.items()} == {
        "image": {**{f"a{number}": 7 for number in range(1, 12)}, "a0": 14}
    }


async def _clouds(session: Session) -> None:
    owners = [("c0b", "a0"), *((f"c{number}", f"a{number}") for number in range(12))]
    for cloud_id, account_id in owners:
        await session.execute(
            text(
                "INSERT INTO clouds (id, account_id, name, label, folder_mode, is_strict, created_at) "
                "VALUES (:id, :account, :id, '', 'fixed', false, '2025-01-01')"
            ),
            {"id": cloud_id, "account": account_id},
        )
        for day, meter, amount in (("2025-12-31", "deliveries", 7), ("2026-01-01", "deliveries", 9),
                                   ("2025-12-02", "objects", 3), ("2025-11-30", "deliveries", 5)):  # fmt: skip
            await session.execute(
                text("INSERT INTO usage_daily VALUES (:id, CAST(:day AS date), :meter, 'image', 'derived', :amount)"),
                {"id": cloud_id, "day": day, "meter": meter, "amount": amount},
            )
