"""`safelight receipt …`: checks what an installation gave somebody as a proof; it needs no installation of its own."""

import argparse

from safelight.cli.options import Subparsers


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("receipt", help="check a receipt of what was done with somebody's data")
    receipt = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    verify = receipt.add_parser("verify", help="exit 0 if all that it says was written and signed, else 1")
    verify.add_argument("file", metavar="FILE")
    verify.add_argument("--key", metavar="PUB", help="the installation's public key, or a file with it")
    verify.set_defaults(run=run_verify)


def run_verify(args: argparse.Namespace) -> int:
    from safelight.privacy import verify

    return verify.main([args.file, *(["--key", args.key] if args.key else [])])
