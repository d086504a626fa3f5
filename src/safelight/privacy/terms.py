"""How long the engine of privacy keeps what it knows itself."""

from datetime import timedelta

from safelight.ports.terms import Term
from safelight.privacy.store_subjects import erasures, exports

ERASED_DAYS = 90


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
    )
