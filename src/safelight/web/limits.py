"""How many calls a cloud may still make in this hour, told in headers on every answer."""

from datetime import datetime
from email.utils import format_datetime

from safelight.accounts.budget import Budget
from safelight.kernel.errors import TooMany
from safelight.kernel.pace import exceeded


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
        raise exceeded(TooMany, budget.limit, "api operations", budget.resets_at, now)
