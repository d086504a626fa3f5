"""Room: how many requests are taken in; whoever asks in somebody's name must not fill their mailbox."""

from datetime import datetime, timedelta

from safelight.kernel.errors import TooMany, TooMuch
from safelight.ports.database import Session
from safelight.privacy import store_requests
from safelight.privacy.request import State

OPEN_MAX = 20
"""Most requests that one person has open at the same time."""
LOOKED_MAX = 200
ASKED_DAY_MAX = 10
"""Requests about one address that are taken in a day from whom nobody knows: each means a letter to it."""
ASKED_HOUR_MAX = 2000
"""The same of all addresses together, in an hour."""


async def check_open(session: Session, user_id: str) -> None:
    """Raises TooMuch."""
    mine = await store_requests.of_person(session, user_id, LOOKED_MAX)
    if sum(State(row["state"]).is_open for row in mine) >= OPEN_MAX:
        raise TooMuch(f"You have {OPEN_MAX} open requests; take one back, or wait until one is answered.")


async def check_flood(session: Session, address_mark: str, now: datetime) -> None:
    """Of who proved nothing. Raises TooMany."""
    if await store_requests.unproved_since(session, now - timedelta(days=1), address_mark) >= ASKED_DAY_MAX:
        raise TooMany(f"More than {ASKED_DAY_MAX} requests about one address are not taken in a day.")
    if await store_requests.unproved_since(session, now - timedelta(hours=1)) >= ASKED_HOUR_MAX:
        raise TooMany("Too many people ask at the same time. Try again in an hour.")
