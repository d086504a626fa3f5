"""Certifying: a receipt for every right that was carried out, which its person can check without us.

A copy has one in its archive, and an erasure its own. It is written some moments later than the deed: to sign the list
of all who are known is more work than a form that anybody may send should cause.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from safelight.kernel.ids import random_bytes
from safelight.ports.database import Session
from safelight.privacy import cases, store_requests
from safelight.privacy.entry import SALT_BYTES, EntryType
from safelight.privacy.receipts import Claims, Receipts
from safelight.privacy.request import Kind, Request, State
from safelight.privacy.requests import Requests

TYPES: Mapping[Kind, str] = {
    Kind.ACCESS_CATEGORIES: "access",
    Kind.RECTIFICATION: "rectification",
    Kind.AMENDMENT: "amendment",
    Kind.RESTRICTION: "restriction",
    Kind.OBJECTION: "objection",
    Kind.OPT_OUT: "optout",
    Kind.OPTOUT_THIRD_PARTY: "optout",
    Kind.OPTOUT_PURPOSE: "optout",
    Kind.LIMIT_SENSITIVE: "optout",
    Kind.CONSENT_WITHDRAWAL: "consent",
    Kind.SHINE_THE_LIGHT: "disclosures",
    Kind.AUTOMATED_DECISION_INFO: "information",
    Kind.REPORT: "report",
}
"""What a receipt calls what was done."""
STATES = (State.FULFILLED, State.PARTLY_FULFILLED)
ROUND_MAX = 20
"""Most receipts that one round writes."""
LATE_DAYS = 7
"""What was carried out longer ago gets none any more: it was carried out before there were any."""


@dataclass(frozen=True)
class Certify:
    requests: Requests
    receipts: Receipts

    async def round(self, session: Session, now: datetime) -> int:
        """For those that have none yet; how many."""
        kinds, states = [kind.value for kind in TYPES], [state.value for state in STATES]
        since = now - timedelta(days=LATE_DAYS)
        rows = await store_requests.without_receipt(session, states, kinds, since, ROUND_MAX)
        for row in rows:
            await self._issue(session, cases.request_of(self.requests.keys, row))
        return len(rows)

    async def _issue(self, session: Session, request: Request) -> None:
        """Of who has no account the receipt alone has the salt: nobody else can tell whose line it is."""
        whom = request.user_id or f"request {request.id}"
        made = await self.receipts.issue(
            session,
            Claims(TYPES[request.kind], request.case, more={"partly": int(request.state is State.PARTLY_FULFILLED)}),
            subject=whom,
            as_entry=EntryType.REQUEST_RECEIPT,
            clause=cases.CLAUSE_OF.get(request.kind, cases.CLAUSE),
            salt=None if request.user_id else random_bytes(SALT_BYTES),
        )
        await cases.keep_receipt(session, self.requests.keys, request.id, made)
