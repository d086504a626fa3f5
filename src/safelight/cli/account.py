"""`safelight cloud …`: tenants from the shell, and who may see their files."""

import argparse
from typing import TYPE_CHECKING, Literal

from safelight.accounts.model import Cloud, FolderMode
from safelight.cli import printing
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import NotFound

if TYPE_CHECKING:
    from safelight.accounts.clouds import Keep
    from safelight.boot.house import House
    from safelight.ports.database import Session


def add_to(subparsers: Subparsers) -> None:
    parents = [with_data(), with_json()]
    cloud = subparsers.add_parser("cloud", help="create, list, show, change and close clouds").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    create = cloud.add_parser("create", parents=parents, help="make a cloud: the first word of its URLs")
    create.add_argument("cloud", metavar="CLOUD")
    _add_folder_mode(create, "(SAFELIGHT_FOLDER_MODE)")
    create.add_argument("--strict", action="store_true", help="new derived files only by signed URLs")
    create.add_argument("--account", metavar="ACCOUNT", help="whose it is; the oldest account if not given")
    create.set_defaults(run=in_house(create_cloud))
    cloud.add_parser("list", parents=parents, help="list the clouds").set_defaults(run=in_house(list_clouds))
    show = cloud.add_parser("show", parents=parents, help="show how a cloud is set up")
    show.add_argument("cloud", metavar="CLOUD")
    show.set_defaults(run=in_house(show_cloud))
    change = cloud.add_parser("set", parents=parents, help="change who may see what of a cloud, within a second")
    change.add_argument("cloud", metavar="CLOUD")
    change.add_argument(
        "--strict", choices=["on", "off"], help="new derived files only by signed URLs and allowed transformations"
    )
    for option, about in (
        ("--strict-referrers", "hosts of pages for which something new is made all the same; '' for none"),
        ("--restrict", "types of delivery, and kinds of files, that need a signature; '' for none"),
        ("--referrers", "hosts of pages that may show files, `none` for who names no page; '' for any"),
        ("--deny-hosts", "hosts that nothing is fetched from or sent to, not even for uploads; '' for none"),
        ("--fetch-hosts", "hosts that fetch may reach, *.example.org for those below; '' for any"),
    ):
        change.add_argument(option, metavar="TYPES" if option == "--restrict" else "HOSTS", help=about)
    change.add_argument("--backup", choices=["on", "off"], help="keep older versions and erased assets")
    change.add_argument("--hide-pending", choices=["on", "off"], help="deliver only what nobody has still to look at")
    change.add_argument(
        "--strip-private", choices=["on", "off"], help="take out of uploaded files what tells of people and places"
    )
    change.add_argument("--token-name", metavar="NAME", help="what tokens for delivery are called")
    _add_folder_mode(change, "what makes folders: themselves, or the names of assets")
    change.set_defaults(run=in_house(change_cloud))
    close = cloud.add_parser("close", parents=parents, help="make a cloud unknown to every door; its files stay")
    close.add_argument("cloud", metavar="CLOUD")
    close.set_defaults(run=in_house(close_cloud))


def _add_folder_mode(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument("--folder-mode", choices=[mode.value for mode in FolderMode], help=about)


async def create_cloud(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds, owners

    mode = FolderMode(args.folder_mode or house.settings.account.folder_mode)
    account = None if args.account is None else await owners.get(session, args.account)
    cloud = await clouds.create(
        session,
        args.cloud,
        folder_mode=mode,
        now=house.clock.now(),
        is_strict=args.strict,
        account_id=None if account is None else account.id,
    )
    printing.show_row(_row(cloud), as_json=args.as_json)


async def list_clouds(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    rows = [_row(cloud) for cloud in await clouds.list(session)]
    printing.show_rows(rows, as_json=args.as_json, none="There is no cloud; make one with `safelight cloud create`.")


async def show_cloud(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    _show(await cloud_named(session, args.cloud), as_json=args.as_json)


async def change_cloud(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    cloud = await cloud_named(session, args.cloud)
    cloud = await clouds.change(
        session,
        cloud.id,
        is_strict=None if args.strict is None else args.strict == "on",
        strict_referrers=_words(args.strict_referrers),
        restricted_types=_words(args.restrict),
        referrers=_hosts(args.referrers),
        fetch_hosts=_hosts(args.fetch_hosts),
        denied_hosts=_words(args.deny_hosts),
        token_name=args.token_name,
        backs_up=None if args.backup is None else args.backup == "on",
        hides_pending=None if args.hide_pending is None else args.hide_pending == "on",
        strips_private=None if args.strip_private is None else args.strip_private == "on",
        folder_mode=None if args.folder_mode is None else FolderMode(args.folder_mode),
    )
    _show(cloud, as_json=args.as_json)


async def close_cloud(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds

    await clouds.close(session, args.cloud, house.clock.now())
    printing.show_row({"cloud": args.cloud, "closed": True}, as_json=args.as_json)


async def cloud_named(session: "Session", name: str) -> Cloud:
    """Raises NotFound, with how to see which there are."""
    from safelight.accounts import clouds

    cloud = await clouds.find(session, name, even_disabled=True)
    if cloud is None:
        raise NotFound(f"There is no cloud `{name}`; `safelight cloud list` shows them.")
    return cloud


def _words(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(word.strip() for word in text.split(",") if word.strip())


def _hosts(text: str | None) -> "tuple[str, ...] | Literal[Keep.KEEP] | None":
    from safelight.accounts.clouds import Keep

    return Keep.KEEP if text is None else _words(text) or None


def _row(cloud: Cloud) -> dict[str, object]:
    return {
        "cloud": cloud.name,
        "folder_mode": cloud.folder_mode.value,
        "strict": cloud.is_strict,
        "backup": cloud.backs_up,
        "hide_pending": cloud.hides_pending,
        "strip_private": cloud.strips_private,
        "created_at": cloud.created_at,
    }


def _show(cloud: Cloud, *, as_json: bool) -> None:
    """One cloud with its lists; for people, in a line each."""
    lists = {
        "strict_referrers": cloud.strict_referrers,
        "restrict": cloud.restricted_types,
        "referrers": cloud.referrers,
        "fetch_hosts": cloud.fetch_hosts,
        "denied_hosts": cloud.denied_hosts,
    }
    shown = {name: (None if words is None else [*words]) if as_json else _line(words) for name, words in lists.items()}
    printing.show_row({**_row(cloud), **shown, "token_name": cloud.token_name}, as_json=as_json)


def _line(words: tuple[str, ...] | None) -> str:
    return "any" if words is None else ", ".join(words) or "-"
