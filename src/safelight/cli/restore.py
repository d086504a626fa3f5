"""`safelight import --archive FILE`: take in what `safelight privacy export` wrote elsewhere."""

import argparse
from pathlib import Path

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, with_data, with_json


def add_to(subparsers: Subparsers) -> None:
    command = subparsers.add_parser(
        "import",
        parents=[with_data(), with_json()],
        help="take in the archive of an account of another installation, where nothing of it is yet",
    )
    command.add_argument("--archive", metavar="FILE", type=Path, required=True, help="what `privacy export` wrote")
    command.set_defaults(run=run_import)


def run_import(args: argparse.Namespace) -> int:
    """Nothing at all is taken in where something of it is there already."""
    from safelight.boot import subjects

    taken = at_home(args, lambda house: subjects.restore_of(house)(args.archive))
    left = list(taken.left) if args.as_json else ", ".join(taken.left)
    told = {"records": sum(taken.records.values()), "files": taken.files, "left_in_the_archive": left}
    printing.show_row(told, as_json=args.as_json)
    return 0
