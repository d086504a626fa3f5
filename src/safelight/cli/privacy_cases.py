"""`safelight privacy case …`: enforcement in cases: nobody reads for it without one that is open."""

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safelight.cli import printing
from safelight.cli.opening import at_home, in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.cli.privacy_holds import WHOSE
from safelight.privacy.enforcement import Kind

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session
    from safelight.privacy.preserve import Kept, Preserve


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("case", help="terms, debts, fraud and disputes: who reads for them names a case")
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    opened = commands.add_parser("open", parents=parents, help="open one")
    opened.add_argument("kind", metavar="KIND", choices=[*Kind], help=", ".join(Kind))
    opened.add_argument("--about", required=True, metavar="WHOM", help=WHOSE)
    opened.add_argument("--basis", required=True, metavar="WORDS", help="what happened, and which terms it breaks")
    opened.add_argument("--owner", required=True, metavar="NAME", help="who opens it, and answers for it")
    opened.set_defaults(run=in_house(open_case))

    listed = commands.add_parser("list", parents=parents, help="those that are open, the newest first")
    listed.add_argument("--all", action="store_true", help="those that were closed, too")
    listed.set_defaults(run=in_house(show_cases))

    read = commands.add_parser("read", parents=parents, help="read records of whom it is about; the ledger tells of it")
    read.add_argument("id", metavar="ID")
    read.add_argument("sheet", metavar="SHEET", help="which records, as an export names them: users, traffic")
    read.set_defaults(run=run_read)

    held = commands.add_parser("held", parents=parents, help="write what a hold kept into a folder, for an open case")
    held.add_argument("id", metavar="ID")
    held.add_argument("hold", metavar="HOLD")
    held.add_argument("out", metavar="DIR", type=Path)
    held.set_defaults(run=run_held)

    closed = commands.add_parser("close", parents=parents, help="close one; what was held for it goes within a day")
    closed.add_argument("id", metavar="ID")
    closed.add_argument("--outcome", required=True, metavar="WORDS", help="how it ended")
    closed.set_defaults(run=in_house(close_case))


async def open_case(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import holding
    from safelight.privacy import enforcement

    about = await holding.scope_named(session, args.about)
    made = await enforcement.open_case(
        session, kind=Kind(args.kind), about=about, basis=args.basis, opened_by=args.owner, now=house.clock.now()
    )
    printing.show_row(made.shown(), as_json=args.as_json)


async def show_cases(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import enforcement

    found = await enforcement.list_all(session, only_open=not args.all)
    printing.show_rows([each.shown() for each in found], as_json=args.as_json, none="No case is open.")


async def close_case(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import enforcement

    done = await enforcement.close(session, args.id, args.outcome, now=house.clock.now())
    printing.show_row(done.shown(), as_json=args.as_json)


def run_read(args: argparse.Namespace) -> int:
    """One JSON a line: there may be many. Who stops before the last has read all the same, and it is written down."""

    async def work(house: "House") -> None:
        from safelight.boot import subjects
        from safelight.kernel.errors import NotFound
        from safelight.privacy import enforcement

        preserve = subjects.preserve_of(house)
        keeper = next((each for each in preserve.keepers if any(one.name == args.sheet for one in each.sheets)), None)
        if keeper is None:
            raise NotFound(f"There are no records `{args.sheet[:80]}`; the folder data/ of an export has their names.")
        async with house.database.transaction() as session:
            case = await enforcement.note_read(session, args.id, now=house.clock.now())
        async with house.database.transaction() as session:
            with enforcement.enforcing(case):
                subject = await preserve.subject_of(session, case.about)
                async for item in keeper.give(session, subject, args.sheet):
                    print(json.dumps(item.facts, ensure_ascii=False))

    at_home(args, work)
    return 0


def run_held(args: argparse.Namespace) -> int:
    async def work(house: "House") -> dict[str, Any]:
        from safelight.boot import subjects
        from safelight.privacy import enforcement, holds

        preserve = subjects.preserve_of(house)
        async with house.database.transaction() as session:
            await holds.get(session, args.hold)
            await enforcement.note_read(session, args.id, now=house.clock.now(), what="held")
        args.out.mkdir(parents=True, exist_ok=True)
        records = files = 0
        with (args.out / "records.jsonl").open("w", encoding="utf-8") as lines:
            async for kept in preserve.records(args.hold):
                name = await _written(preserve, kept, args.out, files) if kept.blob_key else None
                files += name is not None
                records += 1
                told = {"sheet": kept.sheet, "facts": kept.facts, "file": name}
                lines.write(json.dumps(told, ensure_ascii=False) + "\n")
        return {"folder": args.out, "records": records, "files": files}

    printing.show_row(at_home(args, work), as_json=args.as_json)
    return 0


async def _written(preserve: "Preserve", kept: "Kept", folder: Path, number: int) -> str:
    """Under a name of ours: what the record says may be anything."""
    ending = re.sub(r"[^a-z0-9]", "", str(kept.facts.get("format") or ""))[:10]
    path = folder / f"file-{number:06d}{f'.{ending}' if ending else ''}"
    with path.open("wb") as file:
        async for chunk in preserve.file(kept):
            file.write(chunk)
    return path.name
