"""`safelight webhooks …`: what was told to whom, sent again by hand; who does not answer, and hears again."""

import argparse
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.account import cloud_named
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.webhooks.model import Delivery, State

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

LIST_MAX = 1000


def add_to(subparsers: Subparsers) -> None:
    webhooks = subparsers.add_parser("webhooks", help="look after notifications").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    parents = [with_data(), with_json()]

    listing = webhooks.add_parser("deliveries", parents=parents, help="list what was told, the newest first")
    listing.add_argument("cloud", metavar="CLOUD")
    listing.add_argument("--state", choices=[state.value for state in State])
    listing.add_argument("--limit", type=int, default=100, choices=range(1, LIST_MAX + 1), metavar="N")
    listing.set_defaults(run=in_house(list_deliveries))

    show = webhooks.add_parser("show", parents=parents, help="show what one of them said")
    show.add_argument("cloud", metavar="CLOUD")
    show.add_argument("id", metavar="ID")
    show.set_defaults(run=in_house(show_delivery))

    again = webhooks.add_parser("redeliver", parents=parents, help="send it once more, the same bytes")
    again.add_argument("cloud", metavar="CLOUD")
    again.add_argument("id", metavar="ID")
    again.set_defaults(run=in_house(send_again))

    failing = webhooks.add_parser("receivers", parents=parents, help="list who does not answer, and who is paused")
    failing.add_argument("cloud", metavar="CLOUD")
    failing.set_defaults(run=in_house(list_receivers))

    resume = webhooks.add_parser("resume", parents=parents, help="a receiver is mended: send what was held for it")
    resume.add_argument("cloud", metavar="CLOUD")
    resume.add_argument("id", metavar="ID")
    resume.set_defaults(run=in_house(resume_receiver))

    triggers = webhooks.add_parser("triggers", parents=parents, help="list who is told of what")
    triggers.add_argument("cloud", metavar="CLOUD")
    triggers.set_defaults(run=in_house(list_triggers))


async def paused_count(database_url: str) -> int | None:
    """How many receivers are left in peace, of all clouds; None where there is no table of them yet."""
    from sqlalchemy import text

    from safelight.adapters.database.postgres import PostgresDatabase
    from safelight.adapters.queue import procrastinate
    from safelight.webhooks import receivers

    database = PostgresDatabase(database_url, defer=procrastinate.defer, pool_size=1)
    try:
        async with database.transaction() as session:
            table = await session.fetch_one(text("SELECT to_regclass('webhook_receivers') AS there"))
            if table is None or table["there"] is None:
                return None
            return len(await receivers.list_all(session, paused_only=True))
    finally:
        await database.close()


async def list_deliveries(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.webhooks import deliveries

    cloud = await cloud_named(session, args.cloud)
    state = State(args.state) if args.state else None
    page = await deliveries.list(session, cloud.id, state=state, max_results=args.limit)
    rows = [_row(delivery) for delivery in page.items]
    printing.show_rows(rows, as_json=args.as_json, none="There are no such notifications in the last 30 days.")


async def show_delivery(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.webhooks import deliveries

    cloud = await cloud_named(session, args.cloud)
    delivery = await deliveries.get(session, cloud.id, args.id)
    printing.show_row({**_row(delivery), "body": delivery.body.decode()}, as_json=args.as_json)


def _row(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "event_type": delivery.topic,
        "state": delivery.state.value,
        "tries": delivery.tries,
        "status": delivery.status,
        "created_at": delivery.created_at,
        "url": delivery.url,
    }


async def send_again(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.webhooks import deliveries

    cloud = await cloud_named(session, args.cloud)
    delivery = await deliveries.redeliver(session, cloud.id, args.id)
    printing.show_row({"id": delivery.id, "state": delivery.state.value}, as_json=args.as_json)


async def list_receivers(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.webhooks import receivers

    cloud = await cloud_named(session, args.cloud)
    rows = [
        {
            "id": each.id,
            "given_up": each.given_up,
            "failing_since": each.failing_since,
            "paused_at": each.paused_at,
            "url": each.url,
        }
        for each in await receivers.list_all(session, cloud.id)
    ]
    printing.show_rows(rows, as_json=args.as_json, none="Everybody answers.")


async def resume_receiver(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.webhooks import receivers

    cloud = await cloud_named(session, args.cloud)
    receiver = await receivers.resume(session, cloud.id, args.id)
    printing.show_row({"id": receiver.id, "url": receiver.url, "resumed": True}, as_json=args.as_json)


async def list_triggers(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.webhooks import triggers

    cloud = await cloud_named(session, args.cloud)
    rows = [
        {"id": each.id, "event_type": each.topic, "uri": each.uri, "created_at": each.created_at}
        for each in await triggers.list(session, cloud.id)
    ]
    printing.show_rows(rows, as_json=args.as_json, none="Nobody asked to be told of anything.")
