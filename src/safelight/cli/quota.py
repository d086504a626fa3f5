"""`safelight quota …`: how much a cloud may use in thirty days or a month, and what happens past it."""

import argparse
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid
from safelight.usage.model import LIMITED, PastQuota, Period

if TYPE_CHECKING:
    from safelight.accounts.model import Cloud
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    quota = subparsers.add_parser("quota", help="show and set what clouds may use").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    show = quota.add_parser("show", parents=parents, help="show the limits of a cloud, and how much of them is used")
    show.add_argument("cloud", metavar="CLOUD")
    show.set_defaults(run=in_house(show_quota))
    change = quota.add_parser("set", parents=parents, help="set limits, within a second")
    change.add_argument("cloud", metavar="CLOUD")
    for name in LIMITED:
        about = f"most {name.replace('_', ' ')} in a period; 0: no limit, `default`: that of the settings"
        change.add_argument(f"--{name.replace('_', '-')}", metavar="N", type=_limit, help=about)
    change.add_argument(
        "--past", choices=[each.value for each in PastQuota], help="what happens once a limit is reached"
    )
    change.add_argument(
        "--period",
        choices=[each.value for each in Period],
        help="in which time: thirty days, today among them, or the month of the calendar",
    )
    change.set_defaults(run=in_house(set_quota))
    forget = quota.add_parser("forget", parents=parents, help="the limits of the settings hold for the cloud again")
    forget.add_argument("cloud", metavar="CLOUD")
    forget.set_defaults(run=in_house(forget_quota))


def _limit(word: str) -> int | str:
    try:
        return word if word == "default" else int(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a whole number: {word[:40]!r}") from error


async def show_quota(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await cloud_named(session, args.cloud)
    await _show(house, session, cloud, as_json=args.as_json)


async def set_quota(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.usage import quotas

    cloud = await cloud_named(session, args.cloud)
    limits = {name: getattr(args, name) for name in LIMITED if getattr(args, name) is not None}
    if not limits and args.past is None and args.period is None:
        raise Invalid(
            "Say what is limited, such as --transformations 10000, or what happens past it: --past refuse_new."
        )
    wanted = {name: None if limit == "default" else int(limit) for name, limit in limits.items()}
    past = None if args.past is None else PastQuota(args.past)
    period = None if args.period is None else Period(args.period)
    await quotas.put(session, cloud.id, wanted, past=past, period=period, now=house.clock.now())
    await _show(house, session, cloud, as_json=args.as_json)


async def forget_quota(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.usage import quotas

    cloud = await cloud_named(session, args.cloud)
    await quotas.forget(session, cloud.id)
    await _show(house, session, cloud, as_json=args.as_json)


async def _show(house: "House", session: "Session", cloud: "Cloud", *, as_json: bool) -> None:
    from safelight.usage import quotas, report
    from safelight.usage.quota import shares

    quota = await quotas.get(session, cloud.id, house.settings.usage)
    used = await report.used(session, cloud.id, *report.window(house.clock.now(), quota.period))
    rows = [
        {
            "meter": share.meter,
            "used": round(share.used, 4),
            "limit": share.limit,
            "percent": share.percent,
        }
        for share in shares(quota, used)
    ]
    about = {"cloud": cloud.name, "past_quota": quota.past.value, "period": quota.period.value}
    if as_json:
        print(printing.json_text({**about, "limits": rows}))
        return
    printing.show_row(about, as_json=False)
    print()
    printing.show_rows(rows, as_json=False, none="Nothing is limited.")
