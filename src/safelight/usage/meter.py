"""Meter: answers that were given -> what they count; in the transaction that writes them down."""

from collections import Counter
from datetime import UTC, date

from sqlalchemy.dialects.postgresql import insert

from safelight.activity.model import Act
from safelight.activity.tally import Tally
from safelight.ports.database import Session
from safelight.usage.model import Figure, Meter
from safelight.usage.store import usage_changes

API = ("/v1_1/", "/v2/")
"""So the templates of calls begin; what else is asked for is a file or a page."""
STATUS_ERROR_FIRST = 400


async def count(session: Session, tally: Tally) -> None:
    """Add what it counts. Who hands in a tally twice counts it twice: activity/record.py does not."""
    rows = [{**vars(figure), "meter": figure.meter.value} for figure in counted(tally)]
    if rows:
        await session.execute(insert(usage_changes), rows)


def counted(tally: Tally) -> list[Figure]:
    """What it counts, each cloud, day, meter, kind and cause once. Errors count as calls, never as bytes."""
    found: Counter[tuple[str, date, Meter, str, str]] = Counter()
    for ask, clients in tally.items():
        if not ask.cloud_id:
            continue
        day = ask.at.astimezone(UTC).date()
        requests = sum(sums[0] for sums in clients.values())
        if ask.route.startswith(API):
            found[ask.cloud_id, day, Meter.REQUESTS, "", "api"] += requests
        if ask.act is Act.DOWNLOAD and ask.status < STATUS_ERROR_FIRST:
            cause = "derived" if ask.is_derived else "original"
            bytes_sent = sum(sums[1] for sums in clients.values())
            found[ask.cloud_id, day, Meter.BANDWIDTH_BYTES, ask.kind, cause] += bytes_sent
            found[ask.cloud_id, day, Meter.DELIVERIES, ask.kind, cause] += requests
    return [Figure(*name, amount) for name, amount in found.items() if amount]
