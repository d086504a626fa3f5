"""Relay: a request about a file of a customer, as the owner of that file is told of it, and answers (PP-35).

The owner learns what was asked, and who asks only where they allow it. Who asks learns what is answered, and nothing of
the owner that is not public anyway.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.errors import Internal, NotFound
from safelight.ports.database import Session
from safelight.ports.keys import KeyStore
from safelight.privacy import store_requests
from safelight.privacy.cases import UNREADABLE
from safelight.privacy.request import Request

RELAY_DAYS = 14
"""So long an owner has time to answer; then whoever runs the installation does."""
LISTED_MAX = 200
SEAL = "privacy relay"


class Outcome(StrEnum):
    """What an owner says; the last two are said by us."""

    REMOVED = "removed"
    CHANGED = "changed"
    """Who asks is not to be seen in it any more."""
    DECLINED = "declined"
    SILENT = "silent"
    CLOSED = "closed"


ANSWERS = (Outcome.REMOVED, Outcome.CHANGED, Outcome.DECLINED)


@dataclass(frozen=True)
class Relay:
    """`email` is empty where who asks did not allow to tell it."""

    request_id: str
    account_id: str
    case: str
    relayed_at: datetime
    due_at: datetime
    answered_at: datetime | None
    outcome: Outcome | None
    url: str = field(repr=False)
    text: str = field(repr=False)
    email: str = field(repr=False)

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


@dataclass(frozen=True)
class Owner:
    """Whose file is at an address."""

    account_id: str
    url: str


@dataclass(frozen=True)
class Relays:
    """Add, show, close. `owner_of` finds the first file of ours that everybody can see in some words."""

    keys: KeyStore
    owner_of: Callable[[Session, str], Awaitable[Owner | None]]
    tell_owner: Callable[[Session, str, str, Mapping[str, str], datetime], Awaitable[int]]
    """Post the letter of that name to whoever answers for an account; to how many."""
    page: str
    """Where owners see what they are asked."""

    async def add(self, session: Session, request: Request, words: str, now: datetime) -> bool:
        """Another time begins anew. False where no file is meant, or nobody answers for it."""
        owner = await self.owner_of(session, words)
        if owner is None:
            return False
        due_at = now + timedelta(days=RELAY_DAYS)
        facts = {"case": request.case, "link": self.page, "due": f"{due_at:%Y-%m-%d}"}
        if not await self.tell_owner(session, owner.account_id, "relay", facts, now):
            return False
        said = {
            "case": request.case,
            "url": owner.url,
            "text": request.text,
            "email": request.email if request.shares_address else "",
        }
        await store_requests.put_relay(
            session,
            {
                "request_id": request.id,
                "account_id": owner.account_id,
                "relayed_at": now,
                "due_at": due_at,
                "sealed": self.keys.seal(json.dumps(said).encode(), SEAL),
            },
        )
        return True

    async def of_account(self, session: Session, account_id: str) -> Sequence[Relay]:
        """The newest first."""
        return [relay_of(self.keys, row) for row in await store_requests.relays_of(session, account_id, LISTED_MAX)]

    async def get(self, session: Session, account_id: str, request_id: str) -> Relay:
        """Nobody else changes it until the transaction ends. Raises NotFound."""
        row = await store_requests.relay(session, request_id, is_locked=True)
        if row is None or row["account_id"] != account_id:
            raise NotFound("There is no such report.")
        return relay_of(self.keys, row)

    async def close(self, session: Session, request_id: str, now: datetime, outcome: Outcome = Outcome.CLOSED) -> None:
        """The owner need not answer any more; what was answered stays. None there is no error."""
        row = await store_requests.relay(session, request_id, is_locked=True)
        if row is not None and row["answered_at"] is None:
            await store_requests.change_relay(session, request_id, answered_at=now, outcome=outcome.value)


def relay_of(keys: KeyStore, row: RowMapping) -> Relay:
    said = words_of(keys, row)
    return Relay(
        row["request_id"],
        row["account_id"],
        said["case"],
        row["relayed_at"],
        row["due_at"],
        row["answered_at"],
        Outcome(row["outcome"]) if row["outcome"] else None,
        said["url"],
        said["text"],
        said["email"],
    )


def words_of(keys: KeyStore, row: RowMapping) -> Mapping[str, Any]:
    """For an export."""
    try:
        return said_in(keys, row)
    except Internal:
        return {"case": "", "url": "", "text": UNREADABLE, "email": ""}


def said_in(keys: KeyStore, row: RowMapping) -> Mapping[str, Any]:
    """What is sealed of it."""
    return json.loads(keys.open(row["sealed"], SEAL))
