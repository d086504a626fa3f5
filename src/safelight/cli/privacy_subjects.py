"""`safelight privacy export|erase|erasures`: hand out everything about somebody, or forget them."""

import argparse
import asyncio
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Busy, Conflict, Invalid

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import IO

    from safelight.boot.house import House
    from safelight.privacy.erase import Erase
    from safelight.privacy.erasure import Erasure

WAIT_SECONDS = 1
WHO = "an e-mail address, account:ID, user:ID or cloud:NAME"


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    export = subparsers.add_parser("export", parents=parents, help="write everything about somebody into one archive")
    export.add_argument("subject", metavar="SUBJECT", nargs="?", help=WHO)
    export.add_argument("out", metavar="OUT", nargs="?", type=Path,
                        help="the archive to write, as OUT.zip; the rest of a large one is OUT.2.zip")  # fmt: skip
    export.add_argument("--mask", choices=("none", "marked", "faces"),
                        help="what of others is masked in pictures; usually as the settings say")  # fmt: skip
    export.add_argument("--diff", metavar=("A.zip", "B.zip"), nargs=2, type=Path,
                        help="write nothing; tell what only one of them has; exit 1 if anything")  # fmt: skip
    export.set_defaults(run=run_export)

    erase = subparsers.add_parser("erase", parents=parents, help="forget somebody; cannot be taken back")
    erase.add_argument("subject", metavar="SUBJECT", help=WHO)
    erase.add_argument("--plan", action="store_true", help="only show what would be erased, and what would be kept")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.add_argument("--receipt", metavar="FILE", type=Path, help="write what proves it into a file")
    erase.set_defaults(run=run_erase)

    erasures = subparsers.add_parser("erasures", parents=parents, help="how far erasures are, and what probes found")
    erasures.add_argument("id", metavar="ID", nargs="?", help="of one of them")
    erasures.add_argument("--receipt", metavar="FILE", type=Path, help="write what proves it into a file")
    erasures.set_defaults(run=run_erasures)


def run_export(args: argparse.Namespace) -> int:
    """1 where something that should be there was missing."""
    if args.diff:
        return _show_differences(args)
    if args.out is None:
        raise Invalid("Say of whom, and where to: `safelight privacy export SUBJECT OUT.zip`; or --diff A.zip B.zip.")

    async def work(house: "House") -> int:
        from safelight.boot import subjects, veiling
        from safelight.people.subjects import subject_named
        from safelight.privacy.volumes import volume_path, volumes_beside
        from safelight.render.pool import Darkroom

        async with house.database.transaction() as session:
            subject = await subject_named(session, args.subject)
        for path in volumes_beside(args.out)[1:]:
            # Of an archive that was larger, and would be taken for the rest of this one.
            path.unlink()
        render = Darkroom(house.settings.render)
        try:
            export = subjects.export_of(house, veiling.veil_of(house, render, args.mask))
            tally = await export.write(subject, lambda number: _whole(volume_path(args.out, number)))
        finally:
            await render.close()
        told = {"archive": str(args.out), "volumes": tally.volume, "files": tally.files, "bytes": tally.size_bytes}
        missing = {"complete": tally.is_complete, "errors": tally.errors if args.as_json else len(tally.errors),
                   "not_searched": ", ".join(f"{each.store}: {each.why_not}" for each in tally.unsearched)}  # fmt: skip
        printing.show_row({**told, **missing}, as_json=args.as_json)
        return 0 if tally.is_complete else 1

    return at_home(args, work)


def _show_differences(args: argparse.Namespace) -> int:
    from safelight.privacy.difference import differences

    found = differences(*args.diff)
    none = "Both have the same records and files."
    printing.show_rows([each.row() for each in found], as_json=args.as_json, none=none)
    return 1 if found else 0


def run_erase(args: argparse.Namespace) -> int:
    """1 where a probe found something that is still there."""

    async def work(house: "House") -> int:
        from safelight.boot import subjects
        from safelight.people.subjects import subject_named

        erase = subjects.erase_of(house)
        async with house.database.transaction() as session:
            subject = await subject_named(session, args.subject)
            steps = await erase.plan(session, subject, with_hidden=True)
        if args.plan or not args.yes:
            shown = [
                {name: step[name] for name in ("context", "sheet", "fate", "count", "ground", "ends_at")}
                for step in steps
            ]
            printing.show_rows(steps if args.as_json else shown, as_json=args.as_json, none="There is nothing.")
        if args.plan:
            return 0
        if not args.yes and not _is_sure():
            raise Conflict("Nothing was erased. Say --yes to go on without being asked.")
        async with house.database.transaction() as session:
            id = await erase.start(session, subject)
        done = await _followed(erase, id)
        if args.receipt:
            args.receipt.write_bytes(await erase.receipt(id))
        printing.show_row(done.told(), as_json=args.as_json)
        return 0 if done.state.value == "done" else 1

    return at_home(args, work)


def run_erasures(args: argparse.Namespace) -> int:
    async def work(house: "House") -> int:
        from safelight.boot import subjects

        erase = subjects.erase_of(house)
        if args.receipt:
            if not args.id:
                raise Invalid("Say of which erasure: `safelight privacy erasures ID --receipt FILE`.")
            args.receipt.write_bytes(await erase.receipt(args.id))
        if args.id:
            printing.show_row((await erase.find(args.id)).told(), as_json=args.as_json)
            return 0
        names = ("id", "state", "progress", "created_at", "ended_at", "probe_at")
        rows = [each.told() for each in await erase.list()]
        shown = rows if args.as_json else [{name: row[name] for name in names} for row in rows]
        printing.show_rows(shown, as_json=args.as_json, none="Nobody was erased.")
        return 0

    return at_home(args, work)


@contextmanager
def _whole(path: Path) -> "Generator[IO[bytes]]":
    """A file that is there whole, or not at all."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


async def _followed(erase: "Erase", id: str) -> "Erasure":
    """To its end, be it carried out here or by a worker that was quicker."""
    shown = ""
    while True:
        try:
            return await erase.run(id)
        except Busy:
            await asyncio.sleep(WAIT_SECONDS)
        found = await erase.find(id)
        if found.state.value != "running":
            return found
        if found.told()["progress"] != shown:
            shown = found.told()["progress"]
            print(f"step {shown}", file=sys.stderr)


def _is_sure() -> bool:
    if not sys.stdin.isatty():
        return False
    return input("This cannot be taken back. Type `erase` to go on: ").strip() == "erase"
