"""`safelight privacy ledger …`: what was written for people's rights, what is signed of it, and whether it is whole."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import at_home, in_house
from safelight.cli.options import Subparsers, with_data, with_json

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

LINES_MAX = 1000


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("ledger", help="the signed ledger of what was done for people's rights")
    ledger = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    verify = ledger.add_parser("verify", parents=parents, help="read all of it anew; exit 1 if anything was changed")
    verify.add_argument(
        "--checkpoint", action="append", default=[], type=Path, metavar="FILE", help="one that was kept elsewhere"
    )
    verify.set_defaults(run=run_verify)

    checkpoint = ledger.add_parser("checkpoint", parents=parents, help="sign the ledger as it stands now")
    checkpoint.set_defaults(run=in_house(make_checkpoint))

    keys = ledger.add_parser("keys", parents=parents, help="the public keys that sign it, the newest first")
    keys.set_defaults(run=in_house(show_keys))

    rotate = ledger.add_parser("rotate", parents=parents, help="sign with a new key from here on")
    rotate.set_defaults(run=in_house(rotate_key))

    listing = ledger.add_parser("list", parents=parents, help="the lines as they were hashed")
    listing.add_argument("--start", type=int, default=0, metavar="N", help="the first line; 0")
    listing.add_argument("--limit", type=int, default=100, choices=range(1, LINES_MAX + 1), metavar="N")
    listing.set_defaults(run=in_house(list_lines))


def run_verify(args: argparse.Namespace) -> int:
    from safelight.boot import evidence
    from safelight.privacy.audit import Audit, audit

    outside = [path.read_text("utf-8") for path in args.checkpoint]

    async def work(house: "House") -> Audit:
        async with house.database.transaction() as session:
            known = await evidence.signer_of(house).verifiers(session)
            return await audit(session, [each.verifier for each in known], outside)

    told = at_home(args, work)
    row: dict[str, object] = {
        "ok": told.is_good,
        "lines": told.size,
        "checkpoints": told.checkpoints,
        "root": told.root,
    }
    if args.as_json:
        printing.show_row({**row, "faults": list(told.faults)}, as_json=True)
    else:
        printing.show_row(row, as_json=False)
        for fault in told.faults:
            print(fault)
    return 0 if told.is_good else 1


async def make_checkpoint(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import evidence

    signed = await evidence.checkpoints_of(house).make(session)
    if args.as_json:
        printing.show_row({"note": signed}, as_json=True)
    else:
        print(signed, end="")


async def show_keys(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import evidence

    known = await evidence.signer_of(house).verifiers(session)
    rows = [{"key": str(each.verifier), "from": each.made_at, "until": each.retired_at} for each in known]
    printing.show_rows(rows, as_json=args.as_json, none="Nothing was signed yet.")


async def rotate_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import evidence

    made = await evidence.checkpoints_of(house).rotate(session)
    printing.show_row({"key": str(made)}, as_json=args.as_json)


async def list_lines(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import ledger

    found = await ledger.lines(session, args.start, args.limit)
    if args.as_json:
        print("[" + ",\n ".join(found) + "]")
    else:
        print("\n".join(found) or "There is no such line.")
