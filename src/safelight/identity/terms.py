"""How long identity keeps what it knows."""

from datetime import timedelta

from safelight.identity.sessions import KEPT_DAYS
from safelight.identity.store import links, sessions, signups
from safelight.ports.terms import Term

NONE = timedelta(0)
"""These rows say themselves when they are over."""


def terms() -> tuple[Term, ...]:
    return (
        Term("session", sessions, sessions.c.began_at, timedelta(days=KEPT_DAYS)),
        Term("email-wanted", links, links.c.expires_at, NONE, counted=links.c.email.is_not(None)),
        Term("signup", signups, signups.c.expires_at, NONE),
    )
