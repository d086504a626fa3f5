"""Quota: how much of what it may a cloud has used, what follows, and of what its owners are told; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from safelight.kernel.errors import Invalid
from safelight.settings import UsageSettings
from safelight.usage.model import CREDITS, LIMITED, ROLLING_DAYS, Meter, PastQuota, Period, Quota, Used

T = TypeVar("T", bound=StrEnum)

PERCENTS = (50, 80, 90, 100)
"""At these shares of a limit owners are told."""
LIMIT_MAX = 2**62

WORDS = {
    CREDITS: "credits",
    Meter.TRANSFORMATIONS.value: "transformations",
    Meter.STORAGE_BYTES.value: "bytes of storage",
    Meter.BANDWIDTH_BYTES.value: "bytes of bandwidth",
    Meter.VIDEO_SECONDS.value: "seconds of video",
}


@dataclass(frozen=True)
class Share:
    """How much of one limit is used."""

    meter: str
    used: float
    limit: int

    @property
    def percent(self) -> float:
        return round(100 * self.used / self.limit, 2)

    @property
    def is_reached(self) -> bool:
        return self.used >= self.limit

    def used_words(self) -> str:
        return f"{self.used:,.2f}".rstrip("0").rstrip(".")

    def words(self) -> str:
        return f"{self.used_words()} of {self.limit:,} {WORDS[self.meter]}"


@dataclass(frozen=True)
class Verdict:
    """What a cloud may still do. `words` say which limits are reached."""

    refuses_new: bool = False
    refuses_all: bool = False
    words: str = ""


OPEN = Verdict()


def of_settings(settings: UsageSettings) -> Quota:
    """What holds for every cloud that has nothing of its own."""
    limits = {
        CREDITS: settings.credits_max,
        Meter.TRANSFORMATIONS.value: settings.transformations_max,
        Meter.STORAGE_BYTES.value: settings.storage_bytes_max,
        Meter.BANDWIDTH_BYTES.value: settings.bandwidth_bytes_max,
        Meter.VIDEO_SECONDS.value: settings.video_seconds_max,
    }
    return Quota(
        {name: limit for name, limit in limits.items() if limit > 0},
        past_of(settings.past_quota),
        period_of(settings.quota_period),
    )


def past_of(word: str) -> PastQuota:
    return _named(PastQuota, word, "what happens past a quota")


def period_of(word: str) -> Period:
    return _named(Period, word, "the period of a quota")


def _named(kind: type[T], word: str, what: str) -> T:
    try:
        return kind(word)
    except ValueError as error:
        known = ", ".join(each.value for each in kind)
        raise Invalid(f"Unknown word {word[:40]!r} for {what}; it is one of: {known}") from error


def check_limit(name: str, limit: int) -> int:
    """The limit itself, or Invalid; 0 stands for none."""
    if name not in LIMITED:
        raise Invalid(f"Nothing is limited by {name[:40]}; it is one of: {', '.join(LIMITED)}")
    if not 0 <= limit <= LIMIT_MAX:
        raise Invalid(f"A limit of {name} is a whole number from 0 (no limit) to {LIMIT_MAX}")
    return limit


def shares(quota: Quota, used: Used) -> list[Share]:
    """How much of each limit is used."""
    return [
        Share(name, used.credits if name == CREDITS else used.of(Meter(name)), quota.limits[name])
        for name in LIMITED
        if name in quota.limits
    ]


def verdict(quota: Quota, used: Used) -> Verdict:
    """What a cloud that used so much may still do."""
    reached = [share.words() for share in shares(quota, used) if share.is_reached]
    if not reached or quota.past in {PastQuota.OFF, PastQuota.WARN}:
        return OPEN
    return Verdict(
        refuses_new=True, refuses_all=quota.past is PastQuota.REFUSE, words=f"{'; '.join(reached)} {quota.period.words}"
    )


@dataclass(frozen=True)
class Alert:
    """Owners are to be told that so much of a limit is used."""

    share: Share
    percent: int
    passed: tuple[int, ...]
    """All that are passed and of which nobody was told: only the highest is told of."""


def due(quota: Quota, used: Used, told: Mapping[tuple[str, int], datetime], now: datetime) -> list[Alert]:
    """Of what to tell: of each share once in a period. `told`: of which something was said last, and when."""
    if quota.past is PastQuota.OFF:
        return []
    since = _since(quota.period, now)
    found: list[Alert] = []
    for share in shares(quota, used):
        passed = [percent for percent in PERCENTS if 100 * share.used >= percent * share.limit]
        lately = {percent for percent in PERCENTS if (at := told.get((share.meter, percent))) and at > since}
        untold = tuple(percent for percent in passed if percent not in lately)
        # Who was told of 90 lately need not hear of 50: it is said with the higher one.
        if untold and max(untold) > max(lately, default=0):
            found.append(Alert(share, max(untold), untold))
    return found


def _since(period: Period, now: datetime) -> datetime:
    """Who was told after that was told in this period."""
    if period is Period.ROLLING:
        return now - timedelta(days=ROLLING_DAYS)
    begins_at = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begins_at - timedelta(microseconds=1)
