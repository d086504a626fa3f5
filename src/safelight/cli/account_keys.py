"""`safelight key …`: the API keys of clouds from the shell."""

import argparse
from typing import TYPE_CHECKING

from safelight.accounts.model import Cloud, Key
from safelight.cli import printing, welcome
from safelight.cli.account import cloud_named, in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    key = subparsers.add_parser("key", help="create, list, rename, rotate, disable and delete API keys").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    for word, verb, about in (
        ("create", create_key, "make a key; its secret is shown this once"),
        ("list", list_keys, "list the keys of a cloud, or of all; without their secrets"),
        ("rename", rename_key, "say what a key is for"),
        ("rotate", rotate_key, "give a key a new secret; the old one, and the key's tokens, end at once"),
        ("disable", disable_key, "end a key"),
        ("enable", enable_key, "let a disabled key live again"),
        ("delete", delete_key, "take a key away, with its tokens; URLs that it signed are not valid any more"),
    ):
        command = key.add_parser(word, parents=parents, help=about)
        command.add_argument("cloud", metavar="CLOUD", nargs="?" if word == "list" else None)
        if word not in {"create", "list"}:
            command.add_argument("api_key", metavar="API_KEY")
        if word == "create":
            command.add_argument("--name", default="shell", help="what it is for")
            command.add_argument("--api-key", metavar="KEY", help="take over a key from elsewhere; with --api-secret")
            command.add_argument("--api-secret", metavar="SECRET", help="the secret of that key")
        if word == "rename":
            command.add_argument("name", metavar="NAME")
        command.set_defaults(run=in_house(verb))


async def create_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    if (args.api_key is None) != (args.api_secret is None):
        raise Invalid("--api-key and --api-secret belong together.")
    cloud = await cloud_named(session, args.cloud)
    now = house.clock.now()
    key = await house.keys.issue(
        session, cloud.id, name=args.name, now=now, api_key=args.api_key, secret=args.api_secret
    )
    _show_with_secret(house, cloud, key, as_json=args.as_json)


async def list_keys(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    wanted = [await cloud_named(session, args.cloud)] if args.cloud else await clouds.list(session)
    rows = [_row(cloud, key) for cloud in wanted for key in await house.keys.list(session, cloud.id)]
    printing.show_rows(rows, as_json=args.as_json, none="There is no key; make one with `safelight key create CLOUD`.")


async def rename_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud, now = await cloud_named(session, args.cloud), house.clock.now()
    key = await house.keys.change(session, cloud.id, args.api_key, now=now, name=args.name)
    printing.show_row(_row(cloud, key), as_json=args.as_json)


async def rotate_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await cloud_named(session, args.cloud)
    key = await house.keys.rotate(session, cloud.id, args.api_key, house.clock.now())
    _show_with_secret(house, cloud, key, as_json=args.as_json)


async def disable_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await cloud_named(session, args.cloud)
    await house.keys.disable(session, cloud.id, args.api_key, house.clock.now())
    printing.show_row({"cloud": cloud.name, "api_key": args.api_key, "enabled": False}, as_json=args.as_json)


async def enable_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud, now = await cloud_named(session, args.cloud), house.clock.now()
    key = await house.keys.change(session, cloud.id, args.api_key, now=now, is_enabled=True)
    printing.show_row(_row(cloud, key), as_json=args.as_json)


async def delete_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await cloud_named(session, args.cloud)
    await house.keys.delete(session, cloud.id, args.api_key, house.clock.now())
    printing.show_row({"cloud": cloud.name, "api_key": args.api_key, "deleted": True}, as_json=args.as_json)


def _row(cloud: Cloud, key: Key) -> dict[str, object]:
    return {
        "cloud": cloud.name,
        "api_key": key.api_key,
        "name": key.name,
        "enabled": key.is_enabled,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
    }


def _show_with_secret(house: "House", cloud: Cloud, key: Key, *, as_json: bool) -> None:
    from safelight.boot import tree

    secret = key.secret.reveal()
    address = tree.address_in(house.settings)
    row = _row(cloud, key) | {
        "api_secret": secret,
        "url": welcome.cloudinary_url(address, cloud.name, key.api_key, secret),
    }
    printing.show_row(row, as_json=as_json)
