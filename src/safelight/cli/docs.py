"""`safelight docs`: writes docs/reference from the registries; `--check` tells whether it is up to date."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from safelight.cli.options import Subparsers
from safelight.kernel.errors import NotFound

FOLDER = Path("docs", "reference")
WRITTEN = frozenset({".md", ".json"})
"""What is written there; the pictures beside it are not."""


def add_to(subparsers: Subparsers) -> None:
    docs = subparsers.add_parser("docs", help="write the reference pages, in a folder of the source code")
    docs.add_argument("--check", action="store_true", help="write nothing; exit 1 if a page is not up to date")
    docs.add_argument("--folder", metavar="DIR", type=Path, default=FOLDER, help="where the pages lie (docs/reference)")
    docs.set_defaults(run=run_docs)


def run_docs(args: argparse.Namespace) -> int:
    made = made_pages(args.parser)
    stale = stale_pages(args.folder, made)
    if args.check:
        for path in stale:
            print(f"not up to date: {args.folder / path}", file=sys.stderr)
        if stale:
            print("`make docs` writes the pages.", file=sys.stderr)
        return 1 if stale else 0
    if not args.folder.parent.is_dir():
        raise NotFound(f"There is no folder {args.folder.parent}; the pages are written in the source code's folder.")
    for path in stale:
        write_page(args.folder / path, made.get(path))
    print(f"{len(made)} pages in {args.folder}, {len(stale)} of them changed")
    return 0


def made_pages(parser: argparse.ArgumentParser) -> dict[str, str]:
    """Every page as it should be; `parser` is that of the whole program."""
    from safelight.boot import doors
    from safelight.cli.pages import pages
    from safelight.render.effect import vocabulary

    return pages(parser, asyncio.run(doors.routes_of_a_model()), vocabulary())


def stale_pages(folder: Path, made: Mapping[str, str]) -> list[str]:
    """Pages that are missing, differ, or should not be there any more."""
    written = (path for path in folder.rglob("*") if path.suffix in WRITTEN)
    there = {path.relative_to(folder).as_posix(): path.read_text() for path in written}
    return sorted(path for path in {*made, *there} if made.get(path) != there.get(path))


def write_page(path: Path, text: str | None) -> None:
    """Write the page; take it away where there is none any more."""
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
