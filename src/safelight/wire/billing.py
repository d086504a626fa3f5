"""What an account used -> the JSON that clients know, in credits; pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from safelight.assets.stock import Added
from safelight.kernel.errors import Invalid
from safelight.kernel.media import Kind
from safelight.wire.params import Words, number
from safelight.wire.usage import BYTES_A_CREDIT, PLAN, TRANSFORMATIONS_A_CREDIT

YEAR_MIN = 2000
YEAR_MAX = 9998
MONTHS = 12

# What is handed out is not counted for each cloud.
_UNCOUNTED = ("bandwidth_image", "bandwidth_video", "bandwidth_raw", "image_impressions", "video_seconds")


@dataclass(frozen=True)
class Bill:
    """What was stored at the end of each month, and what was made within it, for each cloud."""

    stored: Sequence[Added]
    made: Sequence[Added]
    taken_in: Sequence[Added]


def year_of(words: Words, now: datetime) -> int:
    """The year that is asked for, or this one."""
    year = number(words, "year", low=YEAR_MIN, high=YEAR_MAX) or now.year
    if year > now.year:
        raise Invalid(f"Invalid value {year} for parameter year: it is still to come")
    return year


def end_of(year: int) -> date:
    """The first day after it."""
    return date(year + 1, 1, 1)


def billing_json(bill: Bill, year: int, now: datetime, names: Mapping[str, str] | None) -> dict[str, Any]:
    """Month by month; `names` are those of the clouds, where each shall be told of as well."""
    months = [date(year, month, 1) for month in range(1, MONTHS + 1) if date(year, month, 1) <= now.date()]
    clouds = _by_cloud(bill, names or {})
    cycles = [_cycle(bill, begins_on, clouds) for begins_on in months]
    metric = {
        "metric": "credit",
        "usage": round(sum(cycle["usage"] for cycle in cycles), 4),
        "cycles": cycles,
        "monthly_cycles": cycles,
    }
    return {"plan_name": PLAN, "metric_usage": [metric]}


def _cycle(bill: Bill, begins_on: date, clouds: Mapping[str, Bill]) -> dict[str, Any]:
    ends_on = (begins_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    month = f"{begins_on:%Y-%m}"
    whole = _breakdown(bill, month)
    each = [{"cloud_name": name, **_breakdown(part, month)} for name, part in clouds.items()]
    return {
        "from_day": begins_on.isoformat(),
        "to_day": ends_on.isoformat(),
        "usage": round(sum(whole.values()), 4),
        "breakdown": whole,
        **({"product_environment_breakdown": each} if clouds else {}),
    }


def _by_cloud(bill: Bill, names: Mapping[str, str]) -> Mapping[str, Bill]:
    """What each cloud used, by its name."""
    stored, made, taken_in = (_sorted_out(part) for part in (bill.stored, bill.made, bill.taken_in))
    return {name: Bill(stored[id], made[id], taken_in[id]) for id, name in names.items()}


def _sorted_out(added: Sequence[Added]) -> Mapping[str, Sequence[Added]]:
    found = defaultdict[str, list[Added]](list)
    for each in added:
        found[each.cloud_id].append(each)
    return found


def _breakdown(bill: Bill, month: str) -> dict[str, float]:
    """In credits."""
    found = {f"storage_{kind.value}": 0.0 for kind in Kind}
    found |= {f"transformations_{kind.value}": 0.0 for kind in Kind if kind is not Kind.RAW}
    for each in (*bill.stored, *bill.made):
        if each.month <= month:
            found[f"storage_{each.kind.value}"] += each.size_bytes / BYTES_A_CREDIT
    for each in (*bill.taken_in, *bill.made):
        if each.month == month and each.kind is not Kind.RAW:
            found[f"transformations_{each.kind.value}"] += each.count / TRANSFORMATIONS_A_CREDIT
    return {name: round(value, 4) for name, value in found.items()} | dict.fromkeys(_UNCOUNTED, 0.0)
