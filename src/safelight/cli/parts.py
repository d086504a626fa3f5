"""`safelight _web`, `_worker`, `_darkroom`: what the supervisor starts; not for people."""

import argparse
from collections.abc import Coroutine
from typing import Any

from safelight.cli.options import Subparsers, settings_of
from safelight.settings import Settings

NAMES = ("_web", "_worker", "_darkroom")


def add_to(subparsers: Subparsers) -> None:
    web = subparsers.add_parser("_web")
    web.add_argument("--fd", type=int, required=True)
    web.set_defaults(run=run_web)
    worker = subparsers.add_parser("_worker")
    worker.set_defaults(run=run_worker)
    darkroom = subparsers.add_parser("_darkroom")
    darkroom.set_defaults(run=run_darkroom)
    for part in (web, worker, darkroom):
        part.add_argument("--name", required=True)


def run_web(args: argparse.Namespace) -> int:
    from safelight.boot import doors

    settings = _prepared(args)
    return _run(doors.run_web(settings, args.fd))


def run_worker(args: argparse.Namespace) -> int:
    from safelight.boot import doors

    settings = _prepared(args)
    return _run(doors.run_worker(settings))


def run_darkroom(args: argparse.Namespace) -> int:
    from safelight.boot import doors

    settings = _prepared(args, counts=False)
    return _run(doors.run_darkroom(settings))


def _prepared(args: argparse.Namespace, *, counts: bool = True) -> Settings:
    """What each process does first: its settings, its name in the log, its file of numbers."""
    from safelight.boot import tree
    from safelight.web import logs, metrics

    settings = settings_of(args)
    logs.configure(settings.server.log_format, process=args.name)
    if counts:
        metrics.share(settings.data / tree.METRICS_FOLDER, args.name)
    return settings


def _run(work: Coroutine[Any, Any, None]) -> int:
    from safelight.boot import tree

    tree.run(work)
    return 0
