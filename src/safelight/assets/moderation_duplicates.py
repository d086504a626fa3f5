"""Duplicates: which of the assets that were found good before look like this one, or are it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from safelight.assets.model import Asset
from safelight.ports.database import Session

FOUND_MAX = 10
"""So many are named, the likest first."""
# Of the 64 bits of two pictures that have nothing to do with each other, half are alike.
_BITS_UNLIKE = 32
_PLAIN = "0" * 16
"""What a picture without any shape in it gives: it looks like all others of its sort, and says nothing."""

# The last condition lets the index be used, which leaves out most assets.
_LIKE = text(
    """
    SELECT a.name, a.md5 = :md5 AS is_same, d.bits
    FROM assets a
    LEFT JOIN analyses f ON f.cloud_id = a.cloud_id AND f.version_id = a.version_id AND f.kind = 'phash'
    CROSS JOIN LATERAL (
        SELECT bit_count(('x' || (f.facts ->> 'phash'))::bit(64) # ('x' || CAST(:phash AS text))::bit(64)) AS bits
    ) d
    WHERE a.cloud_id = :cloud_id AND a.id <> :id
      AND a.moderation @> '[{"kind": "duplicate", "status": "approved"}]'
      AND a.moderation <> '[]'
      AND (a.md5 = :md5 OR d.bits <= :bits_max)
    ORDER BY is_same DESC, d.bits, a.id
    LIMIT :found_max
    """
)


@dataclass(frozen=True)
class Like:
    """An asset that is nearly another, and how nearly: 1 the same, 0 nothing in common."""

    name: str
    confidence: float


async def take_turn(session: Session, cloud_id: str) -> None:
    """Until the end of the transaction nobody else decides: of two alike that come at once, one is the first."""
    await session.fetch_one(select(func.pg_advisory_xact_lock(func.hashtextextended(f"duplicates/{cloud_id}", 0))))


async def find(session: Session, asset: Asset, phash: str | None, threshold: float) -> Sequence[Like]:
    """Those that are at least so much alike: pictures by their looks, all else, and plain pictures, by their bytes."""
    rows = await session.fetch(
        _LIKE,
        {
            "cloud_id": asset.cloud_id,
            "id": asset.id,
            "md5": asset.facts.md5,
            "phash": None if phash == _PLAIN else phash,
            "bits_max": int((1 - threshold) * _BITS_UNLIKE),
            "found_max": FOUND_MAX,
        },
    )
    return [Like(row["name"], 1.0 if row["is_same"] else round(1 - row["bits"] / _BITS_UNLIKE, 2)) for row in rows]
