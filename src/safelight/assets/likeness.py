"""Likeness: the pictures of a cloud that look like one, the likest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Double,
    Numeric,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import BIT, distinct_on

from safelight.assets.likeness_ways import CELL, HAS, SHAPE, WAVES
from safelight.assets.listing import in_folders
from safelight.assets.model import Asset
from safelight.assets.search_counting import prepare
from safelight.assets.store import A, analyses, asset_of, assets
from safelight.ports.database import Session
from safelight.render.likeness import BAND_BITS, BITS, Likeness

NEAR_MAX = 500
"""So many pictures are compared for each part of the shape, and so many for the colours."""
UNLIKE_BITS = BITS // 2
"""Of two shapes that have nothing to do with each other, half of the bits are alike."""
UNLIKE_COLORS = 60
"""How far apart two layouts are, in steps that an eye just sees, that have nothing to do with each other."""
SCORE_MIN = 0.6
"""How much alike pictures are that are shown to who does not say how much: 1 are the same, 0 have nothing in common."""
SCORE_DIGITS = 4

_C = analyses.c


@dataclass(frozen=True)
class Like:
    """A picture that looks like another, and how much: 1 the same, 0 nothing in common."""

    asset: Asset
    score: float


async def find(
    session: Session,
    cloud_id: str,
    likeness: Likeness,
    *,
    count_max: int,
    score_min: float = SCORE_MIN,
    within: tuple[str, ...] | None = None,
) -> Sequence[Like]:
    """Those of which the likeness is known (render/likeness.py); the picture itself may be among them.

    `within`: only in these folders and those below them.
    """
    await prepare(session)
    asked = question(cloud_id, likeness, count_max=count_max, score_min=score_min)
    rows = await session.fetch(asked.where(*in_folders(A.folder, within)))
    return [Like(asset_of(row), float(row["score"])) for row in rows]


def question(cloud_id: str, likeness: Likeness, *, count_max: int, score_min: float) -> Select[*tuple[Any, ...]]:
    """Whatever shares nearly a part of the shape, or has nearly the colours; then all of these are compared."""
    ways = [(CELL, likeness.cells())]
    if likeness.has_shape:
        ways += zip(SHAPE, likeness.bands(), strict=True)
    near = union_all(
        *(
            select(_C.version_id, _C.facts)
            .where(_C.cloud_id == cloud_id, literal_column(HAS), value.in_(values))
            .limit(NEAR_MAX)
            for value, values in ways
        )
    ).subquery("found")
    once = select(near.c.version_id, near.c.facts).ext(distinct_on(near.c.version_id)).subquery("near")
    score = func.round(cast((_shapes(likeness) + _colors(likeness)) / 2, Numeric), SCORE_DIGITS).label("score")
    scored = select(once.c.version_id, score).order_by(score.desc(), once.c.version_id).subquery("scored")
    return (
        select(assets, scored.c.score)
        .join(scored, and_(A.cloud_id == cloud_id, A.version_id == scored.c.version_id))
        .where(scored.c.score >= score_min)
        .order_by(scored.c.score.desc(), scored.c.version_id)
        .limit(count_max)
    )


def _shapes(likeness: Likeness) -> ColumnElement[float]:
    """How much the shapes are alike. A plain surface has none, and that it shares with all others that have none."""
    is_plain = and_(*(part == 0 for part in SHAPE))
    if not likeness.has_shape:
        return case((is_plain, 1.0), else_=0.0)
    turned: ColumnElement[Any] = literal(0)
    for theirs, ours in zip(SHAPE, likeness.shape, strict=True):
        turned = turned + func.bit_count(cast(theirs.op("#")(ours), BIT(BAND_BITS)), type_=BigInteger())
    alike = 1.0 - func.least(1.0, cast(turned, Double) / UNLIKE_BITS)
    return case((is_plain, 0.0), else_=alike)


def _colors(likeness: Likeness) -> ColumnElement[float]:
    """How much the colours are alike, and where they are."""
    squares: ColumnElement[Any] = literal(0.0)
    for theirs, ours in zip(WAVES, likeness.layout, strict=True):
        squares = squares + func.power(cast(theirs, Double) - ours, 2)
    return 1.0 - func.least(1.0, func.sqrt(squares) / UNLIKE_COLORS)
