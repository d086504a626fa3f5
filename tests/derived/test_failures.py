"""What could not be made is not tried anew at each request."""

from datetime import timedelta
from pathlib import Path

import pytest

from safelight.adapters.database.postgres import PostgresDatabase
from safelight.derived.failures import Failures
from safelight.derived.maker import OneMaker
from safelight.kernel.clock import StillClock
from safelight.kernel.errors import Busy, Internal, Invalid, NotAvailable, NotFound, SafelightError, TooMuch
from safelight.transform.errors import TransformError
from tests.conftest import NOW
from tests.derived.test_ensure import bench, plan
from tests.twins import CountingRender


@pytest.mark.parametrize(
    ("fault", "renders"),
    [
        (Invalid("Invalid image file"), 1),
        (TooMuch("The image takes longer than 30 seconds to process."), 1),
        (Busy("Too many"), 3),
        (NotAvailable("No child"), 3),
        (NotFound("gone"), 3),
        (Internal("General Error"), 3),
    ],
)
async def test_only_what_would_fail_again_is_remembered(
    database: PostgresDatabase, tmp_path: Path, clock: StillClock, fault: SafelightError, renders: int
):
    render = CountingRender(fault=fault)
    here = bench(database, tmp_path, render, OneMaker(failures=Failures(clock, seconds=300, count_max=10)))
    asset = await here.asset()
    for _ in range(3):
        with pytest.raises(type(fault), match=fault.message):
            await here.ensure(asset, plan(asset, "w_10"), "w_10")
    assert len(render.renders) == renders


async def test_another_size_and_another_version_are_tried(
    database: PostgresDatabase, tmp_path: Path, clock: StillClock
):
    render = CountingRender(fault=Invalid("Invalid image file"))
    here = bench(database, tmp_path, render, OneMaker(failures=Failures(clock, seconds=300, count_max=10)))
    first, second = await here.asset(), await here.asset("ann")
    for asset, words in ((first, "w_10"), (first, "w_20"), (second, "w_10")):
        with pytest.raises(Invalid):
            await here.ensure(asset, plan(asset, words), words)
    assert len(render.renders) == 3


def test_it_is_forgotten_after_its_time():
    clock = StillClock(NOW)
    failures = Failures(clock, seconds=300, count_max=10)
    failures.note("tom", Invalid("broken"))
    clock.advance(timedelta(seconds=299))
    with pytest.raises(Invalid, match="broken"):
        failures.check("tom")
    clock.advance(timedelta(seconds=1))
    failures.check("tom")
    assert len(failures) == 0


def test_the_oldest_goes_first():
    failures = Failures(StillClock(NOW), seconds=300, count_max=2)
    for name in ("tom", "ann", "eve"):
        failures.note(name, Invalid(name))
    failures.check("tom")
    with pytest.raises(Invalid, match="eve"):
        failures.check("eve")
    assert len(failures) == 2


def test_no_time_no_memory():
    failures = Failures(StillClock(NOW), seconds=0, count_max=2)
    failures.note("tom", Invalid("broken"))
    assert len(failures) == 0


def test_an_error_that_says_where_it_lies_is_remembered_by_its_words():
    failures = Failures(StillClock(NOW), seconds=300, count_max=2)
    failures.note("tom", TransformError("Invalid width", "w_x", 0, 3))
    with pytest.raises(Invalid, match="Invalid width"):
        failures.check("tom")
