"""Lettered: checks of letters to the address of privacy, and of what a copy tells of others, tried with canaries."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace

from safelight.boot import asking
from safelight.boot.house import House
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Keeper, Subject
from safelight.kernel.ids import random_name
from safelight.mail.correspondence import is_in_the_clear
from safelight.mail.desk import PRIVACY, Desk
from safelight.ports.database import Session
from safelight.privacy.masking import Own, mask
from safelight.privacy.selfcheck import Finding, Status, failed, judged
from safelight.worker.taking_in import TakeIn

FREE = {"messages": ("subject", "text"), "privacy_requests": ("text",), "privacy_request_lines": ("text",)}
"""Sheets in whose words others may be told of."""
NAME = "Canary Otherman"
OTHERS = (NAME, "otherman@canary.example", "+43 1 234 56 78")
MINE = "canary@canary.example"
TRIAL = f"Ask {OTHERS[0]}, {OTHERS[1]} or {OTHERS[2]}; I am Ann Canary, {MINE}."


class _TakenBack(Exception):
    """What a trial did is undone by it."""


async def are_kept(session: Session, take_in: TakeIn, keeper: Keeper[Session]) -> Finding:
    """PP-03: a letter of a canary is kept sealed, is given to its writer, and can be forgotten; then all is undone."""
    faults: list[str] = []
    word = random_name()
    address = f"{word}@canary.example"
    raw = f"From: {address}\r\nSubject: trial\r\n\r\nthis is a question of {word}\r\n".encode()
    subject = Subject(email=address, emails=(address,), words=(address,))
    # However many letters came just now: whether one more would be taken is another question.
    unbounded = replace(take_in, letters_hour_max=sys.maxsize)
    try:
        async with session.savepoint():
            taken = await unbounded(session, raw)
            if taken.case is None:
                faults.append("a letter gets no case number")
            if await is_in_the_clear(session, take_in.keys, address, word):
                faults.append("a letter lies in the clear")
            given = [item.facts async for item in keeper.give(session, subject, "messages")]
            if {str(each.get("direction")) for each in given} != {"in", "out"}:
                faults.append("a letter, or its answer, is not in a copy")
            if not any(word in str(each.get("text")) for each in given):
                faults.append("a copy does not say what a letter said")
            await keeper.forget(session, subject, "messages", len(given) + 1)
            if any([True async for _ in keeper.give(session, subject, "messages")]):
                faults.append("a letter is not forgotten")
            raise _TakenBack
    except _TakenBack:
        return judged(faults, "a letter was kept sealed, answered with a number, given to its writer and forgotten")


def others_are_masked(keepers: Sequence[Keeper[Session]], *, is_masking: bool) -> Finding:
    """PP-49"""
    faults = [] if is_masking else ["copies are made without masking"]
    sheets = {sheet.name: sheet for keeper in keepers for sheet in keeper.sheets}
    for name, fields in FREE.items():
        open_words = set(fields) - set(sheets[name].free_texts) if name in sheets else set(fields)
        faults += [f"{name}.{field} is handed out as it is" for field in sorted(open_words)]
    told = mask(TRIAL, Own((MINE,), ("Ann Canary",)), [NAME]).text
    faults += [f"a copy tells the {what} of others" for what, word in
               zip(("name", "address", "telephone number"), OTHERS, strict=True) if word in told]  # fmt: skip
    faults += ["a copy hides what is one's own"] if MINE not in told or "Ann Canary" not in told else []
    return judged(
        faults, f"{len(FREE)} sheets with free words; names, addresses and numbers of others are masked there"
    )


async def is_heard(rooms: House, desk: Desk, said: Finding) -> Finding:
    """PP-73: `said` is whether somebody is named; here a letter of our own is brought to the listener."""
    if said.status is not Status.PASS:
        return said
    listen = rooms.settings.mail.listen
    if listen is None:
        return Finding(said.status, f"{said.evidence}; letters come in by `safelight privacy ingest-mail` alone")
    from safelight.adapters.mailer.listener import where_of

    try:
        where = where_of(listen)
        hello = "LHLO" if where.is_lmtp else "EHLO"
        to = desk.contact or f"{PRIVACY}@localhost"
        await asking.bring(where.host, where.port, hello=hello, sender=desk.sender.address, to=to)
    except (Invalid, OSError, TimeoutError, asyncio.IncompleteReadError) as error:
        return failed(f"a letter to the address was not taken: {str(error)[:200] or type(error).__name__}")
    return judged([], "an address is named, and a letter to it was taken just now")
