"""Where a quota is asked: before bytes are kept, before a file is made, before one is handed out."""

from datetime import UTC, datetime

import pytest

from safelight.kernel.errors import TooMuch
from safelight.settings import UsageSettings
from safelight.usage import quotas
from safelight.usage.gate import Gate
from safelight.usage.model import PastQuota, Period
from tests.delivering import delivery
from tests.intake import intake_on

FULL = "The quota of this cloud is used up: 1 of 1 transformations in 30 days"


def gate_of(database, clock) -> Gate:
    return Gate(database, clock, UsageSettings(), holds_seconds=0)


async def limit(database, cloud_id, now, past=PastQuota.REFUSE_NEW, limit=1):
    async with database.transaction() as session:
        await quotas.put(session, cloud_id, {"transformations": limit}, past=past, now=now)


async def test_a_refused_upload_leaves_nothing(database, clock, tmp_path, now):
    intake = await intake_on(database, clock, tmp_path)
    object.__setattr__(intake.originals, "admit", gate_of(database, clock).check_new)
    await limit(database, intake.cloud.id, now)
    await intake.upload()
    before = await intake.stored()
    with pytest.raises(TooMuch, match=FULL):
        await intake.upload()
    assert (await intake.stored(), intake.staged_files()) == (before, [])
    assert len(await intake.assets()) == 1
    await limit(database, intake.cloud.id, now, limit=2)
    await intake.upload()
    assert len(await intake.assets()) == 2


async def test_a_quota_of_a_month_begins_anew_with_it(database, clock, tmp_path, now):
    intake = await intake_on(database, clock, tmp_path)
    object.__setattr__(intake.originals, "admit", gate_of(database, clock).check_new)
    async with database.transaction() as session:
        await quotas.put(
            session, intake.cloud.id, {"transformations": 1}, past=PastQuota.REFUSE_NEW, period=Period.MONTH, now=now
        )
    await intake.upload()
    with pytest.raises(TooMuch, match="1 of 1 transformations this month"):
        await intake.upload()
    clock.set(datetime(2026, 2, 1, tzinfo=UTC))
    await intake.upload()
    async with database.transaction() as session:
        await quotas.put(session, intake.cloud.id, {}, period=Period.ROLLING, now=now)
    clock.set(datetime(2026, 2, 1, 1, tzinfo=UTC))
    with pytest.raises(TooMuch, match="in 30 days"):
        await intake.upload()


@pytest.fixture
async def full(database, clock, tmp_path):
    """A cloud with one picture and one file made of it, whose quota is two."""
    here = await delivery(database, tmp_path)
    gate = gate_of(database, clock)
    object.__setattr__(here.ensure, "admit", gate.check_new)
    object.__setattr__(here.deliver, "admit", gate.check_any)
    await here.asset("tom")
    await here.get("/demo/image/upload/w_10/tom.jpg")
    return here


async def test_past_a_quota_what_is_stored_is_handed_out_and_nothing_is_made(full, database, now):
    await limit(database, full.cloud.id, now)
    for path in ("tom.jpg", "w_10/tom.jpg"):
        assert await full.body(await full.get(f"/demo/image/upload/{path}"))
    for _ in range(2):
        with pytest.raises(TooMuch, match="2 of 1 transformations"):
            await full.get("/demo/image/upload/w_11/tom.jpg")
    await limit(database, full.cloud.id, now, limit=9)
    assert await full.body(await full.get("/demo/image/upload/w_11/tom.jpg")), "that it failed is not remembered"


async def test_a_cloud_may_be_shut_past_its_quota(full, database, now):
    await limit(database, full.cloud.id, now, PastQuota.REFUSE)
    for path in ("tom.jpg", "w_10/tom.jpg"):
        with pytest.raises(TooMuch, match="Its operator raises it"):
            await full.get(f"/demo/image/upload/{path}")
