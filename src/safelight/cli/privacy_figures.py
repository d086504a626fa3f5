"""`safelight privacy figures`: what is told of all accounts together, as it was released."""

import argparse
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    parser = subparsers.add_parser(
        "figures", parents=parents, help="what is told of all accounts together: of groups of ten and more, rounded"
    )
    parser.set_defaults(run=in_house(show_figures))


async def show_figures(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import figures

    found = await figures.list_all(session)
    rows = [
        {"cube": each["cube"], "period": each["period"], "cell": name, "figure": figure}
        for each in found
        for name, figure in [*each["cells"].items(), ("all together", each["total"])]
    ]
    none = "Nothing was released yet; it is when a month or a year is over."
    printing.show_rows(found if args.as_json else rows, as_json=args.as_json, none=none)
