"""What a process lost that was killed is counted by the next one: once, and not what it had written."""

import pytest

from safelight.activity import losses
from safelight.activity.beacon import Beacon
from safelight.activity.model import Line
from safelight.activity.record import Recorded, Recorder
from safelight.activity.tally import Tally
from safelight.kernel.ids import new_id
from tests.activity.lines import lines_of, rows, tallied


def kill(beacon: Beacon) -> None:
    """As the system does it: the lock is gone, the file stays."""
    beacon._number.release()
    beacon._map.close()
    beacon._file.close()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "recording"


async def told(database, folder, now) -> tuple[int, list[int]]:
    found = await losses.count_left(database, folder, now)
    return found, [row["lost"] for row in await rows(database, "SELECT lost FROM activity_batches WHERE lost > 0")]


async def test_who_lives_has_lost_nothing_and_who_was_killed_is_counted_once(database, folder, now):
    beacon = Beacon(folder)
    beacon.count(5)
    beacon.settled(3)
    beacon.count()
    assert await told(database, folder, now) == (0, [])
    kill(beacon)
    assert await told(database, folder, now) == (3, [3])
    assert await told(database, folder, now) == (0, [3])
    assert not list(folder.iterdir())


@pytest.mark.parametrize(("is_written", "lost"), [(True, 1), (False, 5)])
async def test_a_batch_that_was_on_its_way_is_lost_if_its_row_is_not_there(database, folder, now, is_written, lost):
    beacon, batch_id = Beacon(folder), new_id()
    beacon.count(4)
    beacon.writing(batch_id, 4)
    beacon.count()
    if is_written:
        async with database.transaction() as session:
            from safelight.activity.store import activity_batches

            await session.execute(activity_batches.insert().values(id=batch_id, at=now, requests=4, lost=0))
    kill(beacon)
    assert await told(database, folder, now) == (lost, [lost])


async def test_what_is_no_beacon_is_let_be(database, folder, now):
    folder.mkdir()
    (folder / new_id()).write_bytes(b"short")
    assert await told(database, folder, now) == (0, [])


async def test_the_collector_counts_what_it_writes_and_leaves_nothing_at_a_clean_stop(database, folder, now, clock):
    written: list[Line] = []

    async def write(batch_id: str, tally: Tally, lost: int) -> None:
        del batch_id, lost
        written.extend(lines_of(tally))

    recorder = Recorder(write, clock, beacon=Beacon(folder))
    line = Line(now, "GET", "/", 200)
    recorder.note(line)
    recorder.sources.append(
        lambda at: tallied(*([] if written else [Line(at, "GET", "/hit", 200, requests=2)])).items()
    )
    recorder.beacon.count(2)
    await recorder.flush()
    assert sum(each.requests for each in written) == recorder.beacon.answered == 3
    recorder.tell_lost(4)
    assert recorder.recorded() == Recorded(3, 4)
    await recorder.close()
    assert not list(folder.iterdir())
    assert await told(database, folder, now) == (0, [])
