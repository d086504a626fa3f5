"""`safelight config show`: the settings in force, and where each came from."""

import argparse
from functools import reduce
from pathlib import Path
from typing import cast

from safelight.cli import printing
from safelight.cli.options import Subparsers, given_in, with_data, with_json
from safelight.kernel.secret import Secret
from safelight.settings import Settings


def add_to(subparsers: Subparsers) -> None:
    config = subparsers.add_parser("config", help="show the settings").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    show = config.add_parser("show", parents=[with_data(), with_json()], help="the settings in force; no secrets")
    show.add_argument("--origin", action="store_true", help="tell where each value came from")
    show.set_defaults(run=run_show)


def run_show(args: argparse.Namespace) -> int:
    from safelight.boot import reading
    from safelight.boot.known import known

    settings, origins = reading.read_with_origins(given=given_in(args))
    rows: list[dict[str, object]] = []
    for each in known():
        row: dict[str, object] = {"setting": each.name, "variable": each.variable, "value": _shown(settings, each.name)}
        if args.origin:
            row["origin"] = origins[each.name]
        rows.append(row)
    printing.show_rows(rows, as_json=args.as_json, none="There are no settings.")
    return 0


def _shown(settings: Settings, name: str) -> object:
    """The value, for a person and for JSON; of a secret only that there is one."""
    value: object = reduce(getattr, name.split("."), settings)
    if isinstance(value, tuple):
        return list(cast("tuple[object, ...]", value))
    return str(value) if isinstance(value, Secret | Path) else value
