"""`safelight privacy retention …`: what goes when, what is over, and a round by hand."""

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, moment, with_data, with_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safelight.boot.house import House

SHOWN = ("entity", "keep_days", "then", "due", "held", "overdue", "done", "oldest_age_days")


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("retention", help="what goes when, and whether it went")
    retention = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    plan = retention.add_parser("plan", parents=parents, help="what would be over at a moment; nothing is touched")
    plan.add_argument("--as-of", type=moment, metavar="RFC3339", help="the moment; now")
    plan.set_defaults(run=run_plan)

    run = retention.add_parser("run", parents=parents, help="let go now what is over, as the clock does each hour")
    run.set_defaults(run=run_round)

    status = retention.add_parser("status", parents=parents, help="whether all went in time; exit 1 if not")
    status.set_defaults(run=run_status)


def run_plan(args: argparse.Namespace) -> int:
    from safelight.boot import retaining

    async def work(house: "House") -> tuple[datetime, "Sequence[dict[str, Any]]"]:
        async with house.database.transaction() as session:
            as_of = args.as_of or house.clock.now()
            found = await retaining.retention_of(house).plan(session, as_of)
            return as_of, [each.row(as_of) for each in found]

    as_of, rows = at_home(args, work)
    if args.as_json:
        printing.show_row({"as_of": as_of, "entities": rows}, as_json=True)
    else:
        print(f"As of {as_of.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
        _show(rows)
    return 0


def run_round(args: argparse.Namespace) -> int:
    async def work(house: "House") -> "tuple[Sequence[dict[str, Any]], Sequence[str]]":
        await _round(house)
        return await _standing(house)

    return _told(*at_home(args, work), as_json=args.as_json)


def run_status(args: argparse.Namespace) -> int:
    return _told(*at_home(args, _standing), as_json=args.as_json)


async def _round(house: "House") -> None:
    from safelight.boot import doors
    from safelight.render.pool import Darkroom

    # Nothing is rendered by a round; jobs are only built with who could.
    render = Darkroom(house.settings.render)
    try:
        await doors.handlers(house, render)["keep_terms"]({})
    finally:
        await render.close()


async def _standing(house: "House") -> "tuple[Sequence[dict[str, Any]], Sequence[str]]":
    from safelight.boot import retaining

    retention, now = retaining.retention_of(house), house.clock.now()
    async with house.database.transaction() as session:
        rows = [each.row(now) for each in await retention.plan(session, now)]
        return rows, await retention.faults(session)


def _told(rows: "Sequence[dict[str, Any]]", faults: "Sequence[str]", *, as_json: bool) -> int:
    if as_json:
        row: dict[str, object] = {"status": "FAIL" if faults else "OK", "faults": list(faults), "entities": list(rows)}
        printing.show_row(row, as_json=True)
    else:
        _show(rows)
        for fault in faults:
            print(fault)
        print("FAIL" if faults else "OK")
    return 1 if faults else 0


def _show(rows: "Sequence[dict[str, Any]]") -> None:
    shown = [{name: row[name] for name in SHOWN} for row in rows]
    printing.show_rows(shown, as_json=False, none="Nothing is kept.")
