"""Usage -> the JSON that clients know, and the dates that they ask for."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.settings import UploadSettings
from safelight.usage import report
from safelight.usage.model import BYTES_A_CREDIT, CREDITS, TRANSFORMATIONS_A_CREDIT, Meter, Period, Quota, Used

PLAN = "Self-hosted"
DAYS_BACK_MAX = 90


def span(word: str | None, now: datetime, period: Period = Period.ROLLING) -> tuple[date, date]:
    """The first day and the last: the day that is asked for, or those of the present period."""
    if word is None:
        return report.window(now, period)
    day = _day(word)
    if not timedelta() <= now.astimezone(UTC).date() - day <= timedelta(days=DAYS_BACK_MAX):
        raise Invalid(f"Invalid date {word[:20]}: must be one of the last {DAYS_BACK_MAX} days")
    return day, day


def _day(word: str) -> date:
    for form in ("%Y-%m-%d", "%d-%m-%Y"):
        try:
            return datetime.strptime(word, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise Invalid(f"Invalid date {word[:20]}: must be YYYY-MM-DD or DD-MM-YYYY")


def usage_json(
    used: Used,
    quota: Quota,
    until: date,
    now: datetime,
    *,
    calls: int,
    upload: UploadSettings,
    pixels_max: int,
) -> dict[str, Any]:
    """`calls`: those of this hour, which are known before the others are written down."""
    return {
        "plan": PLAN,
        "last_updated": now.date().isoformat(),
        "date_requested": f"{until.isoformat()}T00:00:00Z",
        "transformations": {
            **_metered(used, quota, Meter.TRANSFORMATIONS, TRANSFORMATIONS_A_CREDIT),
            "breakdown": {"transformation": used.of(Meter.TRANSFORMATIONS)},
            "causes": _causes(used, Meter.TRANSFORMATIONS),
        },
        "objects": {"usage": used.of(Meter.OBJECTS)},
        "bandwidth": _metered(used, quota, Meter.BANDWIDTH_BYTES, BYTES_A_CREDIT),
        "storage": _metered(used, quota, Meter.STORAGE_BYTES, BYTES_A_CREDIT),
        "impressions": {"usage": used.of(Meter.DELIVERIES, kind="image"), "credits_usage": 0.0},
        "seconds_delivered": _metered(used, quota, Meter.VIDEO_SECONDS, None),
        "credits": {"usage": round(used.credits, 2), **_limit(quota, CREDITS, used.credits)},
        "requests": max(calls, used.of(Meter.REQUESTS)),
        "resources": used.of(Meter.OBJECTS, cause="original"),
        "derived_resources": used.of(Meter.OBJECTS, cause="derived"),
        "media_limits": {
            "image_max_size_bytes": upload.image_bytes_max,
            "video_max_size_bytes": upload.video_bytes_max,
            "raw_max_size_bytes": upload.raw_bytes_max,
            "image_max_px": pixels_max,
            "asset_max_total_px": pixels_max,
        },
    }


def _causes(used: Used, meter: Meter) -> dict[str, int]:
    """What brought it about: `upload`, `delivery`, `eager` and so on; what nothing came of is not there."""
    found: dict[str, int] = {}
    for (each, _, cause), amount in used.by_cause().items():
        if each is meter:
            found[cause] = found.get(cause, 0) + amount
    return found


def _metered(used: Used, quota: Quota, meter: Meter, a_credit: int | None) -> dict[str, Any]:
    amount = used.of(meter)
    credits = 0.0 if a_credit is None else round(amount / a_credit, 2)
    return {"usage": amount, "credits_usage": credits, **_limit(quota, meter.value, amount)}


def _limit(quota: Quota, name: str, amount: float) -> dict[str, Any]:
    """Nothing where there is no limit."""
    limit = quota.limits.get(name)
    return {} if limit is None else {"limit": limit, "used_percent": round(100 * amount / limit, 2)}
