"""`safelight privacy selfcheck`: clause by clause, whether this installation keeps its word."""

import argparse
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.kernel.errors import SafelightError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safelight.privacy.selfcheck import Result
    from safelight.settings import Settings

EXIT_NOT_RUN = 3


def add_to(subparsers: Subparsers) -> None:
    selfcheck = subparsers.add_parser(
        "selfcheck",
        parents=[with_data(), with_json()],
        help="look at every clause; exit 1 if any fails, 3 if nothing could be looked at",
    )
    selfcheck.add_argument("--clause", action="append", default=[], metavar="PP-NN", help="only this one; repeatable")
    selfcheck.add_argument("--live-url", metavar="URL", help="where the installation answers; the one that runs here")
    selfcheck.set_defaults(run=run_selfcheck)


def run_selfcheck(args: argparse.Namespace) -> int:
    from safelight.boot import tree
    from safelight.privacy.selfcheck import Status, rows

    try:
        found = tree.run(_checked(settings_of(args), args.live_url, args.clause))
    except (SafelightError, OSError) as error:
        print(f"safelight: nothing could be looked at: {error}")
        return EXIT_NOT_RUN
    told = rows(found)
    if args.as_json:
        print(printing.json_text(told))
    else:
        for each in told:
            print(f"{each['clause']}  {each['status']:<12}  {each['says']}: {each['evidence']}")
        counts = {status: sum(each.finding.status is status for each in found) for status in Status}
        print(", ".join(f"{count} {status}" for status, count in counts.items()))
    return 1 if any(each.finding.status is Status.FAIL for each in found) else 0


async def _checked(settings: "Settings", address: str | None, only: "Sequence[str]") -> "list[Result]":
    from safelight.boot import tree
    from safelight.boot.assessing import Assess

    async with tree.at_home(settings) as house:
        return await Assess(house, address).all(only, keeps=True)
