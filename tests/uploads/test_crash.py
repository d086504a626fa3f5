"""Wherever it breaks: the whole asset or nothing visible, and what is left lying about is collected."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from safelight.adapters.blobs.memory import MemoryBlobs
from safelight.kernel.media import Kind
from safelight.uploads.chunks import Waiting
from safelight.uploads.model import EagerAsk, Incoming, NameWishes
from safelight.uploads.ranges import Piece
from tests.intake import JPEG, PNG, FakeRender, Intake, intake_on

STEPS_MAX = 60
A_CENTURY = timedelta(days=36_500)


class Crash(BaseException):
    """As sudden as the end of a process: nobody catches it for an error."""


class Fuse:
    """Breaks at the step of that number; counts how many there are."""

    def __init__(self) -> None:
        self.at = -1
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.at:
            raise Crash


class FusedBlobs(MemoryBlobs):
    """Breaks before or after each change."""

    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    async def adopt(self, key, path):
        self.fuse.step()
        stat = await super().adopt(key, path)
        self.fuse.step()
        return stat

    async def delete(self, key):
        self.fuse.step()
        await super().delete(key)
        self.fuse.step()


class FusedDatabase:
    """Breaks before a transaction begins, before it is committed, and after."""

    def __init__(self, database: Any, fuse: Fuse) -> None:
        self._database = database
        self._fuse = fuse

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        self._fuse.step()
        async with self._database.transaction() as session:
            yield session
            self._fuse.step()
        self._fuse.step()

    @asynccontextmanager
    async def statements(self) -> AsyncIterator[Any]:
        async with self._database.statements() as session:
            yield session

    def lock(self, name: str) -> Any:
        return self._database.lock(name)


class FusedRender(FakeRender):
    def __init__(self, fuse: Fuse) -> None:
        super().__init__()
        self.fuse = fuse

    async def probe(self, source, *, format, tenant=""):
        self.fuse.step()
        return await super().probe(source, format=format)

    async def render(self, plan, source, *, source_format, tenant="", parts=()):
        self.fuse.step()
        return await super().render(plan, source, source_format=source_format, parts=parts)


@pytest.fixture
async def fused(database, clock, tmp_path):
    fuse = Fuse()
    intake = await intake_on(database, clock, tmp_path, blobs=FusedBlobs(fuse), render=FusedRender(fuse))
    for part in (intake.receive, intake.chunks, intake.eager):
        object.__setattr__(part, "database", FusedDatabase(database, fuse))
    return intake, fuse


async def all_is_whole(intake: Intake) -> None:
    """Every row has its bytes; a day and a sweep later no bytes lie about that no row knows."""
    for asset in await intake.assets():
        assert await intake.is_whole(asset)
    # Ids and files carry the machine's time, which the still clock knows nothing of: go beyond both.
    for _ in range(3):
        intake.clock.advance(A_CENTURY)
        await intake.sweep.sweep_chunks({})
        await intake.sweep.sweep_leftovers({})
    intake.clock.advance(-3 * A_CENTURY)
    assert intake.staged_files() == []
    versions = {asset.version_id for asset in await intake.assets()}
    assert {key.split("/")[3] for key in await intake.stored()} == versions


async def upload(intake: Intake, name: str) -> None:
    await intake.upload(
        PNG,
        names=NameWishes(public_id=name),
        eager=(EagerAsk("w_10"),),
        transformation="w_20",
        returns_delete_token=True,
    )


async def in_pieces(intake: Intake, name: str) -> None:
    incoming = Incoming(kind=Kind.IMAGE, names=NameWishes(public_id=name))
    for start, end in ((0, 20), (20, len(JPEG))):
        piece = Piece(name, start, end, len(JPEG))
        answer = await intake.chunks(intake.signed, incoming, piece, await intake.stage(JPEG[start:end]))
        assert isinstance(answer, Waiting) == (end == 20)


@pytest.mark.parametrize("way", [upload, in_pieces])
async def test_a_crash_at_any_step_leaves_the_whole_asset_or_nothing(fused, way):
    intake, fuse = fused
    await way(intake, "untouched")
    steps = fuse.steps
    assert 5 < steps < STEPS_MAX
    for at in range(1, steps + 1):
        fuse.at, fuse.steps = at, 0
        with pytest.raises(Crash):
            await way(intake, f"broken-at-{at}")
        fuse.at = -1
        await all_is_whole(intake)
    assert "untouched" in {asset.name for asset in await intake.assets()}


@pytest.mark.parametrize("way", [upload, in_pieces])
async def test_whoever_tries_again_after_a_crash_succeeds(fused, way):
    intake, fuse = fused
    await way(intake, "untouched")
    steps = fuse.steps
    for at in range(1, steps + 1):
        fuse.at, fuse.steps = at, 0
        with pytest.raises(Crash):
            await way(intake, f"broken-at-{at}")
        fuse.at = -1
        await retry(intake, way, f"broken-at-{at}")
    names = {asset.name for asset in await intake.assets()}
    assert names == {"untouched", *(f"broken-at-{at}" for at in range(1, steps + 1))}
    await all_is_whole(intake)


async def retry(intake: Intake, way, name: str) -> None:
    if way is upload:
        await upload(intake, name)
        return
    incoming = Incoming(kind=Kind.IMAGE, names=NameWishes(public_id=name))
    answers = []
    for start, end in ((0, 20), (20, len(JPEG))):
        piece = Piece(name, start, end, len(JPEG))
        answers.append(await intake.chunks(intake.signed, incoming, piece, await intake.stage(JPEG[start:end])))
    assert not isinstance(answers[-1], Waiting)
