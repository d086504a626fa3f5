"""`safelight`: reads the command line, runs one command, and says in one line what went wrong."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from safelight import __version__
from safelight.cli import (
    account,
    account_keys,
    account_provisioning,
    account_tokens,
    activity,
    bulk,
    check,
    clock,
    config,
    docs,
    jobs,
    mail,
    parts,
    people,
    privacy,
    quota,
    receipt,
    reindex,
    restore,
    transform,
    up,
    usage,
    vault,
    webhooks,
)
from safelight.kernel.errors import SafelightError

COMMANDS = (
    up,
    transform,
    account,
    account_keys,
    account_tokens,
    account_provisioning,
    people,
    usage,
    quota,
    bulk,
    jobs,
    reindex,
    vault,
    restore,
    activity,
    webhooks,
    mail,
    privacy,
    receipt,
    config,
    clock,
    check,
    docs,
)
"""Each registers itself by `add_to(subparsers)`, with `run`: the parsed words -> the exit code."""

EXIT_FAULT = 1
EXIT_INTERRUPTED = 130


def build_parser(*, for_supervisor: bool = False) -> argparse.ArgumentParser:
    """All commands for people, from which the manual page is made; or for the supervisor, who starts the parts."""
    parser = argparse.ArgumentParser(prog="safelight", description="The media cloud that you own.")
    parser.add_argument("--version", action="version", version=f"safelight {__version__}")
    parser.set_defaults(parser=parser)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (parts,) if for_supervisor else COMMANDS:
        command.add_to(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 done, 1 a fault that is told in one line, 2 a command line that makes no sense."""
    words = sys.argv[1:] if argv is None else list(argv)
    args = build_parser(for_supervisor=words[:1] in [[name] for name in parts.NAMES]).parse_args(words)
    return told(args.run, args)


def told(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Run a command; what went wrong becomes one line and an exit code."""
    try:
        return run(args)
    except SafelightError as error:
        return _fault(error.message)
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # Who read our output has left; what Python would still flush at the end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAULT
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return _fault(f"{error.strerror or error}{where}")


def _fault(message: str) -> int:
    print(f"safelight: {message}", file=sys.stderr)
    return EXIT_FAULT


if __name__ == "__main__":
    sys.exit(main())
