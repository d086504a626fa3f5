"""Stock: what the assets of a cloud take, counted from what is there; the check on what usage counted as it came."""

from dataclasses import dataclass

from sqlalchemy import func, select, text

from safelight.assets.store import A, assets
from safelight.assets.versions_store import B, backups
from safelight.ports.database import Session


@dataclass(frozen=True)
class Lying:
    """How many files of a kind lie there for one reason, and what they take."""

    kind: str
    cause: str
    """`original`, `backup` or `derived`."""
    count: int
    size_bytes: int


async def hold(session: Session) -> None:
    """Until the end of the transaction nothing is added, changed or erased: what is counted twice is the same twice."""
    await session.execute(text("LOCK TABLE assets, backups, derived_files IN SHARE MODE"))


async def lying(session: Session, cloud_id: str) -> list[Lying]:
    """The assets, and what is kept of older versions and erased assets."""
    sums = (func.count().label("count"), func.sum(A.size_bytes).label("size_bytes"))
    present = await session.fetch(
        select(A.kind, *sums).select_from(assets).where(A.cloud_id == cloud_id).group_by(A.kind)
    )
    # The bytes of a present version are those of its asset.
    sums = (func.count().label("count"), func.sum(B.size_bytes).label("size_bytes"))
    ended = (B.cloud_id == cloud_id, B.ended_at.is_not(None))
    older = await session.fetch(select(B.kind, *sums).select_from(backups).where(*ended).group_by(B.kind))
    return [
        Lying(row["kind"], cause, row["count"], int(row["size_bytes"]))
        for cause, rows in (("original", present), ("backup", older))
        for row in rows
    ]
