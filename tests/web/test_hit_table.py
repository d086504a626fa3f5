"""The table of ready answers: what enters, what is found, what goes, and when."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safelight.assets.events import CHANGED
from safelight.delivery.model import Media
from safelight.web.hit_body import part_of
from safelight.web.hit_changes import DroppingDatabase, watch
from safelight.web.hit_table import (
    CHANGES_MAX,
    ENTRIES_SHARE,
    ENTRY_BYTES,
    VARIANT_BYTES_MAX,
    VARIANTS_MAX,
    Hits,
    answer_of,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MEDIA = Media("c", "a", "key", 4, "abc", "image/jpeg", AT)
HOST = b"here"
STALE = 0.5


@pytest.fixture
def hits() -> Hits:
    hits = Hits(bytes_max=1_000_000, file_bytes_max=100_000)
    hits.drop_all()
    hits.is_on = True
    return hits


def put(hits: Hits, target: bytes = b"/x", media: Media = MEDIA, *, path: Path | None = None, **headers: bytes) -> None:
    enter(hits, hits.generation, target, media, path, **headers)


def enter(
    hits: Hits, generation: int, target: bytes = b"/x", media: Media = MEDIA, path: Path | None = None, **headers: bytes
) -> None:
    named = {name.encode(): value for name, value in headers.items()}
    hits.put(generation, HOST, target, named, answer_of(media, path), b"body")


def found(hits: Hits, target: bytes = b"/x", **headers: bytes) -> bytes | None:
    answer = hits.find(HOST, target, {name.encode(): value for name, value in headers.items()})
    body = None if answer is None else hits.body(answer)
    return None if body is None else part_of(body, 0, len(body))


def test_what_entered_is_found_by_host_and_target(hits: Hits):
    put(hits)
    assert found(hits) == b"body"
    assert found(hits, b"/y") is None
    assert hits.find(b"elsewhere", b"/x", {}) is None


def test_it_is_off_until_told_otherwise():
    hits = Hits(bytes_max=1000, file_bytes_max=100)
    put(hits)
    assert found(hits) is None


def test_answers_differ_by_the_headers_that_matter_and_by_no_other(hits: Hits):
    put(hits, media=replace(MEDIA, varies_by=("Accept",)), accept=b"image/webp", other=b"1")
    assert found(hits, accept=b"image/webp", other=b"2") == b"body"
    assert found(hits, accept=b"*/*") is None


def test_values_that_no_browser_sends_are_not_remembered(hits: Hits):
    for header in (b"x" * VARIANT_BYTES_MAX, b"x" * (VARIANT_BYTES_MAX + 1)):
        put(hits, media=replace(MEDIA, varies_by=("Accept",)), accept=header)
        assert (found(hits, accept=header) is None) == (len(header) > VARIANT_BYTES_MAX)
    assert found(hits) is None


def test_variants_are_bounded(hits: Hits):
    for number in range(VARIANTS_MAX + 10):
        put(hits, media=replace(MEDIA, varies_by=("Accept",)), accept=b"%d" % number)
    assert found(hits, accept=b"0") is None
    assert found(hits, accept=b"%d" % (VARIANTS_MAX + 9)) == b"body"


@pytest.mark.parametrize(
    ("cloud_id", "asset_id", "stays"),
    [("c", "a", False), ("c", "", False), ("c", "b", True), ("d", "a", True), ("d", "", True)],
)
def test_a_change_drops_what_it_concerns(hits: Hits, cloud_id: str, asset_id: str, stays: bool):
    put(hits)
    put(hits, b"/y", replace(MEDIA, blob_key="other"))
    hits.drop(cloud_id, asset_id)
    assert (found(hits) is not None, found(hits, b"/y") is not None) == (stays, stays)


def test_a_second_choice_goes_with_any_change_of_its_cloud(hits: Hits):
    put(hits, media=replace(MEDIA, is_first_choice=False))
    hits.drop("d", "b")
    assert found(hits) == b"body"
    hits.drop("c", "b")
    assert found(hits) is None


@pytest.mark.parametrize(
    ("changes", "is_first_choice", "enters"),
    [
        ([], True, True),
        ([("c", "a")], True, False),
        ([("c", "")], True, False),
        ([("c", "b")], True, True),
        ([("c", "b")], False, False),
        ([("d", "a")], True, True),
        ([("c", "a")] + [("d", "x")] * CHANGES_MAX, True, False),  # too long ago to know
    ],
)
def test_what_changed_while_it_was_looked_up_does_not_enter(hits: Hits, changes, is_first_choice: bool, enters: bool):
    generation = hits.generation
    for change in changes:
        hits.drop(*change)
    enter(hits, generation, media=replace(MEDIA, is_first_choice=is_first_choice))
    assert (found(hits) is not None) == enters


def test_a_new_beginning_refuses_what_began_before(hits: Hits):
    generation = hits.generation
    hits.drop_all()
    enter(hits, generation)
    assert found(hits) is None


def test_bodies_go_first_and_come_back_from_their_file(tmp_path: Path):
    hits = Hits(bytes_max=ENTRY_BYTES * 40, file_bytes_max=ENTRY_BYTES * 20)
    hits.drop_all()
    hits.is_on = True
    size = ENTRY_BYTES * 10
    for number in range(6):
        file = tmp_path / str(number)
        file.write_bytes(b"%d" % number * size)
        media = replace(MEDIA, asset_id=str(number), blob_key=str(number), size_bytes=size)
        hits.put(hits.generation, HOST, b"/%d" % number, {}, answer_of(media, file), file.read_bytes())
    assert found(hits, b"/0") == b"0" * size
    (tmp_path / "1").unlink()
    (tmp_path / "2").write_bytes(b"short")
    for gone in (b"/1", b"/2"):
        assert found(hits, gone) is None
        assert hits.find(HOST, gone, {}) is None


def test_a_body_without_a_file_is_asked_of_the_store_when_it_is_gone(hits: Hits):
    large = b"x" * 400_000
    for number in range(3):
        media = replace(MEDIA, asset_id=str(number), blob_key=str(number), size_bytes=len(large))
        hits.put(hits.generation, HOST, b"/%d" % number, {}, answer_of(media, None), large)
    assert found(hits, b"/0") is None
    assert hits.find(HOST, b"/0", {}) is not None, "which file it is, is still known"
    assert found(hits, b"/2") == large


def test_answers_are_bounded_as_well_and_the_oldest_goes():
    hits = Hits(bytes_max=ENTRY_BYTES * ENTRIES_SHARE * 10, file_bytes_max=1000)
    hits.drop_all()
    hits.is_on = True
    for number in range(30):
        put(hits, b"/%d" % number, replace(MEDIA, asset_id=str(number)))
        found(hits, b"/0")
    assert sum(hits.find(HOST, b"/%d" % number, {}) is not None for number in range(30)) == 10
    assert found(hits, b"/0") == b"body"


def test_another_asset_under_the_same_path_takes_its_place(hits: Hits):
    put(hits)
    put(hits, media=replace(MEDIA, asset_id="b"))
    hits.drop("c", "a")
    assert found(hits) == b"body"
    hits.drop("c", "b")
    assert found(hits) is None


class HeardHits(Hits):
    """Tells when it has been told something."""

    def __init__(self) -> None:
        super().__init__(bytes_max=1_000_000, file_bytes_max=1000)
        self.heard = asyncio.Semaphore(0)

    def drop(self, cloud_id: str, asset_id: str) -> None:
        super().drop(cloud_id, asset_id)
        self.heard.release()

    def drop_all(self) -> None:
        super().drop_all()
        self.heard.release()


async def test_the_watch_turns_it_on_hears_of_changes_and_turns_it_off(database):
    hits = HeardHits()
    watching = asyncio.create_task(watch(database, hits))
    async with asyncio.timeout(10):
        await hits.heard.acquire()
        assert hits.is_on
        put(hits)
        put(hits, b"/y", replace(MEDIA, asset_id="b", blob_key="other"))
        async with database.transaction() as session:
            await session.notify(CHANGED, "c/a")
        await hits.heard.acquire()
        assert (found(hits), found(hits, b"/y")) == (None, b"body")
        watching.cancel()
        await hits.heard.acquire()
    assert not hits.is_on
    assert found(hits, b"/y") is None


@dataclass
class Line:
    """A database that is only a line: what is said on it is heard if it is not dead, which nobody is told."""

    is_dead: bool = False
    delay_seconds: float = 0
    heard: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)

    async def listen(self, channel: str):
        yield None
        while True:
            yield await self.heard.get()

    @asynccontextmanager
    async def transaction(self):
        yield self

    async def notify(self, channel: str, payload: str) -> None:
        assert channel == CHANGED
        if not self.is_dead:
            asyncio.get_running_loop().call_later(self.delay_seconds, self.heard.put_nowait, payload)


async def test_a_line_that_dies_without_a_word_turns_it_off_and_on_again_when_it_lives():
    line, hits = Line(), HeardHits()
    watching = asyncio.create_task(watch(line, hits, stale_seconds=STALE))
    async with asyncio.timeout(20):
        await hits.heard.acquire()
        put(hits)
        # Nothing changes, and its own words keep it on.
        await asyncio.sleep(2 * STALE)
        assert (hits.is_on, found(hits)) == (True, b"body")
        line.is_dead = True
        await hits.heard.acquire()
        assert (hits.is_on, found(hits)) == (False, None)
        line.is_dead = False
        await hits.heard.acquire()
        assert hits.is_on
        put(hits)
        assert found(hits) == b"body"
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_a_line_that_is_far_behind_is_as_good_as_dead():
    line, hits = Line(delay_seconds=4 * STALE), HeardHits()
    watching = asyncio.create_task(watch(line, hits, stale_seconds=STALE))
    async with asyncio.timeout(20):
        await hits.heard.acquire()
        await hits.heard.acquire()
        assert not hits.is_on
        await asyncio.sleep(2 * STALE)
        assert not hits.is_on, "what comes back is too old to tell that all is known"
        line.delay_seconds = 0
        await hits.heard.acquire()
        assert hits.is_on
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_our_own_change_is_dropped_before_its_transaction_returns(database, hits: Hits):
    ours = DroppingDatabase(database, hits)
    put(hits)
    async with ours.transaction() as session:
        await session.notify("another channel", "c/a")
        await session.notify(CHANGED, "c/a")
        assert found(hits) == b"body", "not before it is true"
    assert found(hits) is None


async def test_a_change_whose_commit_failed_may_have_happened(database, hits: Hits):
    put(hits)

    async def fail() -> None:
        async with DroppingDatabase(database, hits).transaction() as session:
            await session.notify(CHANGED, "c/a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert found(hits) is None


def test_an_answer_goes_with_each_asset_that_it_was_made_with(hits: Hits):
    for changed in ("a", "logo", "font"):
        put(hits, media=replace(MEDIA, depends_on=("logo", "font")))
        hits.drop("c", "another")
        assert found(hits) == b"body"
        hits.drop("c", changed)
        assert found(hits) is None


def test_variants_of_one_path_may_be_made_with_different_assets(hits: Hits):
    for accept, layer in ((b"image/webp", "logo"), (b"*/*", "frame")):
        put(hits, media=replace(MEDIA, varies_by=("Accept",), depends_on=(layer,)), accept=accept)
    assert found(hits, accept=b"image/webp") == found(hits, accept=b"*/*") == b"body"
    hits.drop("c", "frame")
    assert found(hits, accept=b"image/webp") is None


def test_a_layer_that_changed_while_it_was_looked_up_does_not_enter(hits: Hits):
    generation = hits.generation
    hits.drop("c", "logo")
    enter(hits, generation, media=replace(MEDIA, depends_on=("logo",)))
    assert found(hits) is None


def test_who_else_remembers_something_of_a_cloud_is_told_to_forget_it():
    told: list[str] = []
    hits = Hits(bytes_max=1 << 20, file_bytes_max=1 << 20, forget=told.append)
    hits.drop("acme", "an asset")
    assert told == []
    hits.drop("acme", "")
    hits.drop_all()
    assert told == ["acme", "*"]
