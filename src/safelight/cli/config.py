"""`safelight config show`: the settings in force, and where each came from."""

import argparse

from safelight.cli import printing
from safelight.cli.options import Subparsers, overrides_of, with_data, with_json


def add_to(subparsers: Subparsers) -> None:
    config = subparsers.add_parser("config", help="show the settings").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    show = config.add_parser("show", parents=[with_data(), with_json()], help="the settings in force; no secrets")
    show.add_argument("--origin", action="store_true", help="tell where each value came from")
    show.set_defaults(run=run_show)


def run_show(args: argparse.Namespace) -> int:
    from safelight.boot import tree

    rows: list[dict[str, object]] = []
    for setting in tree.settings_in_force(overrides_of(args)):
        row: dict[str, object] = {"setting": setting.name, "value": setting.value}
        if args.origin:
            row["origin"] = setting.origin
        rows.append(row)
    printing.show_rows(rows, as_json=args.as_json, none="There are no settings.")
    return 0
