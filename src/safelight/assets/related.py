"""Related: assets that belong together, because somebody said so. It holds in both directions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, select, tuple_
from sqlalchemy import delete as delete_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets.listing import Within, in_folders
from safelight.assets.model import Asset
from safelight.assets.store import A, asset_of, assets, relations
from safelight.kernel.errors import Invalid
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session

R = relations.c


class Outcome(StrEnum):
    """What became of one relation that was asked for, in the words of clients."""

    DONE = "success_ids"
    THERE_ALREADY = "already_exists_ids"
    MISSING = "non_existing_ids"
    ITSELF = "invalid_relate_to_self_id"


async def relate(
    session: Session, asset: Asset, others: Mapping[str, Asset | None], now: datetime
) -> dict[str, Outcome]:
    """Relate the asset to others; what became of each. `others`: what they were called -> them, None: not there."""
    outcomes: dict[str, Outcome] = {}
    wanted = _wanted(asset, others, outcomes)
    if not wanted:
        return outcomes
    # Held until the end, so that none of them is erased in between and leaves a relation to nothing.
    held = await _hold(session, asset, wanted.values())
    for called, other in wanted.items():
        if other.id not in held or asset.id not in held:
            outcomes[called] = Outcome.MISSING
            continue
        rows = [
            {"cloud_id": asset.cloud_id, "asset_id": one, "other_id": two, "created_at": now}
            for one, two in sorted([(asset.id, other.id), (other.id, asset.id)])
        ]
        made = await session.execute(insert(relations).values(rows).on_conflict_do_nothing())
        outcomes[called] = Outcome.DONE if made else Outcome.THERE_ALREADY
    return outcomes


async def unrelate(session: Session, asset: Asset, others: Mapping[str, Asset | None]) -> dict[str, Outcome]:
    """End relations of the asset; what became of each. Where there is none, it is told as missing."""
    outcomes: dict[str, Outcome] = {}
    for called, other in _wanted(asset, others, outcomes).items():
        pairs = [(asset.id, other.id), (other.id, asset.id)]
        gone = await session.execute(
            delete_rows(relations).where(
                R.cloud_id == asset.cloud_id, tuple_(R.asset_id, R.other_id).in_(sorted(pairs))
            )
        )
        outcomes[called] = Outcome.DONE if gone else Outcome.MISSING
    return outcomes


async def list(
    session: Session,
    cloud_id: str,
    asset_id: str,
    *,
    max_results: int,
    cursor: str | None = None,
    within: Within = None,
) -> Page[Asset]:
    """The assets that an asset is related to, those first that were related first."""
    chosen = (
        select(assets, R.created_at.label("related_at"))
        .join(relations, and_(R.cloud_id == A.cloud_id, R.other_id == A.id))
        .where(R.cloud_id == cloud_id, R.asset_id == asset_id, *in_folders(A.folder, within))
        .order_by(R.created_at, A.id)
        .limit(max_results + 1)
    )
    if cursor:
        moment, after = position_of(cursor, 2)
        chosen = chosen.where(tuple_(R.created_at, A.id) > tuple_(_moment(moment), _id(after)))
    rows = await session.fetch(chosen)
    found = rows[:max_results]
    following = cursor_of([found[-1]["related_at"].isoformat(), found[-1]["id"]]) if len(rows) > max_results else None
    return Page([asset_of(row) for row in found], following)


async def forget(session: Session, cloud_id: str, asset_ids: Sequence[str]) -> None:
    """Assets go, and with them what they were related to."""
    mine = select(R.other_id, R.asset_id).where(R.cloud_id == cloud_id, R.asset_id.in_(asset_ids))
    pairs = [(row["other_id"], row["asset_id"]) for row in await session.fetch(mine)]
    if not pairs:
        return
    both = sorted({*pairs, *((two, one) for one, two in pairs)})
    await session.execute(
        delete_rows(relations).where(R.cloud_id == cloud_id, tuple_(R.asset_id, R.other_id).in_(both))
    )


def _wanted(asset: Asset, others: Mapping[str, Asset | None], outcomes: dict[str, Outcome]) -> dict[str, Asset]:
    """Those that can be related; what is wrong with the rest goes into `outcomes`."""
    wanted: dict[str, Asset] = {}
    for called, other in others.items():
        if other is None:
            outcomes[called] = Outcome.MISSING
        elif other.id == asset.id:
            outcomes[called] = Outcome.ITSELF
        else:
            wanted[called] = other
    return wanted


async def _hold(session: Session, asset: Asset, others: Iterable[Asset]) -> set[str]:
    ids = sorted({asset.id, *(other.id for other in others)})
    chosen = select(A.id).where(A.cloud_id == asset.cloud_id, A.id.in_(ids)).order_by(A.id)
    rows = await session.fetch(chosen.with_for_update(read=True, key_share=True))
    return {row["id"] for row in rows}


def _moment(word: object) -> datetime:
    try:
        moment = datetime.fromisoformat(word) if isinstance(word, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("Invalid next_cursor")
    return moment


def _id(word: object) -> str:
    if not isinstance(word, str) or not word.isalnum():
        raise Invalid("Invalid next_cursor")
    return word
