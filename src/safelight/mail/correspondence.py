"""Message: one letter of a thread between somebody and us, in either direction; sealed, and dropped after its term."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel import cards
from safelight.kernel.errors import Internal
from safelight.mail import store_messages
from safelight.mail.arrived import Attachment
from safelight.mail.marks import mark_of
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore

KEPT_DAYS = 731
"""Twenty-four months after its thread was closed."""
SILENT_DAYS = 180
"""A thread in which nobody wrote for so long is closed."""
SHOWN_MAX = 200
ANSWERS_MAX = 5
"""So many letters before it a letter of ours names as what it answers."""
SWEPT_MAX = 500

UNREADABLE = "The key that this was sealed with is gone."

CONTEXT = "message"
_MESSAGE_ID = "message id"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class Message:
    """`address` is the other side's, whoever wrote. `answers` are the ids of letters that it answers."""

    id: str
    case_id: str
    """The request that its thread is about."""
    case_number: str
    direction: Direction
    topic: str
    address: str
    subject: str
    text: str
    created_at: datetime
    channel: str = "mail"
    name: str = ""
    message_id: str | None = None
    answers: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    proofs: str = ""
    size_bytes: int = 0


_PLAIN = ("id", "case_id", "case_number", "channel", "topic", "size_bytes", "proofs", "created_at")


async def keep(session: Session, keys: KeyStore, message: Message) -> None:
    """Write it down. A new letter opens its thread again; no number of a card is kept of it (PP-02)."""
    message = replace(message, subject=cards.masked(message.subject), text=cards.masked(message.text))
    hidden = {
        "address_mark": mark_of(keys, message.address),
        "message_mark": id_mark(keys, message.message_id) if message.message_id else None,
        "sealed": keys.seal(json.dumps(_told(message), ensure_ascii=False).encode(), CONTEXT),
    }
    plain = {name: getattr(message, name) for name in _PLAIN}
    await store_messages.reopen(session, message.case_id)
    await store_messages.add(session, {**plain, "direction": message.direction.value, **hidden})


async def is_known(session: Session, keys: KeyStore, message_id: str) -> bool:
    """A letter may come twice: a machine on its way did not hear that it was taken."""
    return await store_messages.is_known(session, id_mark(keys, message_id))


async def meant(
    session: Session, keys: KeyStore, address: str, answers: Sequence[str], case: str | None
) -> Message | None:
    """The letter that another goes on from: of the same address alone, for numbers and ids can be made up."""
    marks = [id_mark(keys, each) for each in answers]
    row = await store_messages.one_of(session, mark_of(keys, address), marks, case)
    return None if row is None else opened(keys, row)


async def of_case(session: Session, keys: KeyStore, case_id: str, most: int = SHOWN_MAX) -> Sequence[Message]:
    """The newest first."""
    return [opened(keys, row) for row in await store_messages.of_case(session, case_id, most)]


async def came_since(session: Session, keys: KeyStore, since: datetime, address: str | None = None) -> int:
    mark = None if address is None else mark_of(keys, address)
    return await store_messages.count_since(session, since, Direction.IN, mark)


async def cases_since(session: Session, keys: KeyStore, since: datetime, address: str) -> int:
    """In how many threads there was a letter from or to them."""
    return await store_messages.cases_since(session, since, mark_of(keys, address))


async def close(session: Session, case_id: str, now: datetime) -> None:
    """From now on its term runs."""
    await store_messages.close(session, [case_id], now)


async def is_in_the_clear(session: Session, keys: KeyStore, address: str, word: str) -> bool:
    """Whether a word of letters of that address can be read in their rows by who has no key: for checks."""
    rows = await store_messages.of_address(session, mark_of(keys, address), SHOWN_MAX)
    return any(word in f"{dict(row)}" or word.encode() in bytes(row["sealed"]) for row in rows)


async def sweep(session: Session, now: datetime) -> int:
    """Close what nobody goes on with, and drop what is over its time; how many letters went."""
    if silent := await store_messages.silent(session, now - timedelta(days=SILENT_DAYS), SWEPT_MAX):
        await store_messages.close(session, silent, now)
    return await store_messages.drop_closed(session, now - timedelta(days=KEPT_DAYS), SWEPT_MAX)


def id_mark(keys: KeyStore, message_id: str) -> str:
    return keys.mark(message_id.encode(), _MESSAGE_ID)


def opened(keys: KeyStore, row: RowMapping) -> Message:
    told = json.loads(keys.open(bytes(row["sealed"]), CONTEXT))
    plain = {name: row[name] for name in _PLAIN}
    return Message(
        direction=Direction(row["direction"]),
        address=told["address"],
        name=told["name"],
        subject=told["subject"],
        text=told["text"],
        message_id=told["message_id"],
        answers=tuple(told["answers"]),
        attachments=tuple(_attachment(each) for each in told["attachments"]),
        **plain,
    )


def said_in(keys: KeyStore, row: RowMapping) -> Mapping[str, Any]:
    """What is sealed of it, as plain values; of what nobody can open any more, that."""
    try:
        return _told(opened(keys, row))
    except Internal:
        return {"text": UNREADABLE}


def _told(message: Message) -> Mapping[str, Any]:
    return {
        **{name: getattr(message, name) for name in ("address", "name", "subject", "text", "message_id")},
        "answers": list(message.answers),
        "attachments": [
            {**vars(each), "data": base64.b64encode(each.data).decode() if each.data else None}
            for each in message.attachments
        ],
    }


def _attachment(told: Mapping[str, Any]) -> Attachment:
    data = base64.b64decode(told["data"]) if told["data"] else None
    return Attachment(told["name"], told["type"], told["size_bytes"], told["sha256"], data)
