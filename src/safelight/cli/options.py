"""Options that many commands share, and the settings that follow from them."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safelight.settings import Settings

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]
else:
    Subparsers = Any

# Options that stand for a setting, and its name.
SETTINGS = {"data": "data", "host": "server.host", "port": "server.port", "workers": "server.workers"}


def with_data() -> argparse.ArgumentParser:
    """`--data DIR`, for every command that needs the installation."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--data", metavar="DIR", type=Path, help="the data folder (SAFELIGHT_DATA)")
    return parent


def with_json() -> argparse.ArgumentParser:
    """`--json`, for every command that tells something."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--json", action="store_true", dest="as_json", help="print JSON")
    return parent


def moment(word: str) -> datetime:
    """The value of an option that is one; without a zone it is meant in UTC."""
    try:
        found = datetime.fromisoformat(word)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"not a moment: {word[:40]!r}; write it as 2027-01-31T12:00:00Z") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def settings_of(args: argparse.Namespace) -> Settings:
    """The settings of this installation, with what the command line said above all else."""
    from safelight.boot import reading

    return reading.read(given=given_in(args))


def given_in(args: argparse.Namespace) -> dict[str, str]:
    """Options as the settings that they stand for."""
    given = {setting: getattr(args, option, None) for option, setting in SETTINGS.items()}
    return {setting: str(value) for setting, value in given.items() if value is not None}
