"""What was used, by day, month, kind and cause; folded or not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from safelight.activity.model import Act, Line
from safelight.ports.tables import METADATA
from safelight.settings import UsageSettings
from safelight.usage import meter, report
from safelight.usage.fold import Fold
from safelight.usage.model import Figure, Meter, Used
from safelight.wire.billing import billing_json
from tests.activity.lines import tallied
from tests.usage.counting import count

GIB = 1024**3
FIRST = date(2026, 1, 1)


def day(number):
    return FIRST + timedelta(days=number - 1)


FIGURES = (
    Figure("c", day(1), Meter.STORAGE_BYTES, "image", "original", 100),
    Figure("c", day(3), Meter.STORAGE_BYTES, "image", "original", -40),
    Figure("c", day(1), Meter.TRANSFORMATIONS, "image", "upload", 2),
    Figure("c", day(3), Meter.TRANSFORMATIONS, "image", "derived", 1),
    Figure("d", day(2), Meter.REQUESTS, "", "api", 9),
)


@pytest.mark.parametrize(
    ("since", "until", "stored", "made"),
    [(1, 1, 100, 2), (2, 2, 100, 0), (3, 3, 60, 1), (1, 3, 60, 3), (5, 9, 60, 0)],
)
async def test_what_lies_there_adds_up_and_what_happened_falls_on_its_day(session, since, until, stored, made):
    await count(session, FIGURES)
    used = await report.used(session, "c", day(since), day(until))
    assert (used.of(Meter.STORAGE_BYTES), used.of(Meter.TRANSFORMATIONS)) == (stored, made)
    assert used.of(Meter.REQUESTS) == 0, "another cloud's"


async def test_days_and_months_are_cut_out_of_the_figures(session):
    await count(session, FIGURES)
    figures = await report.figures(session, ["c"], day(1), day(40))
    days = report.by_day(figures, day(1), day(4))
    assert [used.of(Meter.STORAGE_BYTES) for _, used in days] == [100, 100, 60, 60]
    assert [used.of(Meter.TRANSFORMATIONS) for _, used in days] == [2, 0, 1, 0]
    months = report.by_month(figures, [FIRST, date(2026, 2, 1), date(2026, 3, 1)])
    assert [(used.of(Meter.STORAGE_BYTES), used.of(Meter.TRANSFORMATIONS)) for _, used in months] == [(60, 3), (60, 0)]


async def test_folding_changes_no_figure(database, clock):
    async with database.transaction() as session:
        await count(session, FIGURES)
        before = await report.figures(session, None, day(1), day(9))
    fold = Fold(database, clock, UsageSettings(), batch=2)
    for _ in range(2):
        await fold.fold_usage({})
        async with database.transaction() as session:
            assert await report.figures(session, None, day(1), day(9)) == before
            assert not await session.fetch(text("SELECT 1 FROM usage_changes"))
            await count(session, FIGURES[4:])
            before = await report.figures(session, None, day(1), day(9))


async def test_old_days_go_and_what_lies_there_stays(database, clock):
    fold = Fold(database, clock, UsageSettings(days=30))
    async with database.transaction() as session:
        await count(session, FIGURES)
    await fold.fold_usage({})
    clock.set(datetime(2026, 6, 1, tzinfo=UTC))
    for _ in range(2):
        await fold.sweep_usage({})
        async with database.transaction() as session:
            used = await report.used(session, "c", FIRST, date(2026, 6, 1))
        assert used == Used((Figure("c", date(2026, 5, 2), Meter.STORAGE_BYTES, "image", "original", 60),))


def test_a_credit_is_a_thousand_a_gib_or_a_gib():
    figures = (
        Figure("c", FIRST, Meter.TRANSFORMATIONS, "image", "upload", 500),
        Figure("c", FIRST, Meter.STORAGE_BYTES, "raw", "original", GIB),
        Figure("c", FIRST, Meter.BANDWIDTH_BYTES, "raw", "original", GIB // 4),
        Figure("c", FIRST, Meter.OBJECTS, "raw", "original", 7),
    )
    assert Used(figures).credits == 1.75


async def test_a_bill_is_the_same_when_every_log_is_gone(database, clock, now):
    names = {"c": "shop", "d": "shelf"}

    async def bill():
        async with database.transaction() as session:
            figures = await report.figures(session, [*names], date(2026, 1, 1), date(2026, 12, 31))
        return billing_json(figures, 2026, now, names)

    line = Line(at=now, method="GET", route="/", status=200, cloud_id="c", kind="image", act=Act.DOWNLOAD)
    async with database.transaction() as session:
        await count(session, FIGURES)
        await meter.count(session, tallied(replace(line, bytes_sent=GIB, address="192.0.2.7", agent="a browser")))
    before = await bill()
    assert before["metric_usage"][0]["cycles"][0]["breakdown"]["bandwidth_image"] == 1.0
    # Of the ledger nothing can be deleted, and nothing in it counts.
    kept = {"usage_daily", "usage_changes"} | {name for name in METADATA.tables if name.startswith("ledger_")}
    await Fold(database, clock, UsageSettings()).fold_usage({})
    async with database.transaction() as session:
        for table in reversed(METADATA.sorted_tables):
            if table.name not in kept:
                await session.execute(table.delete())
    assert await bill() == before
