"""Canary: somebody who is not there, of whom every table gets a row full of words that are found again.

So no table that somebody adds later can be left out: the selfcheck tries its promises on them, and tests do.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    UUID,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    insert,
)
from sqlalchemy.dialects.postgresql import JSONB

from safelight.activity import partitions
from safelight.kernel.holdings import Subject
from safelight.kernel.ids import new_id
from safelight.mail.marks import mark_of
from safelight.people import subjects
from safelight.people.roster import email_key
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.ports.tables import METADATA

FORGETS_ITSELF = frozenset({"ledger_salts", "erasures"})
"""What tells of somebody and is the erasure's own."""
OWNERS = ("cloud_id", "account_id", "user_id")


@dataclass(frozen=True)
class Somebody:
    """An account with one cloud and one person, of whom every table knows something."""

    word: str
    account_id: str
    cloud_id: str
    user_id: str
    asset_id: str
    version_id: str
    derived_id: str
    client_id: str

    @property
    def email(self) -> str:
        return f"{self.word}@canary.example"


def somebody(word: str) -> Somebody:
    return Somebody(word, *(new_id() for _ in range(7)))


def tables() -> list[Table]:
    """All that may know somebody."""
    return [table for table in METADATA.sorted_tables if table.name not in FORGETS_ITSELF and _is_of_somebody(table)]


def _is_of_somebody(table: Table) -> bool:
    return any("personal" in column.info or column.name in OWNERS for column in table.columns)


async def fill(session: Session, who: Somebody, keys: KeyStore, now: datetime) -> Subject:
    await partitions.ensure(session, [now.date()])
    for table in tables():
        await session.execute(insert(table).values(**_row(table, who, keys, now)))
    return await subjects.subject_of(session, who.account_id)


def _row(table: Table, who: Somebody, keys: KeyStore, now: datetime) -> dict[str, Any]:
    return {
        column.name: _value(column, who, keys, now)
        for column in table.columns
        if column.identity is None and not column.foreign_keys
    } | {each.parent.name: _known(each.parent.name, who) for each in table.foreign_keys}


def _known(name: str, who: Somebody) -> str | None:
    known = {name: getattr(who, name) for name in ("account_id", "cloud_id", "user_id", "asset_id", "version_id")}
    return {**known, "derived_id": who.derived_id, "request_id": who.derived_id, "client_id": who.client_id}.get(name)


def _value(column: Column[Any], who: Somebody, keys: KeyStore, now: datetime) -> Any:
    table, name = column.table.name, column.name
    match table, name:
        case "accounts", "id":
            return who.account_id
        case "clouds", "id":
            return who.cloud_id
        case "users", "id":
            return who.user_id
        case "derived_files", "id":
            return who.derived_id
        case "assets", "id":
            return who.asset_id
        case "traffic_clients", "id":
            return who.client_id
        case "privacy_requests", "number":
            return int(who.user_id[-7:], 16)
        case "privacy_requests", "kind" | "state" | "channel" | "language" | "proof" | "reason" | "regimes" | "pauses":
            # The row stays without a name: nobody could have put a word of theirs into one of these.
            return [] if name in ("regimes", "pauses") else "access"
        case "privacy_requests", "export_id" | "erasure_id" | "letter_id":
            return ""
        case "privacy_requests", "id" | "secret":
            return who.derived_id if name == "id" else b"a hash"
        case _, "address_mark":
            return mark_of(keys, who.email)
        case "messages", "sealed":
            letter = {"address": who.email, "name": who.word, "subject": "data", "text": f"I am {who.word}"}
            rest: dict[str, Any] = {"message_id": None, "answers": [], "attachments": []}
            return keys.seal(json.dumps({**letter, **rest}).encode(), "message")
        case "choices", "kind" | "state" | "way" | "language":
            return {"kind": "letters", "state": "refused", "way": "account", "language": "en"}[name]
        case (("holds" | "enforcement_cases"), ("scope" | "ground" | "kind")):
            return "account" if name == "scope" else "dispute"
        case ("holds", "id") | ("held_records", "hold_id"):
            return who.derived_id
        case ("holds", "case_id" | "end_kind"):
            return "" if name == "case_id" else None
        case "messages", "direction":
            return "in"
        case "user_sessions", "end_kind":
            return "user"
        case (("users" | "signups"), ("email" | "address")):
            return who.email
        case "mail_suppressions", "list" | "reason":
            return "all"
        case _, "email_key":
            return email_key(who.email)
        case (
            _,
            "disabled_at"
            | "closed_at"
            | "shut_at"
            | "ended_at"
            | "dropped_at"
            | "opted_out_at"
            | "is_kept"
            | "is_gagged",
        ):
            return None if isinstance(column.type, DateTime) else False
        case ("users", "role") | ("letters", "kind"):
            return "master_admin" if table == "users" else "service"
        case _:
            return _known(name, who) or _canary(column, who, now)


def _canary(column: Column[Any], who: Somebody, now: datetime) -> Any:
    word = f"{who.word}-{column.table.name}-{column.name}"
    match column.type:
        case JSONB():
            return {"said": word}
        case ARRAY():
            is_uuid = isinstance(column.type.item_type, UUID)
            return (
                [who.client_id]
                if is_uuid
                else [word.encode()]
                if isinstance(column.type.item_type, LargeBinary)
                else [word]
            )
        case LargeBinary():
            return word.encode()
        case UUID():
            return new_id()
        case Boolean():
            return True
        case Integer():
            return 1
        case DateTime():
            return now
        case Date():
            return now.date()
        case _:
            return word
