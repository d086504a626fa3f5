"""`safelight privacy requests …`: what people ask about their data, and what is answered."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safelight.cli import printing
from safelight.cli.opening import at_home
from safelight.cli.options import Subparsers, with_data, with_json
from safelight.kernel.errors import Invalid
from safelight.privacy.request import Channel, Kind, Proof, Reason, Request, State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Any

    from safelight.boot.house import House
    from safelight.ports.database import Session
    from safelight.privacy.answering import Answering

    Act = Callable[[Session, Request, Answering], Awaitable[Request]]

CASE = "its number, such as SL-2026-000123"
STDIN = "-"


def add_to(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("requests", help="what people ask about their data, and what is answered")
    commands = group.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parents = [with_data(), with_json()]

    def command(name: str, words: str, run: "Callable[[argparse.Namespace], int]") -> argparse.ArgumentParser:
        parser = commands.add_parser(name, parents=parents, help=words)
        parser.set_defaults(run=run)
        return parser

    listed = command("list", "those that are open, by when they are due", run_list)
    listed.add_argument("--all", action="store_true", help="those that were answered, too")

    opened = command("open", "note one that came by post or by telephone", run_open)
    opened.add_argument("kind", metavar="KIND", choices=[*Kind], help=", ".join(Kind))
    opened.add_argument("email", metavar="ADDRESS", help="the e-mail address of who asks")
    opened.add_argument("--text", default="", help="what was asked; - reads it from standard input")
    opened.add_argument("--about", default="", help="whom or what it is about")
    opened.add_argument("--language", choices=["en", "de"], default="en", help="of the letters (en)")
    opened.add_argument("--country", default="", help="two letters: which law stands, and so by when it is answered")
    opened.add_argument("--regime", default="", help="the law itself: gdpr, uk_gdpr, ccpa")
    opened.add_argument(
        "--copy-first", action="store_true", help="of an erasure: hand out a copy first, then wait a week"
    )
    opened.add_argument(
        "--share-address", action="store_true", help="of a report: the owner of the file may know who asks"
    )
    opened.add_argument("--verified", action="store_true", help="you know that it is them: nothing more is asked")

    for name, words, run in (
        ("show", "one of them, with all that was said", run_show),
        ("verify", "you know that it is them: it goes on", run_verify),
        ("approve", "begin the erasure that was asked for", run_approve),
        ("withdraw", "who asked takes it back", run_withdraw),
    ):
        command(name, words, run).add_argument("case", metavar="CASE", help=CASE)

    relay = command("relay", "pass a report on to the owner of the file; after 14 days it is yours again", run_relay)
    relay.add_argument("case", metavar="CASE", help=CASE)
    relay.add_argument("--url", default="", help="the address of the file, where the report does not say it")

    receipt = command(
        "receipt", "what proves that it was carried out; `safelight receipt verify` checks it", run_receipt
    )
    receipt.add_argument("case", metavar="CASE", help=CASE)
    receipt.add_argument("out", metavar="FILE", help="where to write it")

    extend = command("extend", "put it off, once, as the law allows; who asks is told why", run_extend)
    extend.add_argument("case", metavar="CASE", help=CASE)
    extend.add_argument("--reason", required=True, help="why, in words for who asks")

    deny = command("deny", "refuse it; the letter names ground, authority and court", run_deny)
    deny.add_argument("case", metavar="CASE", help=CASE)
    deny.add_argument("--ground", required=True, choices=[*Reason], help=", ".join(Reason))
    deny.add_argument("--reason", required=True, help="why, in words for who asks")

    answer = command("answer", "answer by a letter", run_answer)
    answer.add_argument("case", metavar="CASE", help=CASE)
    answer.add_argument("--text", required=True, help="the answer; - reads it from standard input")
    answer.add_argument("--close", choices=["fulfilled", "partly_fulfilled", "no_data"],
                        help="it is the last answer: as what the request ends")  # fmt: skip

    assign = command("assign", "say who looks after it", run_assign)
    assign.add_argument("case", metavar="CASE", help=CASE)
    assign.add_argument("name", metavar="NAME", help="nothing takes it back")


def run_list(args: argparse.Namespace) -> int:
    async def work(house: "House", answering: "Answering") -> int:
        async with house.database.transaction() as session:
            found = await answering.requests.list(session, only_open=not args.all)
        now = house.clock.now()
        rows = [_row(each, now) for each in found]
        printing.show_rows(rows, as_json=args.as_json, none="Nobody asks for anything.")
        return 0

    return _at_home(args, work)


def run_open(args: argparse.Namespace) -> int:
    async def work(house: "House", answering: "Answering") -> int:
        async with house.database.transaction() as session:
            request = await answering.requests.open(
                session,
                kind=Kind(args.kind),
                channel=Channel.CLI,
                email=args.email,
                now=house.clock.now(),
                subject_hint=args.about,
                text=_text(args.text),
                language=args.language,
                country=args.country,
                regime=args.regime,
                proof=Proof.OPERATOR if args.verified else None,
                wants_copy=args.copy_first,
                shares_address=args.share_address,
            )
        printing.show_row(_row(request, house.clock.now()), as_json=args.as_json)
        return 0

    return _at_home(args, work)


def run_show(args: argparse.Namespace) -> int:
    async def work(house: "House", answering: "Answering") -> int:
        async with house.database.transaction() as session:
            request = await answering.requests.named(session, args.case)
            lines = await answering.requests.lines(session, request)
        told = {**_row(request, house.clock.now()), **_more(request)}
        said = [{"at": each.at, "direction": each.direction.value, "text": each.text} for each in lines]
        if args.as_json:
            printing.show_row({**told, "lines": said}, as_json=True)
            return 0
        printing.show_row(told, as_json=False)
        print()
        printing.show_rows(said, as_json=False, none="Nothing was said yet.")
        return 0

    return _at_home(args, work)


def run_verify(args: argparse.Namespace) -> int:
    return _act(args, lambda house: lambda s, r, a: a.requests.verify(s, r, now=house.clock.now()))


def run_approve(args: argparse.Namespace) -> int:
    return _act(args, lambda house: lambda s, r, a: a.requests.approve(s, r, now=house.clock.now()))


def run_withdraw(args: argparse.Namespace) -> int:
    return _act(args, lambda house: lambda s, r, a: a.requests.withdraw(s, r, now=house.clock.now()))


def run_relay(args: argparse.Namespace) -> int:
    url = args.url
    return _act(args, lambda house: lambda s, r, a: a.requests.pass_on(s, r, now=house.clock.now(), url=url))


def run_receipt(args: argparse.Namespace) -> int:
    async def work(house: "House", answering: "Answering") -> int:
        async with house.database.transaction() as session:
            request = await answering.requests.named(session, args.case)
            made = await answering.requests.receipt(session, request)
        await asyncio.to_thread(Path(args.out).write_bytes, made)
        printing.show_row({"case": request.case, "file": args.out, "bytes": len(made)}, as_json=args.as_json)
        return 0

    return _at_home(args, work)


def run_extend(args: argparse.Namespace) -> int:
    return _act(args, lambda house: lambda s, r, a: a.extend(s, r, args.reason, now=house.clock.now()))


def run_deny(args: argparse.Namespace) -> int:
    ground = Reason(args.ground)
    return _act(args, lambda house: lambda s, r, a: a.deny(s, r, ground, args.reason, now=house.clock.now()))


def run_answer(args: argparse.Namespace) -> int:
    close = State(args.close) if args.close else None
    text = _text(args.text)
    return _act(args, lambda house: lambda s, r, a: a.answer(s, r, text, now=house.clock.now(), close=close))


def run_assign(args: argparse.Namespace) -> int:
    return _act(args, lambda house: lambda s, r, a: a.assign(s, r, args.name))


def _act(args: argparse.Namespace, act_of: "Callable[[House], Act]") -> int:
    """Do something about one request, and show it as it is then."""

    async def work(house: "House", answering: "Answering") -> int:
        act = act_of(house)
        async with house.database.transaction() as session:
            request = await answering.requests.named(session, args.case)
            done = await act(session, request, answering)
        printing.show_row(_row(done, house.clock.now()), as_json=args.as_json)
        return 0

    return _at_home(args, work)


def _row(request: Request, now: "Any") -> "dict[str, Any]":
    return {
        "case": request.case,
        "kind": request.kind.value,
        "state": request.state.value,
        "channel": request.channel.value,
        "received_at": request.received_at,
        "due_at": request.due_at,
        "overdue": request.due_at is not None and now > request.due_at,
        "assignee": request.assignee,
    }


def _more(request: Request) -> "dict[str, Any]":
    return {
        "id": request.id,
        "email": request.email,
        "about": request.hint,
        "text": request.text,
        "language": request.language,
        "regimes": ", ".join(request.regimes),
        "verified_at": request.verified_at,
        "proof": request.proof.value if request.proof else "",
        "extended_at": request.extended_at,
        "ended_at": request.ended_at,
        "ground": request.reason.value if request.reason else "",
        "export": request.export_id,
        "erasure": request.erasure_id,
        "refers_to": request.refers_to,
        "begins_at": request.begins_at,
        "confirm_by": request.confirm_by,
        "confirmed_at": request.confirmed_at,
        "has_receipt": request.has_receipt,
    }


def _text(word: str) -> str:
    """Raises Invalid for what is no text."""
    if word != STDIN:
        return word
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise Invalid("What comes from standard input is no text in UTF-8.") from error


def _at_home(args: argparse.Namespace, work: "Callable[[House, Answering], Awaitable[int]]") -> int:
    from safelight.boot import requests

    async def at(house: "House") -> int:
        return await work(house, requests.answering_of(house))

    return at_home(args, at)
