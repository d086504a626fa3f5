"""SettableClock: stands at what a file in the data folder says, so that one command moves every process."""

from datetime import UTC, datetime
from pathlib import Path

from safelight.adapters.durable import write_whole
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid

CLOCK_FILE = "clock"


class SettableClock:
    """A Clock for tests of a running installation (SAFELIGHT_TEST_CLOCK). Until it is set it shows `unset`'s time."""

    def __init__(self, data: Path, unset: Clock) -> None:
        self._file = data / CLOCK_FILE
        self._unset = unset
        self._seen: tuple[int, int] | None = None
        self._at: datetime | None = None

    def now(self) -> datetime:
        """One stat a call; the file is read again only when it is another one."""
        try:
            facts = self._file.stat()
        except FileNotFoundError:
            return self._unset.now()
        seen = (facts.st_ino, facts.st_mtime_ns)
        if self._at is None or seen != self._seen:
            self._at = moment(self._file.read_text())
            self._seen = seen
        return self._at

    def set(self, at: datetime) -> None:
        """Move every process that reads this file; each sees the old time or the new one."""
        write_whole(self._file, f"{at.astimezone(UTC).isoformat()}\n".encode())


def moment(text: str) -> datetime:
    """An RFC 3339 text as a moment in UTC; raises Invalid for another text or one without an offset."""
    try:
        at = datetime.fromisoformat(text.strip())
        if at.tzinfo is None:
            raise ValueError("no offset")
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = f"Not a time of RFC 3339 with an offset: {text.strip()[:64]!r}; such as 2026-01-31T12:00:00Z"
        raise Invalid(message) from error
