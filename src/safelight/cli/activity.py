"""`safelight activity list | assets | status`: what was asked, what was done with files, and how whole that is."""

import argparse
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safelight.activity.sealing import Asker
    from safelight.boot.house import House
    from safelight.ports.database import Session

LIST_MAX = 10_000


def add_to(subparsers: Subparsers) -> None:
    activity = subparsers.add_parser("activity", help="see what was asked of this installation, and by whom")
    commands = activity.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    listing = commands.add_parser("list", parents=parents, help="list requests, the newest first")
    listing.add_argument("--cloud", metavar="CLOUD", help="those of one cloud")
    listing.add_argument("--user", metavar="ID", help="those of one person")
    listing.add_argument("--hours", type=float, metavar="N", help="those of the last hours")
    listing.add_argument("--limit", type=int, default=100, choices=range(1, LIST_MAX + 1), metavar="N")
    listing.add_argument(
        "--clients", action="store_true", help="with whole addresses and agents, where the key of their day is there"
    )
    listing.set_defaults(run=in_house(list_requests))

    assets = commands.add_parser("assets", parents=parents, help="list what came in and was handed out, newest first")
    assets.add_argument("cloud", metavar="CLOUD")
    assets.add_argument("--asset", default="", metavar="ID", help="of one asset")
    assets.add_argument("--hours", type=float, metavar="N", help="of the last hours")
    assets.add_argument("--limit", type=int, default=100, choices=range(1, LIST_MAX + 1), metavar="N")
    assets.set_defaults(run=in_house(list_assets))

    status = commands.add_parser("status", parents=parents, help="tell what is kept, how far back, and what was lost")
    status.set_defaults(run=in_house(show_status))


async def list_requests(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.activity import report
    from safelight.activity.day_keys import DayKeys
    from safelight.activity.report import Cut

    cloud = await cloud_named(session, args.cloud) if args.cloud else None
    cut = Cut(args.limit, since=_since(house.clock.now(), args.hours))
    page = await report.requests(session, cut, cloud_id=cloud.id if cloud else None, user_id=args.user)
    opened = page.items if args.clients else ()
    clients = await report.clients(session, DayKeys(house.keys.store), opened)
    rows = [
        {
            "at": each.at,
            "method": each.method,
            "route": each.route,
            "status": each.status,
            "requests": each.requests,
            "bytes": each.bytes_sent,
            "network": each.network or None,
            "country": each.country,
            "agent": each.agent,
            "user": each.user_id or None,
            "key": each.key_id or None,
            **(_askers(clients.get(each.id, ()), as_json=args.as_json) if args.clients else {}),
        }
        for each in page.items
    ]
    printing.show_rows(rows, as_json=args.as_json, none="There are no such requests.")


async def list_assets(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.activity import report
    from safelight.activity.report import Cut

    cloud = await cloud_named(session, args.cloud)
    cut = Cut(args.limit, since=_since(house.clock.now(), args.hours))
    page = await report.done_with(session, [cloud.id], cut, asset_id=args.asset)
    rows = [
        {
            "at": each.at,
            "act": each.act,
            "asset": each.asset_id,
            "derived": each.is_derived,
            "requests": each.requests,
            "bytes": each.bytes,
            "country": each.country,
            "agent": each.agent or None,
            "user": each.user_id or None,
            "key": each.key_id or None,
        }
        for each in page.items
    ]
    printing.show_rows(rows, as_json=args.as_json, none="Nothing was done with files of this cloud.")


async def show_status(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.activity import losses

    state = await losses.state(session)
    days = {name: [_word(day) for day in found] if found else [] for name, found in state.days.items()}
    lost = [{"at": each.at, "lost": each.lost} for each in state.losses]
    made_on = house.geo.made_on()
    known = {
        "on": house.settings.activity.on,
        "last_written_at": state.written_at,
        "lost": sum(each.lost for each in state.losses),
        "countries_of": _word(made_on) if made_on else None,
    }
    if args.as_json:
        keys = {
            "address_keys": [_word(day) for day in state.address_keys],
            "salts": [_word(day) for day in state.salts],
        }
        print(printing.json_text({**known, "days": days, **keys, "losses": lost}))
        return
    spans = {name: f"{found[0]} to {found[1]}" if found else "nothing yet" for name, found in days.items()}
    readable = _word(state.address_keys[0]) if state.address_keys else None
    printing.show_row({**known, **spans, "addresses_readable_from": readable}, as_json=False)
    if lost:
        print()
        printing.show_rows(lost, as_json=False, none="")


def _since(now: datetime, hours: float | None) -> datetime | None:
    """Raises Invalid."""
    if hours is None:
        return None
    if not 0 < hours <= 366 * 24:
        raise Invalid("--hours is a number above 0, a year at most.")
    return now - timedelta(hours=hours)


def _askers(askers: "Sequence[Asker]", *, as_json: bool) -> dict[str, object]:
    """One row may stand for several of one network: each with how often it asked."""
    if as_json:
        return {"clients": [vars(each) for each in askers]}
    return {
        "addresses": ", ".join(sorted(_times(each.address, each.requests) for each in askers)) or None,
        "agent_lines": ", ".join(sorted({each.agent for each in askers})) or None,
    }


def _times(address: str, requests: int) -> str:
    return address if requests == 1 else f"{address} ({requests}×)"


def _word(day: date) -> str:
    return day.isoformat()
