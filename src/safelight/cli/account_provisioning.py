"""`safelight account …` and `safelight provisioning-key …`: who owns clouds, and the keys that manage them."""

import argparse
from typing import TYPE_CHECKING

from safelight.accounts.model import Account, ProvisioningKey
from safelight.cli import printing
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    account = subparsers.add_parser("account", help="create and list accounts, which own clouds and people")
    commands = account.add_subparsers(title="commands", metavar="COMMAND", required=True)
    create = commands.add_parser("create", parents=parents, help="make an account")
    create.add_argument("name", metavar="NAME", help="the company, or the person")
    create.add_argument("--id", metavar="ACCOUNT", help="what it is called in addresses; made up if not given")
    create.set_defaults(run=in_house(create_account))
    commands.add_parser("list", parents=parents, help="list the accounts").set_defaults(run=in_house(list_accounts))

    keys = subparsers.add_parser("provisioning-key", help="create, list and disable keys that manage an account")
    commands = keys.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for word, verb, about in (
        ("create", create_key, "make a key; its secret is shown this once"),
        ("list", list_keys, "list the keys of an account, without their secrets"),
        ("disable", disable_key, "end a key"),
    ):
        command = commands.add_parser(word, parents=parents, help=about)
        command.add_argument("--account", metavar="ACCOUNT", help="the account; the only one if not given")
        if word == "create":
            command.add_argument("--name", default="shell", help="what it is for")
        if word == "disable":
            command.add_argument("api_key", metavar="KEY")
        command.set_defaults(run=in_house(verb))


async def create_account(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import owners

    account = await owners.create(session, now=house.clock.now(), name=args.name, handle=args.id)
    printing.show_row(_row(account), as_json=args.as_json)


async def list_accounts(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import owners

    rows = [_row(account) for account in await owners.list_all(session)]
    none = "There is no account; the first cloud makes one, or `safelight account create`."
    printing.show_rows(rows, as_json=args.as_json, none=none)


async def create_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts.provisioning_keys import ProvisioningKeys
    from safelight.boot import tree

    account, keys = await account_named(session, args.account), ProvisioningKeys(house.keys.store)
    key = await keys.issue(session, account.id, now=house.clock.now(), name=args.name)
    secret = key.secret.reveal()
    row = _key_row(account, key) | {
        "api_secret": secret,
        "url": f"account://{key.api_key}:{secret}@{account.handle}",
        "upload_prefix": tree.address_in(house.settings),
    }
    printing.show_row(row, as_json=args.as_json)


async def list_keys(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts.provisioning_keys import ProvisioningKeys

    account = await account_named(session, args.account)
    rows = [_key_row(account, key) for key in await ProvisioningKeys(house.keys.store).list(session, account.id)]
    none = "There is no key; make one with `safelight provisioning-key create`."
    printing.show_rows(rows, as_json=args.as_json, none=none)


async def disable_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts.provisioning_keys import ProvisioningKeys

    account = await account_named(session, args.account)
    await ProvisioningKeys(house.keys.store).disable(session, account.id, args.api_key)
    row = {"account": account.handle, "api_key": args.api_key, "enabled": False}
    printing.show_row(row, as_json=args.as_json)


async def account_named(session: "Session", handle: str | None) -> Account:
    """The account of that handle, or the only one; raises NotFound and Invalid with what to do."""
    from safelight.accounts import owners

    if handle is not None:
        return await owners.get(session, handle)
    known = await owners.list_all(session)
    if not known:
        raise NotFound("There is no account; make one with `safelight account create NAME`.")
    if len(known) > 1:
        raise Invalid("There are several accounts; say which with --account (`safelight account list` shows them).")
    return known[0]


def _row(account: Account) -> dict[str, object]:
    return {"account": account.handle, "name": account.name, "created_at": account.created_at}


def _key_row(account: Account, key: ProvisioningKey) -> dict[str, object]:
    return {
        "account": account.handle,
        "api_key": key.api_key,
        "name": key.name,
        "enabled": key.is_enabled,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
    }
