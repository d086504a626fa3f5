"""`safelight privacy …`: what is promised about personal data, and whether it is so."""

import argparse
import json
from typing import TYPE_CHECKING

from safelight.cli import (
    printing,
    privacy_cases,
    privacy_exposure,
    privacy_figures,
    privacy_holds,
    privacy_ledger,
    privacy_letters,
    privacy_policy,
    privacy_recipients,
    privacy_requests,
    privacy_retention,
    privacy_selfcheck,
    privacy_subjects,
)
from safelight.cli.options import Subparsers, settings_of, with_data, with_json

if TYPE_CHECKING:
    from datetime import date

    from safelight.settings import Settings

PARTS = (
    privacy_exposure,
    privacy_policy,
    privacy_recipients,
    privacy_requests,
    privacy_subjects,
    privacy_ledger,
    privacy_retention,
    privacy_selfcheck,
    privacy_letters,
    privacy_holds,
    privacy_cases,
    privacy_figures,
)
"""Each adds its own commands by `add_to(subparsers)`."""


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("privacy", help="what is promised about personal data, and whether it is so")
    privacy = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    inventory = privacy.add_parser(
        "inventory", parents=parents, help="compare the policy with what there is; exit 1 where they differ"
    )
    inventory.add_argument("--ropa", action="store_true", help="print the record of processing (GDPR 30), as JSON")
    inventory.set_defaults(run=run_inventory)

    for part in PARTS:
        part.add_to(privacy)


def run_inventory(args: argparse.Namespace) -> int:
    from safelight.boot import declared, promising
    from safelight.privacy import ropa

    settings = settings_of(args)
    policy, today = promising.policy_of(settings), _today(settings)
    held = {each.name: each for all_of in declared.holdings().values() for each in all_of}
    if args.ropa:
        print(json.dumps(ropa.record(policy, held, today), indent=2, ensure_ascii=False))
        return 0
    gaps = promising.gaps(settings, today, with_files=True)
    rows = [ropa.entity_row(policy, each, held.get(each.name)) for each in policy.entities.values()]
    if args.as_json:
        told = {"ok": not gaps, "gaps": [{"clause": each.clause, "words": each.words} for each in gaps]}
        print(printing.json_text({**told, "entities": rows}))
    else:
        shown = [
            {
                "entity": row["name"],
                "context": row["context"],
                "role": row["role"],
                "days": row["keep_days"],
                "then": row["then"],
            }
            for row in rows
        ]
        printing.show_rows(shown, as_json=False, none="Nothing is kept.")
        print()
        for gap in gaps:
            print(gap)
        print(f"{len(rows)} kinds of records, {len(gaps)} gaps between the policy and what there is")
    return 1 if gaps else 0


def _today(settings: "Settings") -> "date":
    from safelight.boot import house

    return house.clock_of(settings).now().date()
