"""How long the engine of privacy keeps what it knows itself."""

from datetime import timedelta

from safelight.ports.terms import Term
from safelight.privacy.holds import ENDED_DAYS
from safelight.privacy.request import Kind
from safelight.privacy.store_disclosures import disclosures
from safelight.privacy.store_holds import cases, held_records, holds
from safelight.privacy.store_requests import is_over, requests
from safelight.privacy.store_subjects import erasures, exports

ERASED_DAYS = 90
DISCLOSURE_DAYS = 1096
"""Three years: whoever asks for the calendar year before finds all of it (Cal. Civ. Code 1798.83)."""
REQUEST_DAYS = 731
"""Twenty-four months, as Californian law wants it (11 CCR 7101)."""


def terms() -> tuple[Term, ...]:
    return (
        # The marks are emptied when the last probe was made.
        Term(
            "erasure-log",
            erasures,
            erasures.c.ended_at,
            timedelta(days=ERASED_DAYS),
            counted=erasures.c.ended_at.is_not(None) & erasures.c.probe_at.is_not(None),
        ),
        Term("export-archive", exports, exports.c.expires_at, timedelta(0), counted=exports.c.sha256.is_not(None)),
        Term("disclosure", disclosures, disclosures.c.last_at, timedelta(days=DISCLOSURE_DAYS)),
        Term(
            "request",
            requests,
            requests.c.ended_at,
            timedelta(days=REQUEST_DAYS),
            counted=is_over(Kind.AMENDMENT.value),
        ),
        Term(
            "hold",
            holds,
            holds.c.ended_at,
            timedelta(days=ENDED_DAYS),
            counted=holds.c.ended_at.is_not(None) & holds.c.dropped_at.is_not(None),
        ),
        # What is left of a hold that is over goes at once; after a day it is late.
        Term(
            "held-record",
            held_records.join(holds, holds.c.id == held_records.c.hold_id),
            holds.c.ended_at,
            timedelta(0),
            counted=holds.c.ended_at.is_not(None),
        ),
        Term(
            "enforcement-case",
            cases,
            cases.c.ended_at,
            timedelta(days=ENDED_DAYS),
            counted=cases.c.ended_at.is_not(None),
        ),
    )
