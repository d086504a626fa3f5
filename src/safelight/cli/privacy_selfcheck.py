"""`safelight privacy selfcheck`: clause by clause, whether this installation keeps its word."""

import argparse

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import SafelightError

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
    from safelight.boot.assessing import Assess
    from safelight.privacy.selfcheck import Status, rows

    try:
        found = at_home(args, lambda house: Assess(house, args.live_url).all(args.clause, keeps=True))
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
