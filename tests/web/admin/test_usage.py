"""What a cloud stores, what was made for it, and what it may send."""

from datetime import timedelta

import pytest

from safelight.assets import versions
from safelight.assets.model import Facts
from safelight.derived import files
from safelight.kernel.media import Kind
from safelight.usage import quotas
from safelight.usage.model import Figure, Meter
from safelight.web.admin.usage import UsageReport
from tests.api import derived_of
from tests.usage.counting import count

PIXELS_MAX = 1_000_000


@pytest.fixture
async def client(api):
    async with api.client(UsageReport(api.door, PIXELS_MAX).routes()) as client:
        yield client


async def made(api, asset, number):
    async with api.database.transaction() as session:
        assert await files.add(session, derived_of(asset, number, f"w_{number}"))


async def test_what_is_stored_and_made_is_counted(api, client):
    asset = await api.add("cat", facts=Facts(1000, "0" * 32, "jpg", 4, 3))
    await api.add("doc.bin", kind=Kind.RAW, facts=Facts(24, "0" * 32, None))
    await made(api, asset, 1)
    told = (await client.get("usage")).json()
    assert told == {
        "plan": "Self-hosted",
        "last_updated": "2026-01-02",
        "date_requested": "2026-01-02T00:00:00Z",
        "transformations": {
            "usage": 2,
            "credits_usage": 0.0,
            "breakdown": {"transformation": 2},
            "causes": {"delivery": 1, "upload": 1},
        },
        "objects": {"usage": 3},
        "bandwidth": {"usage": 0, "credits_usage": 0.0},
        "storage": {"usage": 1000 + 24 + 99, "credits_usage": 0.0},
        "impressions": {"usage": 0, "credits_usage": 0.0},
        "seconds_delivered": {"usage": 0, "credits_usage": 0.0},
        "credits": {"usage": 0.0},
        "requests": 1,
        "resources": 2,
        "derived_resources": 1,
        "media_limits": {
            "image_max_size_bytes": api.upload.image_bytes_max,
            "video_max_size_bytes": api.upload.video_bytes_max,
            "raw_max_size_bytes": api.upload.raw_bytes_max,
            "image_max_px": PIXELS_MAX,
            "asset_max_total_px": PIXELS_MAX,
        },
    }
    assert (await client.get("usage")).json()["requests"] == 2


async def test_a_day_counts_what_was_made_on_it_and_what_was_there_at_its_end(api, client):
    asset = await api.add("old")
    api.clock.advance(timedelta(days=40))
    await api.add("new")
    now = (await client.get("usage")).json()
    assert (now["transformations"]["usage"], now["resources"]) == (1, 2), "the last thirty days"
    for path in ("usage/2026-01-02", "usage/02-01-2026", "usage?date=2026-01-02"):
        then = (await client.get(path)).json()
        assert (then["transformations"]["usage"], then["resources"]) == (1, 1)
    between = (await client.get("usage/2026-01-20")).json()
    assert (between["transformations"]["usage"], between["resources"]) == (0, 1)
    assert asset.version


async def test_versions_that_are_kept_take_room(api, client):
    asset = await api.add("cat")
    async with api.database.transaction() as session:
        await versions.keep(session, asset, api.clock.now())
    assert (await client.get("usage")).json()["storage"]["usage"] == 7, "the present version lies there once"
    await api.add("cat")
    assert (await client.get("usage")).json()["storage"]["usage"] == 14


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("2026-01-03", "Invalid date 2026-01-03: must be one of the last 90 days"),
        ("2025-10-03", "Invalid date 2025-10-03: must be one of the last 90 days"),
        ("2026-13-01", "Invalid date 2026-13-01: must be YYYY-MM-DD or DD-MM-YYYY"),
        ("yesterday", "Invalid date yesterday: must be YYYY-MM-DD or DD-MM-YYYY"),
    ],
)
async def test_a_date_that_cannot_be_is_refused(client, word, message):
    answer = await client.get(f"usage/{word}")
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


async def test_a_limit_is_told_beside_what_it_is_for_and_not_of_a_single_day(api, client):
    await api.add("cat")
    async with api.database.transaction() as session:
        await quotas.put(session, api.cloud.id, {"transformations": 4, "credits": 2}, now=api.clock.now())
        sent = Figure(api.cloud.id, api.clock.now().date(), Meter.BANDWIDTH_BYTES, "image", "original", 2**30)
        seen = Figure(api.cloud.id, api.clock.now().date(), Meter.DELIVERIES, "image", "original", 3)
        await count(session, [sent, seen])
    told = (await client.get("usage")).json()
    assert (told["transformations"]["limit"], told["transformations"]["used_percent"]) == (4, 25.0)
    assert told["bandwidth"] == {"usage": 2**30, "credits_usage": 1.0}
    assert told["credits"] == {"usage": 1.0, "limit": 2, "used_percent": 50.05}
    assert told["impressions"]["usage"] == 3
    assert "limit" not in (await client.get("usage/2026-01-02")).json()["transformations"]
