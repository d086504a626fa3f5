"""How many calls a cloud may still make in this hour, told in headers on every answer."""

from datetime import datetime
from email.utils import format_datetime
from math import ceil

from safelight.accounts.budget import Budget
from safelight.kernel.errors import TooMany


def headers(budget: Budget) -> dict[str, str]:
    """Clients sleep until `Reset`: it is always a date that they can read."""
    return {
        "X-FeatureRateLimit-Limit": str(budget.limit),
        "X-FeatureRateLimit-Remaining": str(budget.remaining),
        "X-FeatureRateLimit-Reset": format_datetime(budget.resets_at, usegmt=True),
    }


def check(budget: Budget, now: datetime) -> None:
    """Raises TooMany when the call that was just counted is one too many."""
    if budget.is_spent:
        raise TooMany(
            f"Rate Limit Exceeded. Limit of {budget.limit} api operations reached. "
            f"Try again on {budget.resets_at:%Y-%m-%d %H:%M:%S} UTC",
            retry_after_seconds=max(1, ceil((budget.resets_at - now).total_seconds())),
        )
