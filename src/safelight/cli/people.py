"""`safelight user …` and `setup-link`: the people of an account from the shell."""

import argparse
from typing import TYPE_CHECKING

from safelight.accounts.model import Account
from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.account_provisioning import account_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Conflict, NotFound
from safelight.people.model import User, UserRole

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.boot.identifying import Identity
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    user = subparsers.add_parser("user", help="add, list, disable, enable and remove the people of an account")
    commands = user.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for word, verb, about in (
        ("add", add_user, "invite somebody, who is pending until they come"),
        ("list", list_users, "list the people of an account"),
        ("disable", disable_user, "shut somebody out; nothing of them is lost"),
        ("reset", reset_user, "print a link by which somebody sets a new password, or accepts their invitation"),
        ("enable", enable_user, "let somebody in again"),
        ("remove", remove_user, "take somebody out of the account, with all that is known of them"),
    ):
        command = commands.add_parser(word, parents=parents, help=about)
        command.add_argument("--account", metavar="ACCOUNT", help="the account; the only one if not given")
        if word != "list":
            command.add_argument("email", metavar="EMAIL")
        if word == "add":
            roles, role = [role.value for role in UserRole], UserRole.MEDIA_LIBRARY_USER.value
            command.add_argument("--name", required=True, help="how they are called")
            command.add_argument("--role", choices=roles, default=role, help=f"what they may ({role})")
            command.add_argument("--clouds", metavar="CLOUDS", help="where they may go; every cloud if not given")
        if word == "reset":
            command.add_argument(
                "--proofs",
                action="store_true",
                help="also take away app, passkeys and recovery codes; for who lost them",
            )
        command.set_defaults(run=in_house(verb))
    setup = subparsers.add_parser(
        "setup-link", parents=parents, help="print a link by which the first owner is made, where there is none yet"
    )
    setup.set_defaults(run=in_house(setup_link))


async def add_user(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.people import users

    account = await account_named(session, args.account)
    names = [name.strip() for name in (args.clouds or "").split(",") if name.strip()]
    clouds = [await cloud_named(session, name) for name in names]
    user = await users.invite(
        session,
        account.id,
        name=args.name,
        email=args.email,
        role=UserRole(args.role),
        now=house.clock.now(),
        cloud_ids=None if args.clouds is None else [cloud.id for cloud in clouds],
    )
    link = await _identity(house).invitations.send(session, user, house.clock.now())
    printing.show_row({**_row(user), "link": link}, as_json=args.as_json)


async def reset_user(house: "House", session: "Session", args: argparse.Namespace) -> None:
    """A letter is sent to who is invited; who has come gets none, for whoever runs this hands them the link."""
    from safelight.identity import passkeys, recovery
    from safelight.identity.letters import RESET

    user = await _named(session, await account_named(session, args.account), args.email)
    identity, now = _identity(house), house.clock.now()
    if args.proofs:
        await identity.totps.remove(session, user)
        await passkeys.remove_all(session, user)
        await recovery.remove(session, user)
    if user.is_pending:
        link = await identity.invitations.send(session, user, now)
    else:
        link = identity.letters.link(RESET, await identity.resets.make(session, user, now))
        await identity.failures.clear(session, user.email)
    printing.show_row({"email": user.email, "link": link}, as_json=args.as_json)


async def setup_link(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.boot.setup import browsable

    link = await _identity(house, browsable(_address(house))).setup.link(session, house.clock.now())
    if link is None:
        raise Conflict("There is an owner already; `safelight user reset EMAIL` prints a link to a new password.")
    minutes = house.settings.identity.setup_minutes
    printing.show_row({"link": link, "minutes": minutes}, as_json=args.as_json)


def _identity(house: "House", address: str | None = None) -> "Identity":
    from safelight.boot import identifying

    return identifying.identity_of(house, house.database, address or _address(house))


def _address(house: "House") -> str:
    """Where the installation is, which may run on another port than the settings say."""
    from safelight.boot import tree

    return (house.settings.server.public_url or tree.address_in(house.settings)).rstrip("/")


async def list_users(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.people import roster

    account = await account_named(session, args.account)
    found = await roster.list_all(session, account.id, roster.Wanted(), sort=roster.Sort.NAME, is_ascending=True)
    none = "There is nobody; invite somebody with `safelight user add EMAIL --name NAME`."
    printing.show_rows([_row(user) for user in found], as_json=args.as_json, none=none)


async def disable_user(house: "House", session: "Session", args: argparse.Namespace) -> None:
    await _enable(house, session, args, is_enabled=False)


async def enable_user(house: "House", session: "Session", args: argparse.Namespace) -> None:
    await _enable(house, session, args, is_enabled=True)


async def remove_user(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.people import users

    account = await account_named(session, args.account)
    user = await _named(session, account, args.email)
    await users.remove(session, account.id, user.id)
    printing.show_row({"email": user.email, "removed": True}, as_json=args.as_json)


async def _enable(house: "House", session: "Session", args: argparse.Namespace, *, is_enabled: bool) -> None:
    from safelight.identity import leaving
    from safelight.people import users

    user = await _named(session, await account_named(session, args.account), args.email)
    user = await users.change(session, user, now=house.clock.now(), is_enabled=is_enabled)
    await leaving.overrule(session, user)
    printing.show_row(_row(user), as_json=args.as_json)


async def _named(session: "Session", account: Account, email: str) -> User:
    from safelight.people import roster

    found = await roster.list_all(session, account.id, roster.Wanted(emails=(email,)))
    if not found:
        raise NotFound(f"There is nobody with the address `{email}`; `safelight user list` shows them.")
    return found[0]


def _row(user: User) -> dict[str, object]:
    return {
        "email": user.email,
        "name": user.name,
        "role": user.role.value,
        "status": user.status.value,
        "everywhere": user.is_everywhere,
        "created_at": user.created_at,
    }
