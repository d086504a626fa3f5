"""`safelight keys …`: the keys that files are sealed with, from the shell."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import at_home, in_house
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from safelight.accounts.model import Cloud
    from safelight.boot.house import House
    from safelight.ports.database import Session

TOLD_EVERY = 100
"""After so many files progress is told."""
KEY_CHARS_MAX = 1000
MASTER_FILE = "master.key"


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    keys = subparsers.add_parser("keys", help="the keys that files at rest are sealed with").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    status = keys.add_parser("status", parents=parents, help="what is sealed, with which key, and what is not")
    status.add_argument("cloud", metavar="CLOUD", nargs="?")
    status.set_defaults(run=run_status)

    seal = keys.add_parser("seal", parents=parents, help="seal what was stored before files were; can be stopped")
    seal.set_defaults(run=run_seal)

    rotate = keys.add_parser("rotate", parents=parents, help="a new key for a cloud, or for all; can be stopped")
    rotate.add_argument("cloud", metavar="CLOUD", nargs="?")
    rotate.add_argument("--all", action="store_true", dest="is_all", help="every cloud, and the installation's own key")
    rotate.set_defaults(run=run_rotate)

    master = keys.add_parser(
        "master", parents=parents, help="a new master key before the old one; restart, then reseal"
    )
    master.set_defaults(run=run_master)

    reseal = keys.add_parser("reseal", parents=parents, help="close with the newest master key what older ones closed")
    reseal.set_defaults(run=run_reseal)

    give = keys.add_parser("give", parents=parents, help="close a cloud with its owner's key, or give the key back")
    give.add_argument("cloud", metavar="CLOUD")
    words = "64 hex digits; `-` reads them from the standard input"
    give.add_argument("--key-file", metavar="FILE", required=True, help=words)
    give.set_defaults(run=in_house(give_key))

    withdraw = keys.add_parser("withdraw", parents=parents, help="forget a cloud's own key: no file of it opens")
    withdraw.add_argument("cloud", metavar="CLOUD")
    withdraw.set_defaults(run=in_house(withdraw_key))

    release = keys.add_parser("release", parents=parents, help="close a cloud with the installation's key again")
    release.add_argument("cloud", metavar="CLOUD")
    release.set_defaults(run=in_house(release_key))


def run_status(args: argparse.Namespace) -> int:
    async def work(house: "House") -> list[dict[str, object]]:
        from safelight.accounts import clouds

        async with house.database.transaction() as session:
            wanted = [await cloud_named(session, args.cloud)] if args.cloud else await clouds.list(session)
            return [await _row(session, cloud) for cloud in wanted]

    printing.show_rows(at_home(args, work), as_json=args.as_json, none="There is no cloud yet.")
    return 0


def run_seal(args: argparse.Namespace) -> int:
    async def work(house: "House") -> dict[str, object]:
        from safelight.boot import sealing

        left = await sealing.plain_files(house)
        done = 0
        async for is_done in sealing.seal_all(house):
            done += is_done
            if done % TOLD_EVERY == 0:
                _tell(args, {"sealed": done, "of": left})
        return {"sealed": done, "left": await sealing.plain_files(house)}

    printing.show_row(at_home(args, work), as_json=args.as_json)
    return 0


def run_rotate(args: argparse.Namespace) -> int:
    if args.is_all == (args.cloud is not None):
        raise Invalid("Name a cloud, or say --all.")

    async def work(house: "House") -> list[dict[str, object]]:
        from safelight.boot import sealing
        from safelight.vault.rotate import clouds_with_keys

        rotate = sealing.rotate_of(house)
        async with house.database.transaction() as session:
            if args.is_all:
                wanted = await clouds_with_keys(session)
            else:
                wanted = [(await cloud_named(session, args.cloud)).id]
        rows: list[dict[str, object]] = []
        for cloud_id in wanted:
            async with house.database.transaction() as session:
                number = await rotate.begin(session, cloud_id)
            done = 0
            async for count in rotate.rewrap(cloud_id):
                done += count
                _tell(args, {"cloud_id": cloud_id, "files": done})
            rows.append({"cloud_id": cloud_id or "the installation", "key": number, "files": done})
        return rows

    printing.show_rows(at_home(args, work), as_json=args.as_json, none="There is no key yet.")
    return 0


def run_master(args: argparse.Namespace) -> int:
    from safelight.adapters.durable import write_whole
    from safelight.adapters.keys.command import SETTING as COMMAND
    from safelight.adapters.keys.command import printed_key
    from safelight.adapters.keys.local import with_new_key

    settings = settings_of(args)
    if settings.account.master_key is not None:
        words = with_new_key(settings.account.master_key.reveal(), "SAFELIGHT_ACCOUNT_MASTER_KEY")
        printing.show_row({"SAFELIGHT_ACCOUNT_MASTER_KEY": ",".join(words.split())}, as_json=args.as_json)
        return 0
    if settings.account.master_key_command is not None:
        # What the program must print from now on; a file that lies here from before opens nothing.
        printed = asyncio.run(printed_key(settings.account.master_key_command))
        words = with_new_key(printed.reveal(), COMMAND)
        printing.show_row({COMMAND: " ".join(words.split())}, as_json=args.as_json)
        return 0
    file = settings.data / MASTER_FILE
    if not file.is_file():
        raise NotFound(f"There is no {file} yet: the first start makes it.")
    write_whole(file, f"{with_new_key(file.read_text('ascii', errors='replace'), str(file))}\n".encode(), mode=0o600)
    told = "restart every process, then run `safelight keys reseal`"
    printing.show_row({"file": str(file), "next": told}, as_json=args.as_json)
    return 0


def run_reseal(args: argparse.Namespace) -> int:
    async def work(house: "House") -> list[dict[str, object]]:
        from safelight.boot import resealing

        rows: list[dict[str, object]] = []
        async for done in resealing.reseal(house.database, house.keys.store):
            _tell(args, {"place": done.place, "renewed": done.renewed, "of": done.looked_at})
            rows.append({"place": done.place, "looked_at": done.looked_at, "renewed": done.renewed})
        return rows

    printing.show_rows(at_home(args, work), as_json=args.as_json, none="Nothing is sealed yet.")
    return 0


async def give_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.vault import owners

    cloud = await cloud_named(session, args.cloud)
    key = owners.key_of(_read(args.key_file))
    await owners.give(session, house.keys.store, cloud.id, key, house.clock)
    printing.show_row(await _row(session, cloud), as_json=args.as_json)


async def withdraw_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.vault import owners

    cloud = await cloud_named(session, args.cloud)
    await owners.withdraw(session, cloud.id)
    printing.show_row(await _row(session, cloud), as_json=args.as_json)


async def release_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.vault import owners

    cloud = await cloud_named(session, args.cloud)
    await owners.let_go(session, house.keys.store, cloud.id)
    printing.show_row(await _row(session, cloud), as_json=args.as_json)


async def _row(session: "Session", cloud: "Cloud") -> dict[str, object]:
    from safelight.vault import owners

    found = await owners.standing(session, cloud.id)
    return {
        "cloud": cloud.name,
        "key": found.key_number,
        "own_key": "withdrawn" if found.is_withdrawn else "given" if found.is_owned else "none",
        "sealed_files": found.sealed_files,
        "waiting_files": found.waiting_files,
    }


def _read(name: str) -> str:
    if name == "-":
        return sys.stdin.read(KEY_CHARS_MAX)
    with Path(name).open(encoding="ascii", errors="replace") as file:
        return file.read(KEY_CHARS_MAX)


def _tell(args: argparse.Namespace, facts: dict[str, Any]) -> None:
    """Progress, where nothing that is read by programs stands in its way."""
    print(json.dumps(facts), file=sys.stderr, flush=True) if args.as_json else print(facts, file=sys.stderr, flush=True)
