"""`safelight mail …`: letters from the shell: what left and what did not, one that is sent by hand, what came back."""

import argparse
import sys
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import in_house
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.languages import LANGUAGES
from safelight.mail.model import Letter, Posted, State

if TYPE_CHECKING:
    from safelight.boot.house import House
    from safelight.ports.database import Session

LIST_MAX = 1000


def add_to(subparsers: Subparsers) -> None:
    mail = subparsers.add_parser("mail", help="look after letters").add_subparsers(
        title="commands", metavar="COMMAND", required=True
    )
    parents = [with_data(), with_json()]

    status = mail.add_parser("status", parents=parents, help="show how letters leave, and how many did")
    status.set_defaults(run=in_house(show_status))

    listing = mail.add_parser("list", parents=parents, help="list letters, the newest first")
    listing.add_argument("--state", choices=[state.value for state in State])
    listing.add_argument("--limit", type=int, default=100, choices=range(1, LIST_MAX + 1), metavar="N")
    listing.set_defaults(run=in_house(list_letters))

    show = mail.add_parser("show", parents=parents, help="show one; its words too where it is kept as a file")
    show.add_argument("id", metavar="ID")
    show.set_defaults(run=in_house(show_letter))

    send = mail.add_parser("send", parents=parents, help="write to one address, or to all people")
    send.add_argument("template", metavar="TEMPLATE", help="test, notice, reminder or news")
    whom = send.add_mutually_exclusive_group(required=True)
    whom.add_argument("--to", metavar="ADDRESS")
    whom.add_argument("--everybody", action="store_true", help="all people; who does not want it gets nothing")
    send.add_argument("--language", choices=LANGUAGES, default="en")
    send.add_argument("--fact", action="append", default=[], metavar="NAME=TEXT", help="what the letter says")
    send.set_defaults(run=in_house(send_letters))

    bounce = mail.add_parser("bounce", parents=parents, help="take in a letter that came back, from standard input")
    bounce.set_defaults(run=in_house(take_bounce))

    forgive = mail.add_parser("forgive", parents=parents, help="write again to an address whose letters came back")
    forgive.add_argument("address", metavar="ADDRESS")
    forgive.set_defaults(run=in_house(forgive_address))


async def show_status(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.adapters.mailer.server import server_of
    from safelight.boot import letters
    from safelight.mail import log

    smtp, signer = house.settings.mail.smtp, letters.signer_from(house)
    server = None if smtp is None else server_of(smtp)
    name, record = signer.dns_record if signer else (None, None)
    row: dict[str, object] = {
        "server": f"{server.host}:{server.port}" if server else None,
        "folder": None if server else letters.folder_of(house.settings),
        "from": letters.who_writes(house).address,
        "postal_address": house.settings.mail.postal_address or None,
        "dkim_name": name,
        "dkim_record": record,
        **await log.counts(session),
    }
    printing.show_row(row, as_json=args.as_json)


async def list_letters(_house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.mail import log

    state = State(args.state) if args.state else None
    rows = [_row(each) for each in await log.list_all(session, state=state, most=args.limit)]
    printing.show_rows(rows, as_json=args.as_json, none="There are no such letters.")


async def show_letter(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.adapters.mailer.folder import FolderMailer
    from safelight.boot import letters
    from safelight.mail import log

    posted = await log.get(session, args.id)
    kept = FolderMailer(letters.folder_of(house.settings)).read(posted.id)
    words = {} if kept is None else {"letter": _readable(kept)}
    printing.show_row({**_row(posted), **words}, as_json=args.as_json)


async def send_letters(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.mail.send import post
    from safelight.mail.template import OURS

    names = OURS.names()
    if args.template not in names:
        raise NotFound(f"There is no letter {args.template}; there are {', '.join(names)}.")
    template = OURS.find(args.template, args.language)
    facts = {"place": house.settings.mail.brand, **dict(_fact(each) for each in args.fact)}
    if missing := sorted(template.facts - set(facts)):
        raise Invalid(f"This letter needs --fact {missing[0]}=…")
    whom = [(args.to, None)] if args.to else await _everybody(session)
    sent: list[str] = []
    for to, user_id in whom:
        letter = Letter(template.name, template.kind, to, args.language, facts, user_id)
        sent.append(await post(session, letter, now=house.clock.now()))
    rows = [{"id": each} for each in sent]
    printing.show_rows(rows, as_json=args.as_json, none="There are no people yet.")


async def take_bounce(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.mail.bounce import LETTER_BYTES_MAX
    from safelight.mail.inbound import take_in

    raw = sys.stdin.buffer.read(LETTER_BYTES_MAX + 1)
    told = await take_in(session, house.keys.store, raw, now=house.clock.now())
    printing.show_row({"done": told}, as_json=args.as_json)


async def forgive_address(house: "House", session: "Session", args: argparse.Namespace) -> None:
    from safelight.mail import preferences
    from safelight.mail.marks import mark_of

    had = await preferences.forget_bounce(session, mark_of(house.keys.store, args.address))
    printing.show_row({"address": args.address, "had_bounced": had}, as_json=args.as_json)


async def _everybody(session: "Session") -> list[tuple[str, str | None]]:
    from safelight.accounts import owners
    from safelight.people import roster
    from safelight.people.model import Status

    found: list[tuple[str, str | None]] = []
    for account in await owners.list_all(session):
        page = 0
        while people := await roster.list_all(session, account.id, roster.Wanted(), page=(page := page + 1)):
            found += [(user.email, user.id) for user in people if user.status is Status.ACTIVE]
    return found


def _fact(word: str) -> tuple[str, str]:
    name, is_there, text = word.partition("=")
    if not is_there:
        raise Invalid(f"A fact is written as --fact NAME=TEXT, not {word[:50]}.")
    return name, text


def _readable(kept: bytes) -> str:
    """Head and text of a letter; its HTML says the same."""
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(kept, policy=default)
    body = message.get_body(("plain",))
    head = "\n".join(f"{name}: {value}" for name, value in message.items())
    return f"{head}\n\n{body.get_content() if body else ''}"


def _row(posted: Posted) -> dict[str, object]:
    return {
        "id": posted.id,
        "template": posted.template,
        "class": posted.kind.value,
        "language": posted.language,
        "state": posted.state.value,
        "tries": posted.tries,
        "answer": posted.answer,
        "created_at": posted.created_at,
        "ended_at": posted.ended_at,
    }
