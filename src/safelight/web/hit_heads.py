"""Heads: requests that were answered here before, letter for letter, so that nobody parses them again."""

from dataclasses import dataclass

HEAD_BYTES_MAX = 2048
"""A longer request is parsed each time; browsers send less than half of it."""
HEADS_MAX = 8192
PERSONAL = frozenset({b"cookie", b"authorization"})
"""What carries one of these is not remembered: it would be of no use to anybody else."""


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What a request for a whole file asks for, and who sends it."""

    method: bytes
    key: tuple[bytes, bytes]
    """Host and target."""
    varies_by: tuple[bytes, ...]
    varied: tuple[bytes | None, ...]
    keeps_alive: bool
    agent: bytes | None
    forwarded: bytes | None


class Heads:
    """A table with an end, in two halves: what nobody sent again while the newer one filled goes with the older."""

    def __init__(self, heads_max: int = HEADS_MAX) -> None:
        self._half = heads_max // 2
        self._newer: dict[bytes, Head] = {}
        self._older: dict[bytes, Head] = {}

    def __len__(self) -> int:
        return len(self._newer) + len(self._older)

    def find(self, data: bytes) -> Head | None:
        head = self._newer.get(data)
        if head is None and self._older:
            head = self._older.pop(data, None)
            if head is not None:
                self._newer[data] = head
        return head

    def keep(self, data: bytes, head: Head) -> None:
        if len(data) > HEAD_BYTES_MAX or not self._half:
            return
        if len(self._newer) >= self._half:
            self.turn()
        self._newer[data] = head

    def turn(self) -> None:
        """What was not sent since the last turn is forgotten."""
        self._older, self._newer = self._newer, {}
