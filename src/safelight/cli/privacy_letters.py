"""`safelight privacy ingest-mail|letters`: letters to the address of privacy, taken in by hand, and shown."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import at_home, in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid, NotFound, SafelightError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from safelight.boot.house import House
    from safelight.mail.correspondence import Message
    from safelight.ports.database import Session

STDIN = "-"
SEEN = ":2,S"
"""What a Maildir writes behind the name of a letter that was read."""


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    ingest = subparsers.add_parser(
        "ingest-mail", parents=parents, help="take a letter in as if it had come to the address of privacy"
    )
    ingest.add_argument(
        "source",
        metavar="SOURCE",
        nargs="?",
        default=STDIN,
        help="a file, a Maildir whose new letters are taken in and moved to those that were read, or - (-)",
    )
    ingest.set_defaults(run=run_ingest)

    letters = subparsers.add_parser("letters", parents=parents, help="what was written about a request, both ways")
    letters.add_argument("case", metavar="CASE", help="its number, such as SL-2026-000123")
    letters.add_argument("--save", metavar="DIR", type=Path, help="write the files that came along into a folder")
    letters.set_defaults(run=in_house(show_letters))


def run_ingest(args: argparse.Namespace) -> int:
    """1 where a letter was refused."""

    async def work(house: "House") -> int:
        from safelight.boot import arriving

        take_in = arriving.take_in_of(house)
        rows: list[dict[str, object]] = []
        refused = 0
        for name, raw, done in _letters(args.source):
            try:
                async with house.database.transaction() as session:
                    taken = await take_in(session, raw)
            except SafelightError as error:
                if args.source == STDIN:
                    raise
                refused += 1
                rows.append({"letter": name, "case": None, "done": error.message})
            else:
                rows.append({"letter": name, "case": taken.case, "done": taken.words})
                if done is not None:
                    done.parent.mkdir(exist_ok=True)
                    (Path(args.source) / "new" / name).replace(done)
        if len(rows) == 1:
            printing.show_row(rows[0], as_json=args.as_json)
        else:
            printing.show_rows(rows, as_json=args.as_json, none="There are no new letters.")
        return 1 if refused else 0

    return at_home(args, work)


def _letters(source: str) -> "Iterator[tuple[str, bytes, Path | None]]":
    """Their names, bytes, and where they lie when they were taken in. Raises Invalid."""
    from safelight.mail.bounce import LETTER_BYTES_MAX

    if source == STDIN:
        yield STDIN, sys.stdin.buffer.read(LETTER_BYTES_MAX + 1), None
        return
    path = Path(source)
    folder = path / "new"
    if path.is_dir() and not folder.is_dir():
        raise Invalid(f"{source} is no Maildir: it has no folder `new`.")
    try:
        if not path.is_dir():
            yield path.name, path.read_bytes()[: LETTER_BYTES_MAX + 1], None
            return
        for each in sorted(folder.iterdir()):
            yield each.name, each.read_bytes()[: LETTER_BYTES_MAX + 1], path / "cur" / f"{each.name}{SEEN}"
    except OSError as error:
        raise Invalid(f"{source} cannot be read: {error.strerror}.") from error


async def show_letters(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import requests
    from safelight.mail import correspondence

    asked = await requests.requests_of(house).named(session, args.case)
    found = await correspondence.of_case(session, house.keys.store, asked.id)
    if args.save is not None:
        saved = [name for each in found for name in _saved(each, args.save)]
        if not saved:
            raise NotFound("No files came with letters of this request, or they were too large to be kept.")
    printing.show_rows([_row(each) for each in reversed(found)], as_json=args.as_json, none="There are no letters.")


def _saved(message: "Message", folder: Path) -> "Iterator[str]":
    """Under names of ours: what somebody called a file is no path."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, each in enumerate(message.attachments):
        if each.data is not None:
            path = folder / f"{message.id}.{number}"
            path.touch(mode=0o600)
            path.write_bytes(each.data)
            yield path.name


def _row(message: "Message") -> dict[str, object]:
    files = [
        {"name": each.name, "type": each.type, "bytes": each.size_bytes, "sha256": each.sha256,
         "kept": each.data is not None} for each in message.attachments
    ]  # fmt: skip
    return {
        "at": message.created_at,
        "direction": message.direction.value,
        "address": message.address,
        "subject": message.subject,
        "text": message.text,
        "proofs": message.proofs,
        "files": files,
    }
