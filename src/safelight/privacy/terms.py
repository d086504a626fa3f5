"""How long the engine of privacy keeps what it knows itself."""

from datetime import timedelta

from safelight.ports.terms import Term
from safelight.privacy.store_requests import requests
from safelight.privacy.store_subjects import erasures, exports

ERASED_DAYS = 90
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
        Term(
            "request",
            requests,
            requests.c.ended_at,
            timedelta(days=REQUEST_DAYS),
            counted=requests.c.ended_at.is_not(None),
        ),
    )
