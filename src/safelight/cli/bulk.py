"""`safelight bulk …`: the same to many assets, from the shell."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safelight.assets.bulk_model import Action, Asked, Bulk
from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

ACTIONS = tuple(action.value for action in Action if action is not Action.UNDO)
LIST_MAX = 500
LINES_AT_ONCE = 1000
SHELL = "the shell"
STDIN = "-"

# Option -> the word of the API that it stands for, and what it is.
WORDS = {
    "tags": ("tags", "TAGS", "tags with commas between them"),
    "context": ("context", "K=V|K=V", "pairs of words; or a JSON object"),
    "context-keys": ("context_keys", "KEYS", "keys of context that go; * for all"),
    "metadata": ("metadata", "ID=V|ID=V", "fields of structured metadata; or a JSON object"),
    "folder": ("asset_folder", "FOLDER", "where they shall stand"),
    "access-mode": ("access_mode", "MODE", "`public` or `authenticated`"),
    "moderation-status": ("moderation_status", "STATUS", "`approved`, `rejected` or `pending`"),
}


def add_to(subparsers: Subparsers) -> None:
    bulk = subparsers.add_parser("bulk", help="do the same to many assets").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    parents = [with_data(), with_json()]

    start = bulk.add_parser("start", parents=parents, help="ask for an action on all that are chosen; a job does it")
    start.add_argument("cloud", metavar="CLOUD")
    start.add_argument("action", metavar="ACTION", choices=ACTIONS, help=", ".join(ACTIONS))
    chosen = start.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--expression", metavar="EXPRESSION", help="all that a search finds")
    chosen.add_argument("--snapshot", metavar="ID", help="all that a snapshot holds")
    chosen.add_argument("--ids", metavar="FILE", help="ids of assets, one a line; `-` reads them")
    chosen.add_argument("--all", action="store_true", help="all assets of the cloud")
    for option, (_, metavar, about) in WORDS.items():
        start.add_argument(f"--{option}", metavar=metavar, help=about)
    start.set_defaults(run=in_house(start_bulk))

    listing = bulk.add_parser("list", parents=parents, help="list actions, the newest first")
    listing.add_argument("cloud", metavar="CLOUD")
    listing.add_argument("--limit", type=int, default=50, choices=range(1, LIST_MAX + 1), metavar="N")
    listing.set_defaults(run=in_house(list_bulks))

    for name, about, verb in (
        ("show", "show how far one is", show_bulk),
        ("failures", "list what it could not do, and why", list_failures),
        ("cancel", "stop it; what was done stays done", cancel_bulk),
        ("undo", "take it back", undo_bulk),
    ):
        command = bulk.add_parser(name, parents=parents, help=about)
        command.add_argument("cloud", metavar="CLOUD")
        command.add_argument("id", metavar="ID")
        command.set_defaults(run=in_house(verb))


async def start_bulk(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from dataclasses import replace

    from safelight.accounts.model import FolderMode
    from safelight.assets import bulk as bulks
    from safelight.wire import bulk as wire

    cloud = await cloud_named(session, args.cloud)
    given = {word: getattr(args, option.replace("-", "_")) for option, (word, *_) in WORDS.items()}
    words = {"action": args.action, **{word: value for word, value in given.items() if value is not None}}
    asked = replace(wire.asked(words, {word for word, value in words.items() if value == ""}), asked_by=SHELL)
    if asked.action is Action.MOVE and cloud.folder_mode is FolderMode.FIXED:
        raise Invalid("Assets can be moved only in dynamic folder mode: here folders are part of each public_id")
    limits = house.settings.selection
    bulk = await bulks.begin(
        session,
        cloud.id,
        wire.choice(_chosen(args)),
        asked,
        house.clock.now(),
        assets_max=limits.assets_max,
        bulks_max=limits.bulks_max,
    )
    _show(bulk, as_json=args.as_json)


async def list_bulks(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.assets import bulk as bulks
    from safelight.wire import bulk as wire

    cloud = await cloud_named(session, args.cloud)
    page = await bulks.list(session, cloud.id, args.limit)
    rows = [wire.bulk_json(bulk) for bulk in page.items]
    printing.show_rows(rows, as_json=args.as_json, none="Nothing was done to many assets in the last days.")


async def show_bulk(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.assets import bulk as bulks

    cloud = await cloud_named(session, args.cloud)
    _show(await bulks.get(session, cloud.id, args.id), as_json=args.as_json)


async def list_failures(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.assets import bulk as bulks
    from safelight.assets.bulk_model import Failure

    cloud = await cloud_named(session, args.cloud)
    bulk = await bulks.get(session, cloud.id, args.id)
    found: list[Failure] = []
    behind, more = -1, True
    while more:
        lines = await bulks.failures(session, cloud.id, bulk.id, LINES_AT_ONCE, behind)
        found += lines
        behind, more = lines[-1].position if lines else behind, len(lines) == LINES_AT_ONCE
    rows = [
        {"position": one.position, "asset_id": one.asset_id, "public_id": one.name, "reason": one.reason}
        for one in found
    ]
    printing.show_rows(rows, as_json=args.as_json, none="It could do all that it was asked.")


async def cancel_bulk(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.assets import bulk as bulks

    cloud = await cloud_named(session, args.cloud)
    _show(await bulks.cancel(session, cloud.id, args.id, house.clock.now()), as_json=args.as_json)


async def undo_bulk(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.assets import bulk as bulks

    cloud = await cloud_named(session, args.cloud)
    by = Asked(Action.UNDO, asked_by=SHELL)
    _show(await bulks.undo(session, cloud.id, args.id, by, house.clock.now()), as_json=args.as_json)


def _chosen(args: argparse.Namespace) -> dict[str, str | list[str]]:
    """What was chosen, in the words of the API."""
    if args.ids is not None:
        text = sys.stdin.read() if args.ids == STDIN else Path(args.ids).read_text(encoding="utf-8")
        return {"asset_ids": text.split()}
    if args.snapshot is not None:
        return {"snapshot_id": args.snapshot}
    return {"all": "true"} if args.all else {"expression": args.expression}


def _show(bulk: Bulk, *, as_json: bool) -> None:
    from safelight.wire import bulk as wire

    printing.show_row(wire.bulk_json(bulk), as_json=as_json)
