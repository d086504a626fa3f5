"""How long mail keeps what it knows."""

from datetime import timedelta

from safelight.mail.backoff import WAIT_DAYS_MAX
from safelight.mail.correspondence import KEPT_DAYS
from safelight.mail.store import letters
from safelight.mail.store_messages import messages
from safelight.ports.terms import Term
from safelight.settings import MailSettings


def terms(settings: MailSettings) -> tuple[Term, ...]:
    began = letters.c.created_at
    return (
        Term("letter-content", letters, began, timedelta(days=WAIT_DAYS_MAX), counted=letters.c.address.is_not(None)),
        Term("mail-log", letters, began, timedelta(days=settings.log_days)),
        Term(
            "message",
            messages,
            messages.c.closed_at,
            timedelta(days=KEPT_DAYS),
            counted=messages.c.closed_at.is_not(None),
        ),
    )
