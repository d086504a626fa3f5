"""An account with ten thousand assets: handed out in constant memory, forgotten step by step with progress."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import text

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.clock import StillClock
from safelight.people import subjects as of_people
from safelight.ports.blobs import Stat
from safelight.ports.database import Database
from safelight.privacy.erase import Erase
from safelight.privacy.erasure import State
from safelight.privacy.looking import Looking
from tests.privacy import filling
from tests.privacy.evidence import receipts_of
from tests.privacy.test_erase import KEYS, keepers_with
from tests.privacy.test_export import export_with, into

FEW, MANY = 100, 10_000
BATCH_ROWS = 1000
MEMORY_BYTES = 48 * 1024 * 1024
"""What is known of each file until the manifest is written lies in a file of the moment; a zip holds its list of files,
of which a volume has no more than some number."""
MORE = text(
    "INSERT INTO assets SELECT made.* FROM (SELECT * FROM assets LIMIT 1) one, "
    "generate_series(CAST(:first AS int), :last) n, jsonb_populate_record(CAST(one AS assets), jsonb_build_object("
    "'id', 'a' || n, 'version_id', 'v' || n, 'name', 'picture' || n)) made"
)


def count_peak_from_here() -> None:
    """The kernel begins anew to note how large this process was (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def memory_peak_bytes() -> int:
    [kib] = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(kib) * 1024


class Everywhere(MemoryBlobs):
    """Has a file of one byte at each place."""

    async def stat(self, key: str) -> Stat:
        return Stat(key, 1)

    async def open(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        yield b"x"


class Seen(io.RawIOBase):
    """Takes bytes and keeps the end, in which the manifest lies."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)


async def test_it_is_handed_out_in_constant_memory_and_forgotten_with_progress(database: Database, clock: StillClock):
    ann = filling.somebody("canaryann")
    async with database.transaction() as session:
        subject = await filling.fill(session, ann, KEYS, clock.now())
    export, peaks = export_with(database, clock, Everywhere()), list[int]()
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        async with database.transaction() as session:
            await session.execute(MORE, {"first": first, "last": last})
        count_peak_from_here()
        tally = await export.write(subject, into(Seen()))
        peaks.append(memory_peak_bytes())
    assert tally.counts["assets"] == MANY + 1
    assert peaks[1] < peaks[0] + MEMORY_BYTES

    keepers = keepers_with(MemoryBlobs())
    looking, receipts = Looking(database, keepers, clock, {}), receipts_of(database, clock)
    erase = Erase(
        database, keepers, KEYS, clock, of_people.freeze, lambda _: {}, looking, receipts, batch_rows=BATCH_ROWS
    )
    async with database.transaction() as session:
        id = await erase.start(session, subject)
    dones = list[int]()
    erasure = await erase.find(id)
    while erasure.state is State.RUNNING:
        erasure = await erase.find(id)
        dones += [step["done"] for step in erasure.steps if step["sheet"] == "assets"]
        erasure = await erase.run(id, steps_max=1)
    assert erasure.state is State.DONE
    assert erasure.erased["assets"] == MANY + 1
    assert len(set(dones)) > 1
