"""Started: an installation for a part of the bench, on a machine that may have other things to do."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.installation import Installation

PATIENCE = 4
"""So many times as long as a test waits for one."""


@contextlib.contextmanager
def started(folder: Path, **settings: str) -> Iterator[Installation]:
    """One web process; everything else as it comes."""
    environment = {"SAFELIGHT_SERVER_LOG_FORMAT": "json", **settings}
    safelight = Installation(folder, arguments=("--workers", "1"), environment=environment)
    try:
        begin(safelight)
        yield safelight
    finally:
        if safelight.process is not None:
            safelight.stop()


def begin(safelight: Installation) -> None:
    for left in reversed(range(PATIENCE)):
        try:
            if safelight.process is None:
                safelight.start()
            else:
                safelight.wait_ready()
            return
        except AssertionError:
            is_alive = safelight.process is not None and safelight.process.poll() is None
            if not (left and is_alive):
                raise
