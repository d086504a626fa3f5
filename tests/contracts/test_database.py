"""The promises of ports/database.py, on a real PostgreSQL."""

from dataclasses import dataclass

import pytest

from safelight.kernel.events import Event
from safelight.ports.queue import Job


@dataclass(frozen=True)
class KettleBoiled(Event):
    litres: int


async def test_what_is_told_and_deferred_is_committed_with_the_rows(database, jobs):
    async with database.transaction() as session:
        await session.emit(KettleBoiled("acme", 2))
        await session.defer(Job("pour", {"cups": 3}))
    assert await jobs() == [("KettleBoiled", {"cloud_id": "acme", "litres": 2}), ("pour", {"cups": 3})]


async def test_what_is_told_and_deferred_is_lost_with_the_rows(database, jobs):
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await session.emit(KettleBoiled("acme", 2))
            await session.defer(Job("pour"))
            _ = 1 / 0
    assert await jobs() == []


async def test_a_session_sees_its_own_jobs(session, jobs):
    await session.emit(KettleBoiled("acme", 1))
    assert await jobs(session) == [("KettleBoiled", {"cloud_id": "acme", "litres": 1})]
