"""`safelight clock show` and `set`: the time that this installation goes by."""

import argparse

from safelight.cli import printing
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.kernel.errors import Forbidden


def add_to(subparsers: Subparsers) -> None:
    clock = subparsers.add_parser("clock", help="show the time, or set it where time stands for tests").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    parents = [with_data(), with_json()]
    clock.add_parser("show", parents=parents, help="the time of this installation").set_defaults(run=run_show)
    put = clock.add_parser("set", parents=parents, help="move every process; only where SAFELIGHT_TEST_CLOCK=1")
    put.add_argument("at", metavar="RFC3339", help="such as 2026-01-31T12:00:00Z")
    put.set_defaults(run=run_set)


def run_show(args: argparse.Namespace) -> int:
    from safelight.adapters.clock.settable import SettableClock
    from safelight.kernel.clock import SystemClock

    settings = settings_of(args)
    system = SystemClock()
    now = SettableClock(settings.data, system).now() if settings.test_clock else system.now()
    printing.show_row({"now": now, "stands": settings.test_clock}, as_json=args.as_json)
    return 0


def run_set(args: argparse.Namespace) -> int:
    from safelight.adapters.clock.settable import SettableClock, moment
    from safelight.kernel.clock import SystemClock

    settings = settings_of(args)
    if not settings.test_clock:
        raise Forbidden("Time can be set only where SAFELIGHT_TEST_CLOCK=1.")
    at = moment(args.at)
    settings.data.mkdir(parents=True, exist_ok=True)
    SettableClock(settings.data, SystemClock()).set(at)
    printing.show_row({"now": at, "stands": True}, as_json=args.as_json)
    return 0
