"""Stock: what the derived files of a cloud take, counted from what is there."""

from collections import Counter

from sqlalchemy import func, select

from safelight.assets.stock import Lying
from safelight.derived.store import derived_files
from safelight.kernel.media import Kind, format_named
from safelight.ports.database import Session

D = derived_files.c


async def lying(session: Session, cloud_id: str) -> list[Lying]:
    """By the kind of their format, which need not be that of their asset."""
    rows = await session.fetch(
        select(D.format, func.count().label("count"), func.sum(D.size_bytes).label("size_bytes"))
        .where(D.cloud_id == cloud_id)
        .group_by(D.format)
    )
    counts, sizes = Counter[str](), Counter[str]()
    for row in rows:
        kind = kind_of(row["format"])
        counts[kind] += row["count"]
        sizes[kind] += int(row["size_bytes"])
    return [Lying(kind, "derived", counts[kind], sizes[kind]) for kind in sorted(counts)]


def kind_of(format: str) -> str:
    """As the database tells it where it counts (usage/catalogue_triggers.py)."""
    known = format_named(format)
    return (Kind.RAW if known is None else known.kind).value
