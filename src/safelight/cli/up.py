"""`safelight up`, `serve`, `work`, `migrate`: start the product, or its parts."""

import argparse
import sys
import webbrowser
from functools import partial
from typing import TYPE_CHECKING

from safelight.cli import printing, welcome
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.settings import Settings

if TYPE_CHECKING:
    from safelight.boot.tree import Running

# The house is imported when a command needs it: `safelight --help` opens no libvips.


def add_to(subparsers: Subparsers) -> None:
    listening = argparse.ArgumentParser(add_help=False)
    listening.add_argument("--host", help="address to listen on (127.0.0.1)")
    listening.add_argument("--port", type=_port, help="port to listen on (8000); 0 takes a free one")
    listening.add_argument("--workers", metavar="N", type=_count, help="HTTP processes (one for each four cores)")

    up = subparsers.add_parser(
        "up", parents=[listening, with_data()], help="start everything: database, files, HTTP, jobs; Ctrl+C stops it"
    )
    up.add_argument("--open", action="store_true", help="open the address in a browser")
    up.set_defaults(run=run_up)

    serve = subparsers.add_parser(
        "serve", parents=[listening, with_data()], help="start the HTTP part, on one of many machines"
    )
    serve.set_defaults(run=run_serve)

    work = subparsers.add_parser("work", parents=[with_data()], help="start the job part, on one of many machines")
    work.set_defaults(run=run_work)

    migrate = subparsers.add_parser(
        "migrate", parents=[with_data(), with_json()], help="bring the database up to this release"
    )
    migrate.set_defaults(run=run_migrate)


def run_up(args: argparse.Namespace) -> int:
    from safelight.boot import tree
    from safelight.web import logs

    settings = _prepared(args)
    return tree.run(tree.up(settings, logs.logger().info, partial(_tell, opens=args.open)))


def run_serve(args: argparse.Namespace) -> int:
    from safelight.boot import tree
    from safelight.web import logs

    settings = _prepared(args)
    return tree.run(tree.serve(settings, logs.logger().info, partial(_tell, opens=False)))


def run_work(args: argparse.Namespace) -> int:
    from safelight.boot import tree
    from safelight.web import logs

    settings = _prepared(args)
    return tree.run(tree.work(settings, logs.logger().info))


def run_migrate(args: argparse.Namespace) -> int:
    from safelight.boot import tree

    async def migrate() -> None:
        async with tree.with_database(settings_of(args)) as settings:
            await tree.migrated(settings)
        printing.show_row({"migrated": True}, as_json=args.as_json)

    tree.run(migrate())
    return 0


def _prepared(args: argparse.Namespace) -> Settings:
    """The settings, and a log that begins with what of them is passed over."""
    from safelight.boot import reading
    from safelight.web import logs

    settings = settings_of(args)
    logs.configure(settings.server.log_format, process="supervisor")
    for variable in reading.not_yet():
        logs.logger().warning(f"{variable} is not available in this release and changes nothing")
    return settings


def _tell(running: "Running", *, opens: bool) -> None:
    if running.first is not None:
        first = running.first
        print(welcome.first_words(running.address, first.cloud, first.api_key, first.secret.reveal()), flush=True)
    else:
        print(welcome.later_words(running.address), flush=True)
    if running.setup is not None:
        print(welcome.setup_words(running.setup), flush=True)
    if running.complaint is not None:
        print(f"It is not ready yet: {running.complaint}", file=sys.stderr)
    if opens:
        webbrowser.open(running.address)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is no port (0 to 65535)")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"`{text}` is no number of processes (1 to 1024)")
    return int(text)
