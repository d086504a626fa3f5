"""`safelight key …`: the API keys of clouds from the shell."""

import argparse
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from safelight.accounts.model import Cloud, Key
from safelight.cli import printing, welcome
from safelight.cli.account import cloud_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session


OWNER = "owner"
FOLDER_ROLE = "manager"
"""What a key is made that is given a folder and no role."""


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
        ("permit", permit_key, "say what a key may, at once, in place of what it might: roles, perhaps in folders"),
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
        if word in {"create", "permit"}:
            command.add_argument(
                "--role",
                action="append",
                metavar="ROLE",
                required=word == "permit",
                help="owner (everything), admin, developer, editor, viewer or reports; with --folder viewer, "
                "contributor, editor or manager; or the id of a role. Several times for several",
            )
            command.add_argument(
                "--folder", action="append", metavar="FOLDER", help="only there; several times for several"
            )
        if word == "rename":
            command.add_argument("name", metavar="NAME")
        command.set_defaults(run=in_house(verb))


async def create_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    if (args.api_key is None) != (args.api_secret is None):
        raise Invalid("--api-key and --api-secret belong together.")
    cloud = await cloud_named(session, args.cloud)
    now = house.clock.now()
    roles = args.role or ([FOLDER_ROLE] if args.folder else [])
    key = await house.keys.issue(
        session,
        cloud.id,
        name=args.name,
        now=now,
        api_key=args.api_key,
        secret=args.api_secret,
        is_limited=bool(roles),
    )
    if roles:
        await _permit(session, cloud, key.api_key, roles, args, now)
        key = replace(key, is_limited=roles != [OWNER])
    row = await _row(session, cloud, key)
    _show_with_secret(house, cloud, key, row, as_json=args.as_json)


async def list_keys(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    wanted = [await cloud_named(session, args.cloud)] if args.cloud else await clouds.list(session)
    rows = [await _row(session, cloud, key) for cloud in wanted for key in await house.keys.list(session, cloud.id)]
    printing.show_rows(rows, as_json=args.as_json, none="There is no key; make one with `safelight key create CLOUD`.")


async def permit_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud, now = await cloud_named(session, args.cloud), house.clock.now()
    if await house.keys.find(session, cloud.id, args.api_key) is None:
        raise NotFound(f"api_key {args.api_key} not found")
    await _permit(session, cloud, args.api_key, args.role, args, now)
    key = await house.keys.change(session, cloud.id, args.api_key, now=now)
    printing.show_row(await _row(session, cloud, key), as_json=args.as_json)


async def _permit(
    session: "Session", cloud: Cloud, api_key: str, roles: list[str], args: argparse.Namespace, now: datetime
) -> None:
    from safelight.assets import permitting
    from safelight.uploads.naming import check_folder

    paths = [check_folder(path, "folder") for path in args.folder or ()]
    if not all(paths):
        raise Invalid("--folder needs the path of a folder; without it the role holds in the whole cloud")
    await permitting.permit(session, cloud, api_key, roles, paths, now)


async def rename_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud, now = await cloud_named(session, args.cloud), house.clock.now()
    key = await house.keys.change(session, cloud.id, args.api_key, now=now, name=args.name)
    printing.show_row(await _row(session, cloud, key), as_json=args.as_json)


async def rotate_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await cloud_named(session, args.cloud)
    key = await house.keys.rotate(session, cloud.id, args.api_key, house.clock.now())
    _show_with_secret(house, cloud, key, await _row(session, cloud, key), as_json=args.as_json)


async def disable_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await cloud_named(session, args.cloud)
    await house.keys.disable(session, cloud.id, args.api_key, house.clock.now())
    printing.show_row({"cloud": cloud.name, "api_key": args.api_key, "enabled": False}, as_json=args.as_json)


async def enable_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud, now = await cloud_named(session, args.cloud), house.clock.now()
    key = await house.keys.change(session, cloud.id, args.api_key, now=now, is_enabled=True)
    printing.show_row(await _row(session, cloud, key), as_json=args.as_json)


async def delete_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.people import grants
    from safelight.people.model import Principal, PrincipalKind

    cloud = await cloud_named(session, args.cloud)
    await house.keys.delete(session, cloud.id, args.api_key, house.clock.now())
    await grants.forget(session, cloud.account_id, Principal(PrincipalKind.API_KEY, args.api_key))
    printing.show_row({"cloud": cloud.name, "api_key": args.api_key, "deleted": True}, as_json=args.as_json)


async def _row(session: "Session", cloud: Cloud, key: Key) -> dict[str, object]:
    from safelight.assets import permitting

    return {
        "cloud": cloud.name,
        "api_key": key.api_key,
        "name": key.name,
        "enabled": key.is_enabled,
        "roles": ", ".join(map(str, await permitting.of_key(session, cloud, key))) or "none",
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
    }


def _show_with_secret(house: "House", cloud: Cloud, key: Key, row: dict[str, object], *, as_json: bool) -> None:
    from safelight.boot import tree

    secret = key.secret.reveal()
    address = tree.address_in(house.settings)
    row |= {
        "api_secret": secret,
        "url": welcome.cloudinary_url(address, cloud.name, key.api_key, secret),
    }
    printing.show_row(row, as_json=as_json)
