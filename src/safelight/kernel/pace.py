"""Pace: how often each of many did something in a span of time. In memory, of one process, and of names only a hash."""

import hashlib
import ipaddress
from collections import OrderedDict
from datetime import UTC, datetime
from math import ceil
from typing import TypeVar

from safelight.kernel.errors import TooMany
from safelight.kernel.ids import random_bytes

E = TypeVar("E", bound=TooMany)

NAMES_MAX = 100_000
"""Names that are told apart; who floods us from more of them pushes out the oldest."""
NETWORK_BITS_V6 = 64
"""One client has as many addresses of IPv6 as it wants, and all of them in one such network."""


class Pace:
    """At most `count_max` times in each span of `seconds`; 0: any number of times. Spans begin at round times."""

    def __init__(self, count_max: int, *, seconds: int, names_max: int = NAMES_MAX) -> None:
        self.count_max = count_max
        self.seconds = seconds
        self._names_max = names_max
        self._counts: OrderedDict[bytes, int] = OrderedDict()
        self._span = 0
        # Whoever reads this memory learns nothing of who was here.
        self._key = random_bytes(32)

    def is_spent(self, name: str, now: datetime) -> bool:
        """Whether once more would be too much."""
        if not self.count_max:
            return False
        self._turn(now)
        return self._counts.get(self._hidden(name), 0) >= self.count_max

    def spend(self, name: str, now: datetime) -> bool:
        """Once more; False if that is too much."""
        if not self.count_max:
            return True
        self._turn(now)
        hidden = self._hidden(name)
        count = self._counts.pop(hidden, 0) + 1
        self._counts[hidden] = count
        if len(self._counts) > self._names_max:
            self._counts.popitem(last=False)
        return count <= self.count_max

    def resets_at(self, now: datetime) -> datetime:
        return span_end(now, self.seconds)

    def _turn(self, now: datetime) -> None:
        span = int(now.timestamp()) // self.seconds
        if span != self._span:
            self._span = span
            self._counts.clear()

    def _hidden(self, name: str) -> bytes:
        return hashlib.blake2b(name.encode(errors="replace"), key=self._key, digest_size=12).digest()

    def __len__(self) -> int:
        return len(self._counts)


def span_end(now: datetime, seconds: int) -> datetime:
    """When the span of a moment is over."""
    return datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, UTC)


def counted_as(address: str) -> str:
    """What an address is counted as: itself, or the network that one client has."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, NETWORK_BITS_V6), strict=False))
    return str(found)


def exceeded(kind: type[E], limit: int, what: str, resets_at: datetime, now: datetime) -> E:
    """The error, in words that clients know."""
    return kind(
        f"Rate Limit Exceeded. Limit of {limit} {what} reached. Try again on {resets_at:%Y-%m-%d %H:%M:%S} UTC",
        retry_after_seconds=max(1, ceil((resets_at - now).total_seconds())),
    )
