"""`safelight privacy hold …`: keep some fields of somebody beyond their time, on a ground, and who answers for it."""

import argparse
import re
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import at_home, in_house
from safelight.cli.options import Subparsers, moment, with_data, with_json
from safelight.privacy.hold import REVIEW_DAYS, REVIEW_DAYS_MAX, Ground

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

WHOSE = "account:ID, user:ID, cloud:NAME, asset:ID or an e-mail address"
SHOWN = ("id", "ground", "scope", "fields", "owner", "kept", "review_at", "gagged", "end")


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("hold", help="what is kept beyond its time: of whom, on what ground, until when")
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    add = commands.add_parser("add", parents=parents, help="set one; what it names is copied at once, and kept apart")
    add.add_argument("--ground", required=True, choices=[*Ground], help=", ".join(Ground))
    add.add_argument("--scope", required=True, metavar="WHOSE", help=WHOSE)
    add.add_argument("--fields", required=True, action="append", metavar="NAMES",
                     help="kinds of records (`safelight privacy inventory`), or fields as an export names them: "
                          "message,users.email")  # fmt: skip
    add.add_argument("--owner", required=True, metavar="NAME", help="who answers for it")
    add.add_argument("--basis", default="", metavar="WORDS", help="the order, the claim, the file number")
    add.add_argument("--review", type=days, default=REVIEW_DAYS, metavar="90d",
                     help=f"when somebody must look at it again; else it ends then ({REVIEW_DAYS}d)")  # fmt: skip
    add.add_argument("--gag-until", type=moment, metavar="RFC3339", help="until then its person is not told")
    add.add_argument("--case", default="", metavar="ID", help="the case that it ends with")
    add.set_defaults(run=run_add)

    listed = commands.add_parser("list", parents=parents, help="those that stand, the newest first")
    listed.add_argument("--all", action="store_true", help="those that ended, too")
    listed.set_defaults(run=in_house(show_holds))

    review = commands.add_parser("review", parents=parents, help="you looked at it, and it is still needed")
    review.add_argument("id", metavar="ID")
    review.add_argument("--review", type=days, default=REVIEW_DAYS, metavar="90d", help="until the next time")
    review.set_defaults(run=in_house(review_hold))

    release = commands.add_parser("release", parents=parents, help="it is over: what it kept goes")
    release.add_argument("id", metavar="ID")
    release.set_defaults(run=run_release)


def days(word: str) -> int:
    """The value of an option: 90d, or 90."""
    found = re.fullmatch(r"([0-9]{1,4})d?", word)
    if not found or not 1 <= int(found[1]) <= REVIEW_DAYS_MAX:
        raise argparse.ArgumentTypeError(f"not 1d to {REVIEW_DAYS_MAX}d: {word[:20]!r}")
    return int(found[1])


def run_add(args: argparse.Namespace) -> int:
    """When it is told, it is kept: nothing waits for a worker."""

    async def work(house: "House") -> None:
        from safelight.boot import holding, subjects
        from safelight.privacy import holds

        preserve, now = subjects.preserve_of(house), house.clock.now()
        async with house.database.transaction() as session:
            made = await holds.add(
                session,
                ground=Ground(args.ground),
                scope=await holding.scope_named(session, args.scope),
                fields=[name.strip() for names in args.fields for name in names.split(",") if name.strip()],
                owner=args.owner,
                basis=args.basis or args.ground,
                now=now,
                days=args.review,
                sheets=preserve.sheets,
                columns=preserve.columns,
                gag_until=args.gag_until,
                case_id=args.case,
            )
        await preserve.keep(made)
        async with house.database.transaction() as session:
            # The job may have copied some of it meanwhile.
            kept = await holds.kept(session)
        printing.show_row(holds.shown(made, now, kept), as_json=args.as_json)

    at_home(args, work)
    return 0


def run_release(args: argparse.Namespace) -> int:
    async def work(house: "House") -> None:
        from safelight.boot import subjects
        from safelight.privacy import holds

        now = house.clock.now()
        async with house.database.transaction() as session:
            await holds.release(session, args.id, now=now)
        await subjects.preserve_of(house).drop_held({"id": args.id})
        async with house.database.transaction() as session:
            found = await holds.get(session, args.id)
        printing.show_row(holds.shown(found, now, {}), as_json=args.as_json)

    at_home(args, work)
    return 0


async def show_holds(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import holds

    found, kept = await holds.list_all(session, only_live=not args.all), await holds.kept(session)
    rows = [holds.shown(each, house.clock.now(), kept) for each in found]
    shown = [{name: row[name] for name in SHOWN} | {"fields": ", ".join(row["fields"])} for row in rows]
    printing.show_rows(rows if args.as_json else shown, as_json=args.as_json, none="Nothing is held.")


async def review_hold(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import holds

    now = house.clock.now()
    found = await holds.review(session, args.id, days=args.review, now=now)
    printing.show_row(holds.shown(found, now, await holds.kept(session)), as_json=args.as_json)
