"""`safelight privacy recipients`: who outside gets data, and the switch that stops it; who received what of whom."""

import argparse
from typing import TYPE_CHECKING, Any

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, with_data, with_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safelight.boot.house import House

SHOWN = ("name", "title", "role", "country", "state", "usable_from", "dpa_until")


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    recipients = subparsers.add_parser(
        "recipients", parents=parents, help="who outside of this installation gets data; --off stops it"
    )
    switch = recipients.add_mutually_exclusive_group()
    switch.add_argument("--off", metavar="NAME", help="from now on nothing goes there; say --why")
    switch.add_argument("--on", metavar="NAME", help="what waited goes on")
    recipients.add_argument("--why", default="", metavar="TEXT", help="the reason, which is shown to everybody")
    recipients.set_defaults(run=run_recipients)

    disclosures = subparsers.add_parser(
        "disclosures", parents=parents, help="who received what about somebody; --year for whose own advertising"
    )
    disclosures.add_argument("subject", metavar="SUBJECT", help="an e-mail address, user:ID, account:NAME")
    disclosures.add_argument("--year", type=int, metavar="YEAR", help="of this calendar year, for direct marketing")
    disclosures.set_defaults(run=run_disclosures)


def run_recipients(args: argparse.Namespace) -> int:
    async def work(house: "House") -> "Sequence[dict[str, Any]]":
        from safelight.boot import choosing

        register = choosing.register_of(house)
        async with house.database.transaction() as session:
            if args.off:
                await register.switch_off(session, args.off, args.why)
            if args.on:
                await register.switch_on(session, args.on)
            return await register.rows(session)

    rows = at_home(args, work)
    shown = rows if args.as_json else [{name: row[name] for name in SHOWN} for row in rows]
    printing.show_rows(shown, as_json=args.as_json, none="Nobody outside of this installation gets personal data.")
    return 0


def run_disclosures(args: argparse.Namespace) -> int:
    async def work(house: "House") -> "tuple[str, Sequence[dict[str, Any]]]":
        from safelight.boot import choosing
        from safelight.people import subjects

        disclosed = choosing.disclosures_of(house)
        async with house.database.transaction() as session:
            subject = await subjects.subject_named(session, args.subject)
            if args.year is None:
                text, found = "", await disclosed.list(session, subject)
            else:
                year = await disclosed.shine(session, subject, args.year)
                text, found = year.text, year.disclosed
        return text, [
            {
                "recipient": each.recipient,
                "records": ", ".join(each.entities),
                "purpose": each.purpose,
                "first_at": each.first_at,
                "last_at": each.last_at,
                "count": each.count,
            }
            for each in found
        ]

    text, rows = at_home(args, work)
    if args.as_json and args.year is not None:
        printing.show_row({"year": args.year, "text": text, "disclosures": rows}, as_json=True)
        return 0
    if text:
        print(text)
    if not text or rows:
        printing.show_rows(rows, as_json=args.as_json, none="Nobody outside of this installation received anything.")
    return 0
