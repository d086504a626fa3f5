"""Forget: of who was removed nothing is left here; who is shut out is signed out everywhere."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from safelight.identity import sessions
from safelight.identity.model import End
from safelight.identity.store import (
    leavings,
    links,
    passkeys,
    passwords,
    recovery_codes,
    remembered,
    tickets,
    totps,
)
from safelight.identity.store import sessions as session_rows
from safelight.people.events import UserDisabled, UserRemoved
from safelight.ports.database import Database

TABLES = (passwords, totps, recovery_codes, passkeys, links, tickets, remembered, session_rows, leavings)
"""Every table that knows a person by their id."""


@dataclass(frozen=True)
class ForgetPerson:
    """Reactions to what happens to people; each may run twice."""

    database: Database

    async def forget_person(self, payload: dict[str, Any]) -> None:
        gone = UserRemoved.from_payload(payload)
        async with self.database.transaction() as session:
            for table in TABLES:
                mine = (table.c.account_id == gone.account_id, table.c.user_id == gone.user_id)
                await session.execute(delete(table).where(*mine))

    async def shut_out(self, payload: dict[str, Any]) -> None:
        shut = UserDisabled.from_payload(payload)
        async with self.database.transaction() as session:
            at = datetime.fromisoformat(shut.at)
            await sessions.end_all(session, shut.account_id, shut.user_id, End.DISABLED, at)
