"""Words of a search -> numbers and moments, with the units that people write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from safelight.assets.query import QueryError, Text

Units = Mapping[str, float]

# Sizes of files count in powers of 1024, as folders of most systems show them.
SIZES: Units = {
    "": 1, "b": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2, "g": 1024**3, "gb": 1024**3,
}  # fmt: skip
PIXELS: Units = {"": 1, "p": 1, "k": 1e3, "m": 1e6, "mp": 1e6}
SECONDS: Units = {"": 1, "s": 1, "m": 60, "h": 3600}
PLAIN: Units = {"": 1}
# How far back from now; a month has 30 days and a year 365.
_AGO_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30, "y": 24 * 365}

NUMBER_MAX = 1e15
AGO_HOURS_MAX = 24 * 365 * 1000

_NUMBER = re.compile(r"(-?\d{1,18}(?:\.\d{1,18})?)\s*([a-z]{0,2})", re.ASCII)
_AGO = re.compile(r"(\d{1,9})([hdwmy])", re.ASCII)
_RATIO = re.compile(r"(\d{1,9}(?:\.\d{1,9})?):(\d{1,9}(?:\.\d{1,9})?)", re.ASCII)
_STEPS = {
    4: ("%Y", 366),
    7: ("%Y-%m", 31),
    10: ("%Y-%m-%d", 1),
}


@dataclass(frozen=True)
class Asked:
    """What a value is read against: the whole text, for errors that point into it, and the moment."""

    text: str
    now: datetime

    def wrong(self, value: Text, message: str) -> QueryError:
        return QueryError(message, self.text, value.start, value.end)


@dataclass(frozen=True)
class Span:
    """A stretch of time: a day, where only the day is told; `end` is the first moment behind it."""

    start: datetime
    end: datetime


def number(value: Text, asked: Asked, units: Units) -> float:
    match = _NUMBER.fullmatch(value.text.strip().lower())
    if match is None or match[2] not in units or value.is_prefix:
        known = ", ".join(unit for unit in units if unit)
        raise asked.wrong(value, "a number is needed here" + (f", with one of the units {known}" if known else ""))
    found = float(match[1]) * units[match[2]]
    if abs(found) > NUMBER_MAX:
        raise asked.wrong(value, "this number is too large")
    return found


def ratio(value: Text, asked: Asked) -> float:
    """`16:9`, or a number."""
    match = _RATIO.fullmatch(value.text.strip())
    if match is None:
        return number(value, asked, PLAIN)
    if float(match[2]) == 0:
        raise asked.wrong(value, "a ratio has no zero in it")
    return float(match[1]) / float(match[2])


def span(value: Text, asked: Asked) -> Span:
    """A year, month, day or moment; or how long ago: `1d`. Without a zone it is UTC."""
    text = value.text.strip()
    ago = _AGO.fullmatch(text.lower())
    try:
        if ago is not None:
            hours = min(int(ago[1]) * _AGO_HOURS[ago[2]], AGO_HOURS_MAX)
            moment = asked.now - timedelta(hours=hours)
            return Span(moment, moment + timedelta(seconds=1))
        if len(text) in _STEPS and not value.is_prefix:
            return _step(text)
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return Span(moment.astimezone(UTC), moment.astimezone(UTC) + timedelta(seconds=1))
    except (ValueError, OverflowError) as error:
        message = "a time is needed here, such as 2024-06-25, 2024-06-25T17:33:24Z or 4w for four weeks ago"
        raise asked.wrong(value, message) from error


def _step(text: str) -> Span:
    pattern, days = _STEPS[len(text)]
    start = datetime.strptime(text, pattern).replace(tzinfo=UTC)
    end = start + timedelta(days=days)
    if days > 1:  # To the first of the next month or year.
        end = end.replace(day=1, month=end.month if days == 31 else 1)
    return Span(start, end)
