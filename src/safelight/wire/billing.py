"""What an account used -> the JSON that clients know, in credits; pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.usage import report
from safelight.usage.model import BYTES_A_CREDIT, TRANSFORMATIONS_A_CREDIT, Figure, Meter, Used
from safelight.wire.params import Words, number
from safelight.wire.usage import PLAN

YEAR_MIN = 2000
YEAR_MAX = 9998
MONTHS = 12

# These are told by the API and cost no credits here.
_FREE = ("image_impressions", "video_seconds")


def year_of(words: Words, now: datetime) -> int:
    """The year that is asked for, or this one."""
    year = number(words, "year", low=YEAR_MIN, high=YEAR_MAX) or now.year
    if year > now.year:
        raise Invalid(f"Invalid value {year} for parameter year: it is still to come")
    return year


def days_of(year: int) -> tuple[date, date]:
    """The first day and the last."""
    return date(year, 1, 1), date(year, 12, 31)


def billing_json(
    figures: Sequence[Figure], year: int, now: datetime, names: Mapping[str, str] | None
) -> dict[str, Any]:
    """Month by month; `names` are those of the clouds, where each shall be told of as well."""
    begins = [date(year, month, 1) for month in range(1, MONTHS + 1) if date(year, month, 1) <= now.date()]
    months = [*begins, _next(begins[-1])]
    whole = report.by_month(figures, months)
    each = {
        name: report.by_month([figure for figure in figures if figure.cloud_id == id], months)
        for id, name in (names or {}).items()
    }
    cycles = [
        _cycle(*month, {name: used[place][1] for name, used in each.items()}) for place, month in enumerate(whole)
    ]
    metric = {
        "metric": "credit",
        "usage": round(sum(cycle["usage"] for cycle in cycles), 4),
        "cycles": cycles,
        "monthly_cycles": cycles,
    }
    return {"plan_name": PLAN, "metric_usage": [metric]}


def _next(begins_on: date) -> date:
    return (begins_on + timedelta(days=31)).replace(day=1)


def _cycle(begins_on: date, used: Used, clouds: Mapping[str, Used]) -> dict[str, Any]:
    whole = _breakdown(used)
    each = [{"cloud_name": name, **_breakdown(part)} for name, part in clouds.items()]
    return {
        "from_day": begins_on.isoformat(),
        "to_day": (_next(begins_on) - timedelta(days=1)).isoformat(),
        "usage": round(sum(whole.values()), 4),
        "breakdown": whole,
        **({"product_environment_breakdown": each} if clouds else {}),
    }


def _breakdown(used: Used) -> dict[str, float]:
    """In credits."""
    found: dict[str, float] = {}
    for kind in Kind:
        found[f"storage_{kind.value}"] = used.of(Meter.STORAGE_BYTES, kind=kind.value) / BYTES_A_CREDIT
        found[f"bandwidth_{kind.value}"] = used.of(Meter.BANDWIDTH_BYTES, kind=kind.value) / BYTES_A_CREDIT
    made = {kind: used.of(Meter.TRANSFORMATIONS, kind=kind.value) for kind in Kind}
    # What is told of a picture is made of the picture, and is no file of a kind that clients know here.
    found["transformations_image"] = (made[Kind.IMAGE] + made[Kind.RAW]) / TRANSFORMATIONS_A_CREDIT
    found["transformations_video"] = made[Kind.VIDEO] / TRANSFORMATIONS_A_CREDIT
    return {name: round(value, 4) for name, value in found.items()} | dict.fromkeys(_FREE, 0.0)
