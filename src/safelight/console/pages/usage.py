"""Usage: what a cloud used by day, what caused it, how much of its limits that is, and the same as a file."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts.model import Cloud
from safelight.console import chart, meters, sheets
from safelight.console.door import Door
from safelight.console.guest import Guest
from safelight.kernel.rights import Act
from safelight.settings import UsageSettings
from safelight.usage import quota, quotas, report
from safelight.usage.model import LEVELS, Meter, Period, Used

DAYS = (7, 30, 90)
WIDTHS = (("wide", 720), ("narrow", 340))
"""The drawing for large and for small screens: its letters do not shrink with it."""

Day = tuple[date, Used]


@dataclass(frozen=True)
class UsagePages:
    door: Door
    settings: UsageSettings

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.inside("/console/{cloud}/usage", self.page),
            self.door.inside("/console/{cloud}/usage.csv", self.file),
        ]

    async def page(self, guest: Guest) -> Response:
        cloud, language = guest.cloud(), guest.visit.language
        days, meter = _asked(guest)
        found = await self._days(guest, cloud, days)
        async with self.door.database.transaction() as session:
            limits = await quotas.get(session, cloud.id, self.settings)
            window = await report.used(session, cloud.id, *report.window(guest.now, limits.period))
        causes = _causes(found, meter)
        is_bytes = meter.value in meters.IN_BYTES
        return self.door.show_in(
            guest,
            "usage.html",
            cloud=cloud,
            days=days,
            spans=DAYS,
            meter=meter.value,
            name=meters.said(language, meters.NAMES, meter.value),
            about=meters.said(language, meters.ABOUT, meter.value),
            is_bytes=is_bytes,
            figures=[_figure(language, each, found) for each in Meter],
            shares=[
                {
                    "name": meters.said(language, meters.NAMES, share.meter),
                    "share": share,
                    "is_bytes": share.meter in meters.IN_BYTES,
                }
                for share in quota.shares(limits, window)
            ],
            is_month=limits.period is Period.MONTH,
            past=sheets.spoken(language, meters.PAST[limits.past]),
            charts=[(word, _drawn(language, found, meter, causes, width)) for word, width in WIDTHS],
            causes=[
                (number, meters.said(language, meters.CAUSES, cause), _total(found, meter, cause))
                for number, cause in enumerate(causes)
            ],
            by_kind=_by_kind(language, found, meter),
            rows=[
                (day, [used.of(meter, cause=cause) for cause in causes], used.of(meter))
                for day, used in reversed(found)
            ],
        )

    async def file(self, guest: Guest) -> Response:
        """Every figure of every day, as tables take it."""
        cloud = guest.cloud()
        days, _ = _asked(guest)
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow(["cloud", "day", "meter", "kind", "cause", "amount"])
        for day, used in await self._days(guest, cloud, days):
            for (meter, kind, cause), amount in used.by_cause().items():
                rows.writerow([cloud.name, day.isoformat(), meter.value, kind, cause, amount])
        name = f"{cloud.name}-usage-{days}-days.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)

    async def _days(self, guest: Guest, cloud: Cloud, days: int) -> Sequence[Day]:
        guest.check(Act.USAGE, cloud)
        _, today = report.window(guest.now)
        since = today - timedelta(days=days - 1)
        async with self.door.database.transaction() as session:
            figures = await report.figures(session, [cloud.id], since, today)
        return report.by_day(figures, since, today)


def _asked(guest: Guest) -> tuple[int, Meter]:
    """What is no span and no meter is thirty days of transformations."""
    days, meter = guest.visit.query("days"), guest.visit.query("meter")
    return (
        int(days) if days in {str(each) for each in DAYS} else DAYS[1],
        Meter(meter) if meter in set(Meter) else Meter.TRANSFORMATIONS,
    )


def _total(found: Sequence[Day], meter: Meter, cause: str | None = None) -> int:
    """Of what happens, all of it; of what lies there, how much there is at the end."""
    if meter in LEVELS:
        return found[-1][1].of(meter, cause=cause)
    return sum(used.of(meter, cause=cause) for _, used in found)


def _causes(found: Sequence[Day], meter: Meter) -> Sequence[str]:
    """The largest first."""
    names = {figure.cause for _, used in found for figure in used.figures if figure.meter is meter}
    return sorted(names, key=lambda cause: (-_total(found, meter, cause), cause))


def _figure(language: str, meter: Meter, found: Sequence[Day]) -> dict[str, Any]:
    return {
        "meter": meter.value,
        "name": meters.said(language, meters.NAMES, meter.value),
        "amount": _total(found, meter),
        "is_bytes": meter.value in meters.IN_BYTES,
    }


def _by_kind(language: str, found: Sequence[Day], meter: Meter) -> Sequence[tuple[str, str, int]]:
    """Kind of file, cause and amount, the largest first."""
    shown = [found[-1]] if meter in LEVELS else found
    sums: dict[tuple[str, str], int] = {}
    for _, used in shown:
        for figure in used.figures:
            if figure.meter is meter:
                name = (figure.kind, figure.cause)
                sums[name] = sums.get(name, 0) + figure.amount
    return [
        (meters.said(language, meters.KINDS, kind), meters.said(language, meters.CAUSES, cause), amount)
        for (kind, cause), amount in sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))
        if amount
    ]


def _drawn(language: str, found: Sequence[Day], meter: Meter, causes: Sequence[str], width: int) -> chart.Chart:
    is_bytes = meter.value in meters.IN_BYTES
    days = [sheets.day_words(language, day) for day, _ in found]
    names = [meters.said(language, meters.CAUSES, cause) for cause in causes]
    # What was taken away may be more than what came: a bar has no room below the floor.
    parts = [[max(0, used.of(meter, cause=cause)) for _, used in found] for cause in causes]

    def say(figure: float) -> str:
        return sheets.amount_words(language, figure, is_bytes=is_bytes)

    def words(part: int, day: int) -> str:
        return f"{days[day]}: {say(parts[part][day])}, {names[part]}"

    return chart.drawn(days, parts, width=width, say=say, words=words, is_bytes=is_bytes)
