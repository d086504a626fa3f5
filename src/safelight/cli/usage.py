"""`safelight usage …`: what a cloud used, why it counted, and whether it was counted right."""

import argparse
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid
from safelight.usage.model import Meter, Used

if TYPE_CHECKING:
    from safelight.accounts.model import Cloud
    from safelight.boot.house import House
    from safelight.ports.database import Session

DAYS_MAX = 731
"""Most days of one report."""
Tell = Callable[["House", "Session", "Cloud", argparse.Namespace], Awaitable[int]]


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    usage = subparsers.add_parser("usage", parents=parents, help="tell what a cloud used, and why it counted")
    usage.add_argument(
        "words",
        nargs="+",
        metavar="CLOUD",
        help="a cloud; `why CLOUD` tells what each figure is made of, `recompute CLOUD` checks it by what is there",
    )
    usage.add_argument("--from", dest="since", metavar="DAY", type=_day, help="the first day; 29 days before the last")
    usage.add_argument("--to", dest="until", metavar="DAY", type=_day, help="the last day; today")
    usage.add_argument("--mend", action="store_true", help="recompute: count the difference in what is stored today")
    usage.set_defaults(run=run_usage)


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a day: {word[:40]!r}; write it as 2026-01-31") from error


def run_usage(args: argparse.Namespace) -> int:
    """`CLOUD`, `why CLOUD` or `recompute CLOUD`: a cloud that has such a name is named after its word."""
    tells = {"why": tell_why, "recompute": recompute}
    words: Sequence[str] = args.words
    if len(words) == 1:
        tell, name = tell_usage, words[0]
    elif len(words) == 2 and words[0] in tells:
        tell, name = tells[words[0]], words[1]
    else:
        raise Invalid("Name one cloud: `safelight usage CLOUD`, `usage why CLOUD` or `usage recompute CLOUD`.")

    async def work(house: "House") -> int:
        async with house.database.transaction() as session:
            return await tell(house, session, await cloud_named(session, name), args)

    return at_home(args, work)


def _span(args: argparse.Namespace, now: datetime) -> tuple[date, date]:
    from safelight.usage import report

    until = args.until or now.astimezone(UTC).date()
    since = args.since or report.window(datetime(until.year, until.month, until.day, tzinfo=UTC))[0]
    if not 0 <= (until - since).days < DAYS_MAX:
        raise Invalid(f"--from must lie before --to, and at most {DAYS_MAX} days before.")
    return since, until


async def tell_usage(house: "House", session: "Session", cloud: "Cloud", args: argparse.Namespace) -> int:
    from safelight.usage import quotas, report

    since, until = _span(args, house.clock.now())
    figures = await report.figures(session, [cloud.id], since, until)
    quota = await quotas.get(session, cloud.id, house.settings.usage)
    used = Used(tuple(figures))
    whole = {"cloud": cloud.name, "from": since.isoformat(), "to": until.isoformat(), **_amounts(used)}
    by_day = [{"day": day.isoformat(), **_amounts(each)} for day, each in report.by_day(figures, since, until)]
    if args.as_json:
        limits = {"limits": dict(quota.limits), "past_quota": quota.past.value}
        print(printing.json_text({**whole, "by_cause": _causes(used), "by_day": by_day, **limits}))
        return 0
    printing.show_row(whole, as_json=False)
    _table(_causes(used))
    _table([row for row in by_day if any(row[meter.value] for meter in Meter)])
    return 0


def _table(rows: Sequence[printing.Row]) -> None:
    if rows:
        print()
        printing.show_rows(rows, as_json=False, none="")


def _amounts(used: Used) -> dict[str, Any]:
    return {**{meter.value: used.of(meter) for meter in Meter}, "credits": round(used.credits, 4)}


def _causes(used: Used) -> list[dict[str, Any]]:
    return [
        {"meter": meter.value, "kind": kind or None, "cause": cause, "amount": amount}
        for (meter, kind, cause), amount in used.by_cause().items()
    ]


async def tell_why(house: "House", session: "Session", cloud: "Cloud", args: argparse.Namespace) -> int:
    from safelight.usage import report
    from safelight.usage.why import why

    since, until = _span(args, house.clock.now())
    causes = _causes(await report.used(session, cloud.id, since, until))
    items = [vars(item) for item in await report.items(session, cloud.id, since, until)]
    explained = [{**row, "why": why(Meter(row["meter"]), row["cause"])} for row in causes]
    if args.as_json:
        span = {"from": since.isoformat(), "to": until.isoformat()}
        print(printing.json_text({"cloud": cloud.name, **span, "explained": explained, "items": items}))
        return 0
    for row in explained:
        print(f"{row['amount']:,} {row['meter']}, {row['kind'] or 'any kind'}, {row['cause']}: {row['why']}")
    _table(items)
    return 0


async def recompute(house: "House", session: "Session", cloud: "Cloud", args: argparse.Namespace) -> int:
    """1 where a figure is not what is there, and was not mended."""
    from safelight.usage import recount

    now = house.clock.now()
    compared = await recount.compare(session, cloud.id, house.settings.usage, now)
    mended = await recount.mend(session, cloud.id, compared, now) if args.mend else 0
    rows = [
        {
            "meter": each.meter.value,
            "kind": each.kind,
            "cause": each.cause,
            "counted": each.counted,
            "found": each.found,
            "equal": each.is_equal,
        }
        for each in compared
    ]
    wrong = sum(not each.is_equal for each in compared) - mended
    if args.as_json:
        print(printing.json_text({"cloud": cloud.name, "equal": not wrong, "mended": mended, "figures": rows}))
    else:
        printing.show_rows(rows, as_json=False, none="Nothing was counted, and nothing is there.")
        print(f"\n{mended} figures were mended." if mended else f"\n{wrong or 'No'} figures differ from what is there.")
    return 1 if wrong else 0
