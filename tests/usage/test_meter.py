"""What answers count."""

from datetime import UTC, date, datetime

import pytest

from safelight.activity.model import Act, Line
from safelight.usage import meter, report
from safelight.usage.model import Figure, Meter
from tests.activity.lines import tallied

AT = datetime(2026, 1, 2, 23, 59, 59, tzinfo=UTC)
DAY = date(2026, 1, 2)
SENT = {"route": "/{path:path}", "status": 200, "cloud_id": "c", "kind": "image", "act": Act.DOWNLOAD}


def line(**words) -> Line:
    return Line(**{"at": AT, "method": "GET", "route": "/", "status": 200, **words})


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([line()], []),
        (
            [line(**SENT, bytes_sent=10), line(**SENT, bytes_sent=5, requests=3)],
            [(Meter.BANDWIDTH_BYTES, "image", "original", 15), (Meter.DELIVERIES, "image", "original", 4)],
        ),
        (
            [line(**SENT, bytes_sent=10, is_derived=True)],
            [(Meter.BANDWIDTH_BYTES, "image", "derived", 10), (Meter.DELIVERIES, "image", "derived", 1)],
        ),
        ([line(**{**SENT, "status": 304})], [(Meter.DELIVERIES, "image", "original", 1)]),
        ([line(**{**SENT, "status": 404}, bytes_sent=80)], []),
        ([line(route="/v1_1/{cloud}/usage", cloud_id="c", bytes_sent=900)], [(Meter.REQUESTS, "", "api", 1)]),
        ([line(route="/v1_1/{cloud}/ping", cloud_id="c", status=401)], [(Meter.REQUESTS, "", "api", 1)]),
        (
            [line(route="/v1_1/{cloud}/image/upload", cloud_id="c", kind="image", act=Act.UPLOAD, bytes_sent=900)],
            [(Meter.REQUESTS, "", "api", 1)],
        ),
    ],
)
def test_what_lines_count(lines, expected):
    assert meter.counted(tallied(*lines)) == [Figure("c", DAY, *each) for each in expected]


async def test_lines_are_added_to_what_was_counted(session):
    for _ in range(2):
        await meter.count(session, tallied(line(**SENT, bytes_sent=10)))
    used = await report.used(session, "c", DAY, DAY)
    assert (used.of(Meter.BANDWIDTH_BYTES), used.of(Meter.DELIVERIES)) == (20, 2)
    await meter.count(session, tallied())
