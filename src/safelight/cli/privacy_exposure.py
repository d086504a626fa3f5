"""`safelight privacy exposure`: what of a cloud anybody may see who knows its address."""

import argparse
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

SHOWN = 100


def add_to(subparsers: Subparsers) -> None:
    exposure = subparsers.add_parser(
        "exposure", parents=[with_data(), with_json()], help="what of a cloud is public, by which rule, and since when"
    )
    exposure.add_argument("cloud", metavar="CLOUD")
    exposure.add_argument("--max", type=int, default=SHOWN, metavar="N", dest="most", help="so many, at most 500")
    exposure.add_argument("--cursor", metavar="CURSOR", help="go on where a list ended")
    exposure.set_defaults(run=in_house(show_exposure))


async def show_exposure(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.accounts import clouds
    from safelight.assets import exposure
    from safelight.kernel.errors import NotFound
    from safelight.wire.exposure import cloud_json, exposed_json

    cloud = await clouds.find(session, args.cloud, even_disabled=True)
    if cloud is None:
        raise NotFound(f"cloud_name {args.cloud[:80]} not found")
    told = cloud_json(cloud, await exposure.counts(session, cloud))
    page = await exposure.list_all(session, cloud, house.clock.now(), max_results=args.most, cursor=args.cursor)
    rows = [exposed_json(each, cloud, base_url=house.base_url) for each in page.items]
    if args.as_json:
        further = {"next_cursor": page.next_cursor} if page.next_cursor else {}
        print(printing.json_text({**told, "items": rows, **further}))
        return
    shown = [
        {name: row.get(name, "") for name in ("public_id", "resource_type", "type", "rule", "since", "until")}
        for row in rows
    ]
    printing.show_rows(shown, as_json=False, none="Nothing of it is public.")
    print(f"\n{told['public']} of {told['assets']} files are public; what is uploaded is {told['delivery']}.")
    if page.next_cursor:
        print(f"There are more: --cursor {page.next_cursor}")
