"""Budget: so many bytes for all requests of one process together; who needs more is told to come again."""

from types import TracebackType

from safelight.kernel.errors import Busy

RETRY_SECONDS = 5


class Budget:
    """What requests share. `free_bytes` of each are not counted, so that small ones pass when large ones fill it."""

    def __init__(self, bytes_max: int, *, free_bytes: int, words: str) -> None:
        self.free_bytes = free_bytes
        self._bytes_max = bytes_max
        self._words = words
        self._taken_bytes = 0

    @property
    def taken_bytes(self) -> int:
        return self._taken_bytes

    def share(self) -> "Share":
        return Share(self)

    def take(self, size_bytes: int) -> None:
        """Raises Busy when nothing is left."""
        if self._taken_bytes + size_bytes > self._bytes_max:
            raise Busy(self._words, retry_after_seconds=RETRY_SECONDS)
        self._taken_bytes += size_bytes

    def give_back(self, size_bytes: int) -> None:
        self._taken_bytes -= size_bytes


class Share:
    """What one request has taken; given back when it is over."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._asked_bytes = 0
        self._taken_bytes = 0
        self._is_over = False

    def take(self, size_bytes: int) -> None:
        """Raises Busy. After `give_back` nothing is counted any more."""
        if self._is_over:
            return
        self._asked_bytes += size_bytes
        more = self._asked_bytes - self._budget.free_bytes - self._taken_bytes
        if more > 0:
            self._budget.take(more)
            self._taken_bytes += more

    def give_back(self) -> None:
        self._is_over = True
        self._budget.give_back(self._taken_bytes)
        self._taken_bytes = 0

    def __enter__(self) -> "Share":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()
