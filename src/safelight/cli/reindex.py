"""`safelight reindex`: indexes made anew while everything goes on."""

import argparse
import json
import sys
from dataclasses import asdict

from safelight.cli.options import Subparsers, settings_of, with_data, with_json

TABLES = ("assets", "analyses")


def add_to(subparsers: Subparsers) -> None:
    words = "make the indexes of searches anew, and those that are missing; nobody waits for it"
    reindex = subparsers.add_parser("reindex", parents=[with_data(), with_json()], help=words)
    reindex.add_argument("table", metavar="TABLE", nargs="*", default=TABLES, help="whose indexes (assets, analyses)")
    missing = "only those that are missing, or were left half made"
    reindex.add_argument("--missing", action="store_true", dest="missing_only", help=missing)
    reindex.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from safelight.adapters.database import reindex
    from safelight.boot import tree
    from safelight.cli.registries import load_tables

    load_tables()

    def tell(made: reindex.Made) -> None:
        if args.as_json:
            print(json.dumps(asdict(made)), flush=True)
        else:
            size = f"{made.size_bytes / 1024**2:.1f} MiB"
            print(
                f"{made.number} of {made.of}  {made.index}  {made.seconds:.1f} s  {size}", file=sys.stderr, flush=True
            )

    async def work() -> None:
        async with tree.with_database(settings_of(args)) as settings:
            url = settings.database.url
            where = "" if url is None else url.reveal()
            await reindex.reindex(where, args.table, tell, missing_only=args.missing_only)

    tree.run(work())
    return 0
