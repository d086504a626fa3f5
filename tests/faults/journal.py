"""Journal: what clients asked for and what they were told, and so what must be true of each file whatever broke."""

import threading
from collections import Counter
from dataclasses import dataclass, field

World = dict[str, str | None]
"""Name -> md5 of what lies there, None for nothing."""


@dataclass
class Slot:
    """The names of one file through its life: `worlds` are all that may be true; one of them where nothing is open."""

    worlds: list[World]
    seen: set[str] = field(default_factory=set[str])
    """Every content that it ever had."""

    @property
    def is_sure(self) -> bool:
        return len(self.worlds) == 1

    @property
    def name(self) -> str | None:
        """Where it lies; None where it does not, or where that is open."""
        return next((name for name, md5 in self.worlds[0].items() if md5), None) if self.is_sure else None

    def changes(self, after: World, *, is_acknowledged: bool) -> None:
        """Who was not told may have been heard all the same."""
        before = self.worlds[0]
        self.worlds = [before | after] if is_acknowledged else [before, before | after]

    def fits(self, shown: World) -> bool:
        return any(all(shown.get(name) == md5 for name, md5 in world.items()) for world in self.worlds)


class Journal:
    """What all clients together know. Clients are threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.slots: list[Slot] = []
        self.colours: dict[str, tuple[int, int, int]] = {}
        """What each content looks like."""
        self.answers: Counter[str] = Counter()
        self.wrongs: list[str] = []
        self._count = 0

    def number(self) -> int:
        with self._lock:
            self._count += 1
            return self._count

    def began(self, slot: Slot) -> Slot:
        with self._lock:
            self.slots.append(slot)
        return slot

    def told(self, verb: str, answer: int | str) -> None:
        with self._lock:
            self.answers[f"{verb} {answer}"] += 1

    def wrong(self, words: str) -> None:
        with self._lock:
            self.wrongs.append(words)
