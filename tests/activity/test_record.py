"""The collector: alike answers are one line, its memory has an end, what cannot be written now is written later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from safelight.activity import record
from safelight.activity.model import Line
from safelight.activity.record import Recorded, Recorder
from safelight.kernel.errors import Internal, NotAvailable
from tests.activity.lines import lines_of, tallied


class Book:
    """Stands for the database: what was written, and what it says to the next attempts."""

    def __init__(self) -> None:
        self.batches: dict[str, list[Line]] = {}
        self.lost = 0
        self.tries = 0
        self.faults: list[Exception] = []

    async def __call__(self, batch_id, tally, lost):
        self.tries += 1
        if self.faults:
            raise self.faults.pop(0)
        self.batches[batch_id] = lines_of(tally)
        self.lost += lost

    @property
    def lines(self) -> list[Line]:
        return [line for lines in self.batches.values() for line in lines]


@pytest.fixture
def book():
    return Book()


@pytest.fixture
def recorder(book, clock):
    return Recorder(book, clock, lines_max=10)


@pytest.fixture
def line(clock):
    return Line(clock.now(), "GET", "/{delivery}", 200, 5, cloud_id="acme", address="192.0.2.1", agent="curl/8")


async def test_answers_that_are_alike_are_one_line(recorder, book, line):
    for _ in range(3):
        recorder.note(line)
    recorder.note(replace(line, status=304, bytes_sent=0))
    await recorder.flush()
    assert sorted((each.status, each.requests, each.bytes_sent) for each in book.lines) == [(200, 3, 15), (304, 1, 0)]
    assert recorder.recorded() == Recorded(4, 0)


async def test_who_collects_by_himself_is_asked_with_the_moment_that_is_over(recorder, book, line, clock):
    began = recorder.moment
    recorder.sources.append(lambda at: tallied(replace(line, at=at)).items())
    clock.advance(timedelta(seconds=5))
    await recorder.flush()
    assert [each.at for each in book.lines] == [began]
    assert recorder.moment == began + timedelta(seconds=5)


async def test_past_its_room_a_line_loses_who_asked_and_not_what_was_sent(recorder, book, line):
    for number in range(15):
        recorder.note(replace(line, address=f"192.0.2.{number}"))
    await recorder.flush()
    assert len(book.lines) == 11
    assert sum(each.bytes_sent for each in book.lines) == 15 * 5
    assert [each.requests for each in book.lines if not each.address] == [5]
    assert book.lost == 5
    assert recorder.recorded() == Recorded(15, 5)


async def test_memory_has_an_end(recorder, book, line):
    for number in range(100):
        recorder.note(replace(line, route=f"/{number}"))
    await recorder.flush()
    assert len(book.lines) == 20
    assert book.lost == 90


async def test_what_cannot_be_written_now_is_written_later_and_once(recorder, book, line):
    book.faults = [NotAvailable("away")] * 20
    recorder.note(line)
    for _ in range(10):
        await recorder.flush()
    recorder.note(replace(line, status=404))
    assert book.lines == []
    book.faults = []
    await recorder.flush()
    await recorder.flush()
    assert sorted(each.status for each in book.lines) == [200, 404]
    assert recorder.recorded() == Recorded(2, 0)


@pytest.mark.parametrize("fault", [Internal("no"), ValueError("no")], ids=["refused", "broken"])
async def test_what_can_never_be_written_is_lost_and_does_not_stand_in_the_way(recorder, book, line, fault, caplog):
    book.faults = [fault] * record.TRIES_MAX
    recorder.note(line)
    for _ in range(record.TRIES_MAX):
        await recorder.flush()
    recorder.note(replace(line, status=404))
    await recorder.flush()
    assert [each.status for each in book.lines] == [404]
    assert recorder.recorded() == Recorded(1, 1)
    assert "192.0.2" not in caplog.text


async def test_a_clean_stop_writes_everything(recorder, book, line):
    book.faults = [NotAvailable("away")]
    recorder.note(line)
    recorder.sources.append(lambda at: tallied(*([replace(line, at=at, status=206)] if not book.tries else [])).items())
    await recorder.close()
    assert sorted(each.status for each in book.lines) == [200, 206]


async def test_a_stop_does_not_wait_for_ever(recorder, book, line, monkeypatch):
    monkeypatch.setattr(record, "CLOSE_SECONDS_MAX", 0.1)
    book.faults = [NotAvailable("away")] * 1000
    recorder.note(line)
    await recorder.close()
    assert recorder.recorded() == Recorded(0, 1)
