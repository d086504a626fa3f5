"""Usage -> the JSON that clients know, and the dates that they ask for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from safelight.derived.usage import Usage
from safelight.kernel.errors import Invalid
from safelight.settings import UploadSettings

PLAN = "Self-hosted"
DAYS_BACK_MAX = 90
WINDOW_DAYS = 30
"""What was made within so many days is counted where no date is given."""
TRANSFORMATIONS_A_CREDIT = 1000
BYTES_A_CREDIT = 1024**3


def span(word: str | None, now: datetime) -> tuple[datetime, datetime]:
    """From when until when: the day that is asked for, or the last thirty days."""
    if word is None:
        return now - timedelta(days=WINDOW_DAYS), now
    day = _day(word)
    if not timedelta() <= now.date() - day <= timedelta(days=DAYS_BACK_MAX):
        raise Invalid(f"Invalid date {word[:20]}: must be one of the last {DAYS_BACK_MAX} days")
    begins_at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return begins_at, min(begins_at + timedelta(days=1), now)


def _day(word: str) -> date:
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(word, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise Invalid(f"Invalid date {word[:20]}: must be YYYY-MM-DD or DD-MM-YYYY")


def usage_json(
    usage: Usage, until: datetime, now: datetime, *, calls: int, upload: UploadSettings, pixels_max: int
) -> dict[str, Any]:
    """There is no plan here, so nothing has a limit; what is delivered is not counted for each cloud."""
    made, stored = usage.transformations, usage.storage_bytes
    uncounted = {"usage": 0, "credits_usage": 0.0}
    return {
        "plan": PLAN,
        "last_updated": now.date().isoformat(),
        "date_requested": until.strftime("%Y-%m-%dT00:00:00Z"),
        "transformations": {
            "usage": made,
            "credits_usage": _credits(made, TRANSFORMATIONS_A_CREDIT),
            "breakdown": {"transformation": made},
        },
        "objects": {"usage": usage.stored.assets + usage.derived},
        "bandwidth": dict(uncounted),
        "storage": {"usage": stored, "credits_usage": _credits(stored, BYTES_A_CREDIT)},
        "impressions": dict(uncounted),
        "seconds_delivered": dict(uncounted),
        "credits": {"usage": _credits(made, TRANSFORMATIONS_A_CREDIT) + _credits(stored, BYTES_A_CREDIT)},
        "requests": calls,
        "resources": usage.stored.assets,
        "derived_resources": usage.derived,
        "media_limits": {
            "image_max_size_bytes": upload.image_bytes_max,
            "video_max_size_bytes": upload.video_bytes_max,
            "raw_max_size_bytes": upload.raw_bytes_max,
            "image_max_px": pixels_max,
            "asset_max_total_px": pixels_max,
        },
    }


def _credits(amount: int, each: int) -> float:
    return round(amount / each, 2)
