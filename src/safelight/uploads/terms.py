"""How long uploads keep what they know."""

from datetime import timedelta

from safelight.ports.terms import Term
from safelight.uploads.asynchronous import HOURS_MAX
from safelight.uploads.store import upload_sessions
from safelight.uploads.waiting_store import waiting_uploads


def terms() -> tuple[Term, ...]:
    return (
        # A session says itself when it is over; its pieces go with it.
        Term("upload-parts", upload_sessions, upload_sessions.c.expires_at, timedelta(0)),
        Term("upload-waiting", waiting_uploads, waiting_uploads.c.created_at, timedelta(hours=HOURS_MAX)),
    )
