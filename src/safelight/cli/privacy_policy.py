"""`safelight privacy policy …`: the policy as it is now, what changed, and what was posted when."""

import argparse

from safelight.cli.options import Subparsers, settings_of, with_data, with_json


def add_to(subparsers: Subparsers) -> None:
    policy = subparsers.add_parser("policy", help="the policy: its text, its versions, what changes")
    commands = policy.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    show = commands.add_parser("show", parents=parents, help="show the policy as it is written now")
    show.add_argument("--language", choices=("en", "de"), default="en")
    show.set_defaults(run=run_show)


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
