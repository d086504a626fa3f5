"""`safelight privacy policy …`: the policy as it is now, what changed, and what was posted when."""

import argparse
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, moment, settings_of, with_data, with_json

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session
    from safelight.privacy.versions import Version

CLASSES = ("minor", "substantial", "legal")


def add_to(subparsers: Subparsers) -> None:
    policy = subparsers.add_parser("policy", help="the policy: its text, its versions, what changes")
    commands = policy.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    show = commands.add_parser("show", parents=parents, help="show the policy as it is written now")
    show.add_argument("--language", choices=("en", "de"), default="en", help="of the text")
    show.set_defaults(run=run_show)

    diff = commands.add_parser("diff", parents=parents, help="what posting now would change, and of which class it is")
    diff.set_defaults(run=in_house(show_diff))

    post = commands.add_parser("post", parents=parents, help="post the policy as it is written now, signed")
    post.add_argument("--class", dest="kind", choices=CLASSES, help="a slower one than is computed, or legal")
    post.add_argument("--citation", default="", metavar="LAW", help="the law that demands the change (legal)")
    post.add_argument("--effective", type=moment, metavar="RFC3339", help="from when it binds (legal)")
    post.set_defaults(run=in_house(post_version))

    history = commands.add_parser("history", parents=parents, help="the versions that were posted, the newest first")
    history.set_defaults(run=in_house(show_history))


def run_show(args: argparse.Namespace) -> int:
    from safelight.boot import house, promising
    from safelight.privacy import policy_page

    settings = settings_of(args)
    policy, today = promising.policy_of(settings), house.clock_of(settings).now().date()
    if args.as_json:
        print(policy_page.as_json(policy, today))
    else:
        print(policy_page.as_text(policy, today, args.language), end="")
    return 0


async def show_diff(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import promising
    from safelight.privacy import versions

    draft = versions.draft(promising.policy_of(house.settings), await versions.list_all(session))
    rows = [{"place": each.place, "change": each.words, "substantial": each.is_substantial} for each in draft.changes]
    if args.as_json:
        print(printing.json_text({"class": draft.kind.value, "changes": rows}))
        return
    printing.show_rows(rows, as_json=False, none="Nothing differs from what was posted last.")
    if rows:
        print(f"\nThis is a {draft.kind.value} change: it binds {versions.DAYS[draft.kind]} days after it is posted.")
    elif draft.kind is versions.Class.FIRST:
        print("Nothing was posted yet.")


async def post_version(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot import evidence, promising
    from safelight.privacy import versions
    from safelight.privacy.change import Class

    made = await versions.post(
        session,
        promising.policy_of(house.settings),
        evidence.signer_of(house),
        house.clock.now(),
        kind=Class(args.kind) if args.kind else None,
        citation=args.citation,
        effective_at=args.effective,
    )
    printing.show_row(_row(made), as_json=args.as_json)


async def show_history(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.privacy import versions

    found, now = await versions.list_all(session), house.clock.now()
    rows = [{**_row(each), "state": versions.state_of(each, found, now).value} for each in found]
    printing.show_rows(rows, as_json=args.as_json, none="Nothing was posted yet: safelight privacy policy post")


def _row(version: "Version") -> dict[str, object]:
    return {
        "version": version.number,
        "class": version.kind.value,
        "posted_at": version.posted_at,
        "effective_at": version.effective_at,
        "hash": version.hash,
        "citation": version.citation or None,
    }
