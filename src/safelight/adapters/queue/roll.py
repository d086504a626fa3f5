"""Roll: which workers of this machine live, told by locks on files, so that nobody waits until a dead one is silent."""

import fcntl
import re
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from safelight.kernel.ids import new_id

DEAD_MAX = 1000
"""So many are remembered. Who is forgotten is dead by its silence."""
BYTES_MAX = 100_000
WHOLE = re.compile(r"w(\d+);")
"""A number that was cut off, since the disk was full, would be that of somebody who lives."""


class Roll:
    """One file for each process, with the numbers of its workers. The kernel lets go of its lock when it dies.

    A file that cannot be written costs nothing but time: then the silence tells.
    """

    def __init__(self, folder: Path | None) -> None:
        """None: only of this process is it known who has ended."""
        self._folder = folder
        self._file: IO[str] | None = None
        self._living: list[int] = []
        # Kept after their jobs were rescued: what a dead worker had asked for may be done after that.
        self._dead: deque[int] = deque(maxlen=DEAD_MAX)

    @contextmanager
    def held(self) -> Generator[None]:
        """As long as this process works."""
        path = self._made()
        try:
            yield
        finally:
            if path is not None:
                path.unlink(missing_ok=True)
            if self._file is not None:
                self._file.close()
                self._file = None

    def _made(self) -> Path | None:
        if self._folder is None:
            return None
        name = new_id()
        path, before = self._folder / name, self._folder / f".{name}"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = before.open("w")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Under its name it is locked from the first moment.
            return before.rename(path)
        return None

    def add(self, worker_id: int) -> None:
        """Before it takes its first job."""
        self._living.append(worker_id)
        if self._file is not None:
            with suppress(OSError):
                self._file.write(f"w{worker_id};")
                self._file.flush()

    def ended(self) -> None:
        """None of those of this process runs anything any more."""
        self._dead.extend(self._living)
        self._living.clear()

    def dead(self) -> list[int]:
        """Also those of processes that were killed; their files are read once."""
        for path in self._folder.iterdir() if self._folder is not None and self._folder.is_dir() else ():
            with suppress(OSError), path.open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._dead.extend(int(number) for number in WHOLE.findall(file.read(BYTES_MAX)))
                path.unlink(missing_ok=True)
        return list(self._dead)
