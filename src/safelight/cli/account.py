"""`safelight cloud …` and `safelight key …`: tenants and their API keys from the shell."""

import argparse
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from safelight.accounts.model import Cloud, FolderMode, Key
from safelight.cli import printing, welcome
from safelight.cli.options import Subparsers, settings_of, with_data, with_json
from safelight.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]

    cloud = subparsers.add_parser("cloud", help="create, list and close clouds").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    create = cloud.add_parser("create", parents=parents, help="make a cloud: the first word of its URLs")
    create.add_argument("cloud", metavar="CLOUD")
    create.add_argument("--folder-mode", choices=[mode.value for mode in FolderMode], help="(SAFELIGHT_FOLDER_MODE)")
    create.add_argument("--strict", action="store_true", help="new derived files only by signed URLs")
    create.set_defaults(run=_run(create_cloud))
    cloud.add_parser("list", parents=parents, help="list the clouds").set_defaults(run=_run(list_clouds))
    close = cloud.add_parser("close", parents=parents, help="make a cloud unknown to every door; its files stay")
    close.add_argument("cloud", metavar="CLOUD")
    close.set_defaults(run=_run(close_cloud))

    key = subparsers.add_parser("key", help="create, list, rotate and disable API keys").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    for word, verb, about in (
        ("create", create_key, "make a key; its secret is shown this once"),
        ("list", list_keys, "list the keys of a cloud, or of all; without their secrets"),
        ("rotate", rotate_key, "give a key a new secret; the old one ends at once"),
        ("disable", disable_key, "end a key"),
    ):
        command = key.add_parser(word, parents=parents, help=about)
        command.add_argument("cloud", metavar="CLOUD", nargs="?" if word == "list" else None)
        if word in {"rotate", "disable"}:
            command.add_argument("api_key", metavar="API_KEY")
        if word == "create":
            command.add_argument("--name", default="shell", help="what it is for")
            command.add_argument("--api-key", metavar="KEY", help="take over a key from elsewhere; with --api-secret")
            command.add_argument("--api-secret", metavar="SECRET", help="the secret of that key")
        command.set_defaults(run=_run(verb))


Verb = Callable[["House", "Session", argparse.Namespace], Awaitable[None]]


def _run(verb: Verb) -> Callable[[argparse.Namespace], int]:
    """Open the house, do it in one transaction, close the house."""

    def run(args: argparse.Namespace) -> int:
        from safelight.boot import tree

        async def work() -> None:
            async with tree.at_home(settings_of(args)) as house, house.database.transaction() as session:
                await verb(house, session, args)

        tree.run(work())
        return 0

    return run


async def create_cloud(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    mode = FolderMode(args.folder_mode or house.settings.account.folder_mode)
    cloud = await clouds.create(session, args.cloud, folder_mode=mode, now=house.clock.now(), is_strict=args.strict)
    printing.show_row(_cloud_row(cloud), as_json=args.as_json)


async def list_clouds(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    rows = [_cloud_row(cloud) for cloud in await clouds.list(session)]
    printing.show_rows(rows, as_json=args.as_json, none="There is no cloud; make one with `safelight cloud create`.")


async def close_cloud(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    await clouds.close(session, args.cloud, house.clock.now())
    printing.show_row({"cloud": args.cloud, "closed": True}, as_json=args.as_json)


async def create_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    if (args.api_key is None) != (args.api_secret is None):
        raise Invalid("--api-key and --api-secret belong together.")
    cloud = await _cloud(session, args.cloud)
    now = house.clock.now()
    key = await house.keys.issue(
        session, cloud.id, name=args.name, now=now, api_key=args.api_key, secret=args.api_secret
    )
    _show_with_secret(house, cloud, key, as_json=args.as_json)


async def list_keys(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    wanted = [await _cloud(session, args.cloud)] if args.cloud else await clouds.list(session)
    rows = [_key_row(cloud, key) for cloud in wanted for key in await house.keys.list(session, cloud.id)]
    printing.show_rows(rows, as_json=args.as_json, none="There is no key; make one with `safelight key create CLOUD`.")


async def rotate_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await _cloud(session, args.cloud)
    key = await house.keys.rotate(session, cloud.id, args.api_key, house.clock.now())
    _show_with_secret(house, cloud, key, as_json=args.as_json)


async def disable_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    cloud = await _cloud(session, args.cloud)
    await house.keys.disable(session, cloud.id, args.api_key, house.clock.now())
    printing.show_row({"cloud": cloud.name, "api_key": args.api_key, "enabled": False}, as_json=args.as_json)


async def _cloud(session: "Session", name: str) -> Cloud:
    from safelight.accounts import clouds

    cloud = await clouds.find(session, name)
    if cloud is None:
        raise NotFound(f"There is no cloud `{name}`; `safelight cloud list` shows them.")
    return cloud


def _cloud_row(cloud: Cloud) -> dict[str, object]:
    return {
        "cloud": cloud.name,
        "folder_mode": cloud.folder_mode.value,
        "strict": cloud.is_strict,
        "created_at": cloud.created_at,
    }


def _key_row(cloud: Cloud, key: Key) -> dict[str, object]:
    return {
        "cloud": cloud.name,
        "api_key": key.api_key,
        "name": key.name,
        "enabled": key.is_enabled,
        "created_at": key.created_at,
    }


def _show_with_secret(house: "House", cloud: Cloud, key: Key, *, as_json: bool) -> None:
    secret = key.secret.reveal()
    from safelight.boot import tree

    address = tree.address_in(house.settings)
    row = _key_row(cloud, key) | {
        "api_secret": secret,
        "url": welcome.cloudinary_url(address, cloud.name, key.api_key, secret),
    }
    printing.show_row(row, as_json=as_json)
