"""`safelight token …` and `safelight token-key …`: bearer tokens for the API, and what signs tokens for delivery."""

import argparse
from typing import TYPE_CHECKING

from safelight.accounts.model import Cloud, TokenKey
from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import NotFound

if TYPE_CHECKING:
    from safelight.accounts.bearer import BearerToken
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    _add_tokens(subparsers)
    _add_token_keys(subparsers)


def _add_tokens(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    token = subparsers.add_parser("token", help="issue, list and revoke bearer tokens for the API").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    issue = token.add_parser("issue", parents=parents, help="make a token; it is shown this once")
    issue.add_argument("cloud", metavar="CLOUD")
    issue.add_argument("api_key", metavar="API_KEY", help="the key that it stands for")
    issue.add_argument("--name", default="shell", help="what it is for")
    issue.add_argument("--hours", type=int, metavar="N", help="how long it lasts (24)")
    issue.add_argument(
        "--scope", action="append", metavar="SCOPE", help="upload or asset_management; may come twice (both)"
    )
    issue.set_defaults(run=in_house(issue_token))
    listed = token.add_parser("list", parents=parents, help="list the tokens of a cloud, without their letters")
    listed.add_argument("cloud", metavar="CLOUD")
    listed.set_defaults(run=in_house(list_tokens))
    revoke = token.add_parser("revoke", parents=parents, help="end a token")
    revoke.add_argument("cloud", metavar="CLOUD")
    revoke.add_argument("id", metavar="ID")
    revoke.set_defaults(run=in_house(revoke_token))


def _add_token_keys(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    key = subparsers.add_parser(
        "token-key", help="create, list and delete the keys that sign tokens for delivery"
    ).add_subparsers(title="commands", metavar="COMMAND", required=True)
    create = key.add_parser("create", parents=parents, help="make a key; it is shown this once")
    create.add_argument("cloud", metavar="CLOUD")
    create.add_argument("--key", metavar="HEX", help="take over a key from elsewhere")
    create.set_defaults(run=in_house(create_key))
    listed = key.add_parser("list", parents=parents, help="list the keys of a cloud by their ids")
    listed.add_argument("cloud", metavar="CLOUD")
    listed.set_defaults(run=in_house(list_keys))
    delete = key.add_parser("delete", parents=parents, help="take a key away; its tokens open nothing any more")
    delete.add_argument("cloud", metavar="CLOUD")
    delete.add_argument("id", metavar="ID")
    delete.set_defaults(run=in_house(delete_key))


async def issue_token(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import bearer

    cloud = await cloud_named(session, args.cloud)
    key = await house.keys.find(session, cloud.id, args.api_key)
    if key is None:
        raise NotFound(f"api_key {args.api_key} not found")
    token, letters = await bearer.issue(
        session,
        key,
        name=args.name,
        scopes=args.scope or bearer.SCOPES,
        hours=bearer.HOURS_DEFAULT if args.hours is None else args.hours,
        now=house.clock.now(),
    )
    printing.show_row({**_token_row(cloud, token), "token": letters.reveal()}, as_json=args.as_json)


async def list_tokens(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import bearer

    cloud = await cloud_named(session, args.cloud)
    rows = [_token_row(cloud, token) for token in await bearer.list_all(session, cloud.id)]
    printing.show_rows(
        rows, as_json=args.as_json, none=f"There is no token; `safelight token issue {cloud.name} API_KEY`"
    )


async def revoke_token(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import bearer

    cloud = await cloud_named(session, args.cloud)
    await bearer.revoke(session, cloud.id, args.id)
    printing.show_row({"cloud": cloud.name, "id": args.id, "revoked": True}, as_json=args.as_json)


async def create_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts.token_keys import TokenKeys

    cloud, keys = await cloud_named(session, args.cloud), TokenKeys(house.keys.store)
    key = await keys.add(session, cloud.id, now=house.clock.now(), key=args.key)
    printing.show_row({**_key_row(cloud, key), "key": key.key.reveal()}, as_json=args.as_json)


async def list_keys(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts.token_keys import TokenKeys

    cloud = await cloud_named(session, args.cloud)
    rows = [_key_row(cloud, key) for key in await TokenKeys(house.keys.store).list(session, cloud.id)]
    printing.show_rows(rows, as_json=args.as_json, none=f"There is no key; `safelight token-key create {cloud.name}`")


async def delete_key(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts.token_keys import TokenKeys

    cloud = await cloud_named(session, args.cloud)
    await TokenKeys(house.keys.store).drop(session, cloud.id, args.id)
    printing.show_row({"cloud": cloud.name, "id": args.id, "deleted": True}, as_json=args.as_json)


def _token_row(cloud: Cloud, token: "BearerToken") -> dict[str, object]:
    return {
        "cloud": cloud.name,
        "id": token.id,
        "name": token.name,
        "scopes": ", ".join(token.scopes),
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }


def _key_row(cloud: Cloud, key: TokenKey) -> dict[str, object]:
    return {"cloud": cloud.name, "id": key.id, "created_at": key.created_at}
