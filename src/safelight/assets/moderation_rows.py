"""Moderation in rows: which assets are reviewed how, and the facts that tell of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Boolean, ColumnElement, literal_column

from safelight.assets.events import AssetModerated, facts_of
from safelight.assets.model import Asset, Status
from safelight.assets.moderation import SAID, Reviews, nameless, verdict
from safelight.assets.store import A
from safelight.ports.database import Session


def has_review(kind: str, status: Status) -> Sequence[ColumnElement[bool]]:
    """Conditions of assets with such a review; the second lets the index be used, which leaves out most assets."""
    is_any = literal_column("assets.moderation <> '[]'", Boolean)
    return [A.moderation.contains([{"kind": kind, "status": status.value}]), is_any]


async def tell(
    session: Session, before: Reviews, asset: Asset, now: datetime, notification_url: str | None = None
) -> None:
    """A fact for each review that came to another end, and one for all of them together."""
    were = {(one.kind, one.argument): one.status for one in before}
    for one in asset.moderation:
        was = were.get((one.kind, one.argument))
        # Who begins with an asset has not said anything; who takes a word back has.
        if (one.status in SAID and was is not one.status) or (one.status is Status.PENDING and was in SAID):
            await session.emit(_fact(asset, one.kind, one.status, now, notification_url, one.response))
    last = verdict(asset.moderation)
    if len(asset.moderation) > 1 and last is not None and last in SAID and last is not verdict(before):
        await session.emit(_fact(asset, "", last, now, notification_url))


async def tell_asker(session: Session, asset: Asset, kind: str, now: datetime, notification_url: str) -> None:
    """A fact for who asked for the review, and nobody else: how it ended, and the name of no other asset."""
    (review,) = [one for one in asset.moderation if one.kind == kind]
    fact = _fact(asset, kind, review.status, now, notification_url, nameless(review.response))
    await session.emit(replace(fact, is_for_asker=True))


def _fact(
    asset: Asset,
    kind: str,
    status: Status,
    now: datetime,
    notification_url: str | None,
    response: tuple[Mapping[str, str | float], ...] = (),
) -> AssetModerated:
    return AssetModerated(
        **facts_of(asset, now),
        review=kind,
        status=status.value,
        response=[dict(found) for found in response],
        notification_url=notification_url,
    )
