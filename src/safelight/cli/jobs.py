"""`safelight jobs list | run --due | retry`: the queue, by hand."""

import argparse
import json

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.kernel.errors import NotFound
from safelight.ports.queue import JobRow

STATES = ("waiting", "running", "done", "dead")
LIST_MAX = 1000


def add_to(subparsers: Subparsers) -> None:
    jobs = subparsers.add_parser("jobs", help="look after the queue").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    parents = [with_data(), with_json()]

    listing = jobs.add_parser("list", parents=parents, help="list jobs, the newest last")
    listing.add_argument("--state", choices=STATES)
    listing.add_argument("--limit", type=int, default=100, choices=range(1, LIST_MAX + 1), metavar="N")
    listing.set_defaults(run=run_list)

    run = jobs.add_parser("run", parents=parents, help="do now what is due, and end")
    run.add_argument("--due", action="store_true", required=True, help="all jobs whose time has come")
    run.set_defaults(run=run_due)

    retry = jobs.add_parser("retry", parents=parents, help="let a dead job wait again")
    retry.add_argument("id", metavar="ID", type=int)
    retry.set_defaults(run=run_retry)


def run_list(args: argparse.Namespace) -> int:
    jobs = at_home(args, lambda house: house.queue.list(args.state, args.limit))
    printing.show_rows([_row(job) for job in jobs], as_json=args.as_json, none="There are no such jobs.")
    return 0


def run_due(args: argparse.Namespace) -> int:
    from safelight.boot import doors, tree

    async def work() -> None:
        async with tree.with_database(settings_of(args)) as settings:
            done = await doors.run_due(settings)
        printing.show_row({"done": done}, as_json=args.as_json)

    tree.run(work())
    return 0


def run_retry(args: argparse.Namespace) -> int:
    if not at_home(args, lambda house: house.queue.retry(args.id)):
        raise NotFound(f"There is no dead job {args.id}; `safelight jobs list --state dead` shows them.")
    printing.show_row({"id": args.id, "state": "waiting"}, as_json=args.as_json)
    return 0


def _row(job: JobRow) -> dict[str, object]:
    return {
        "id": job.id,
        "name": job.name,
        "state": job.state,
        "tries": job.tries,
        "run_at": job.run_at,
        "payload": json.dumps(job.payload, sort_keys=True),
    }
