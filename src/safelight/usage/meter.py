"""Meter: answers that were given -> what they count; in the transaction that writes them down."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date

from sqlalchemy.dialects.postgresql import insert

from safelight.activity.model import Act, Line
from safelight.ports.database import Session
from safelight.usage.model import Figure, Meter
from safelight.usage.store import usage_changes

API = ("/v1_1/", "/v2/")
"""So the templates of calls begin; what else is asked for is a file or a page."""
STATUS_ERROR_FIRST = 400


async def count(session: Session, lines: Sequence[Line]) -> None:
    """Add what these lines count. Who hands in a line twice counts it twice: activity/record.py does not."""
    rows = [
        {**vars(figure), "meter": figure.meter.value, "kind": figure.kind, "cause": figure.cause}
        for figure in counted(lines)
    ]
    if rows:
        await session.execute(insert(usage_changes), rows)


def counted(lines: Sequence[Line]) -> list[Figure]:
    """What they count, each cloud, day, meter, kind and cause once. Errors count as calls, never as bytes."""
    found: Counter[tuple[str, date, Meter, str, str]] = Counter()
    for line in lines:
        if not line.cloud_id:
            continue
        day = line.at.astimezone(UTC).date()
        if line.route.startswith(API):
            found[line.cloud_id, day, Meter.REQUESTS, "", "api"] += line.requests
        if line.act is Act.DOWNLOAD and line.status < STATUS_ERROR_FIRST:
            cause = "derived" if line.is_derived else "original"
            found[line.cloud_id, day, Meter.BANDWIDTH_BYTES, line.kind, cause] += line.bytes_sent
            found[line.cloud_id, day, Meter.DELIVERIES, line.kind, cause] += line.requests
    return [Figure(*name, amount) for name, amount in found.items() if amount]
