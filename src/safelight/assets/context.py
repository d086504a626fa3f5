"""Context: add and remove the pairs of words that people write about assets."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from safelight.assets.listing import Within
from safelight.assets.model import Asset
from safelight.assets.notes import Edit, apply, named
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Session


async def add(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    pairs: Mapping[str, str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> list[str]:
    """A key that is there already gets the new value; the names of those that are there."""

    def rewrite(asset: Asset) -> dict[str, str]:
        return {**asset.context, **pairs}

    return await apply(
        session, named(cloud_id, kind, access, names, within), Edit("context", rewrite), now, notification_url
    )


async def remove_all(
    session: Session,
    cloud_id: str,
    kind: Kind,
    access: Access,
    names: Sequence[str],
    now: datetime,
    *,
    notification_url: str | None = None,
    within: Within = None,
) -> list[str]:
    def rewrite(_: Asset) -> dict[str, str]:
        return {}

    return await apply(
        session, named(cloud_id, kind, access, names, within), Edit("context", rewrite), now, notification_url
    )
