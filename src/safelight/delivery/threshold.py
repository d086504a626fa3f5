"""Threshold: who looks a file up while as many are made as may be. Who asks for something new hears no at once.

What is there is handed out however much is asked for that is new. Whether a file is there only a look can tell, and
in a flood there is no room for so many looks; so what was answered before is known again by a few bits, and of all
else some are looked up at a time.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from safelight.kernel.errors import Busy

RETRY_SECONDS = 5
BITS_EACH = 10
HASHES = 4
"""With so many bits for each, about one in eighty is taken for another."""

IsFull = Callable[[str, int], bool]
"""Whether so many more of a cloud would be more than are made or waited for."""


class Known:
    """Words that were said, in a few bits each; now and then another is taken for one. The oldest half is forgotten.

    Python mixes a number of its own into each process's hashes, so that nobody finds words that look like others.
    """

    def __init__(self, count_max: int) -> None:
        self._count_max = max(1, count_max // 2)
        self._bits = max(64, self._count_max * BITS_EACH)
        self._new, self._old = self._empty(), self._empty()
        self._count = 0

    def add(self, word: str) -> None:
        if _has(self._new, self._places(word)):
            return
        if self._count >= self._count_max:
            self._new, self._old, self._count = self._empty(), self._new, 0
        self._count += 1
        for place in self._places(word):
            self._new[place >> 3] |= 1 << (place & 7)

    def __contains__(self, word: str) -> bool:
        places = self._places(word)
        return _has(self._new, places) or _has(self._old, places)

    def _places(self, word: str) -> list[int]:
        mixed = hash(word) & (2**64 - 1)
        first, step = mixed & (2**32 - 1), mixed >> 32 | 1
        return [(first + number * step) % self._bits for number in range(HASHES)]

    def _empty(self) -> bytearray:
        return bytearray(self._bits // 8 + 1)


def _has(bits: bytearray, places: list[int]) -> bool:
    return all(bits[place >> 3] & 1 << (place & 7) for place in places)


@dataclass
class _Crowd:
    """Those who ask for files of one cloud just now."""

    room: asyncio.Semaphore
    inside: int = 0
    strangers: int = 0
    """Of those who look something up, the ones who ask for what was not answered before."""
    cloud_id: str | None = None


@dataclass
class Place:
    """Of one request, while it looks something up."""

    crowd: _Crowd
    is_stranger: bool
    is_left: bool = field(default=False, init=False)

    def belongs_to(self, cloud_id: str) -> None:
        """The cloud has been found: from now on it is known whether its share is full."""
        self.crowd.cloud_id = cloud_id

    def leave(self) -> None:
        """What follows takes long, and is bounded elsewhere. May be called twice."""
        if not self.is_left:
            self.is_left = True
            self.crowd.strangers -= self.is_stranger
            self.crowd.room.release()


class Threshold:
    """Of one process. In front of everything that delivery asks the database."""

    def __init__(self, is_full: IsFull, *, looking_max_each: int, full_max_each: int, known_max: int) -> None:
        self._is_full = is_full
        self._looking_max_each = looking_max_each
        self._full_max_each = full_max_each
        self._known = Known(known_max)
        self._crowds: dict[str, _Crowd] = {}

    @asynccontextmanager
    async def cross(self, cloud_name: str, words: str) -> AsyncGenerator[Place]:
        """`words` are all that a request says of what it wants. Raises Busy before anything was done."""
        crowd = self._crowds.get(cloud_name)
        if crowd is None:
            crowd = self._crowds[cloud_name] = _Crowd(asyncio.Semaphore(self._looking_max_each))
        crowd.inside += 1
        try:
            place = await self._enter(crowd, is_stranger=words not in self._known)
            try:
                yield place
            finally:
                place.leave()
            self._known.add(words)
        finally:
            crowd.inside -= 1
            if not crowd.inside:
                del self._crowds[cloud_name]

    async def _enter(self, crowd: _Crowd, *, is_stranger: bool) -> Place:
        if is_stranger:
            self._check(crowd)
        await crowd.room.acquire()
        try:
            # It may have become full while we waited.
            if is_stranger:
                self._check(crowd)
        except Busy:
            crowd.room.release()
            raise
        crowd.strangers += is_stranger
        return Place(crowd, is_stranger)

    def _check(self, crowd: _Crowd) -> None:
        if crowd.strangers < self._full_max_each:
            return
        # Who looks something up may be about to have it made. Of a cloud that is not found yet nothing else is known.
        if self._is_full(crowd.cloud_id or "", crowd.strangers):
            raise Busy("Too many files are being made just now; try again.", retry_after_seconds=RETRY_SECONDS)
