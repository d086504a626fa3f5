"""Publish: what only some may see becomes an asset for everybody, or the other way round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.assets import catalogue
from safelight.assets.access import LIKE_AUTHENTICATED, is_closed
from safelight.assets.model import Asset
from safelight.kernel.errors import Busy, Invalid, NotFound
from safelight.kernel.media import Access
from safelight.ports.database import Session

PUBLISHABLE = (Access.PRIVATE, Access.AUTHENTICATED)
"""Types that become `upload`; the others are public, or have the name of where they came from."""


@dataclass(frozen=True)
class Failed:
    """One that stays as it was, and why."""

    asset: Asset
    reason: str


async def publish(
    session: Session, found: Sequence[Asset], *, may_overwrite: bool, now: datetime, notification_url: str | None = None
) -> tuple[list[Asset], list[Failed]]:
    """Give assets the type `upload`; those that have it now, and those whose name is taken there."""
    published: list[Asset] = []
    failed: list[Failed] = []
    # In the order of ids, as all who lock several rows.
    for asset in sorted(found, key=lambda one: one.id):
        if asset.access not in PUBLISHABLE:
            failed.append(Failed(asset, f"Type {asset.access.value} cannot be published"))
            continue
        try:
            async with session.savepoint():
                public = await catalogue.rename(
                    session,
                    asset,
                    asset.name,
                    access=Access.UPLOAD,
                    may_overwrite=may_overwrite,
                    now=now,
                    notification_url=notification_url,
                )
        except NotFound:
            continue  # It was erased since we looked.
        except (Invalid, Busy) as error:
            failed.append(Failed(asset, error.message))
        else:
            published.append(public)
    return published, failed


async def close(
    session: Session,
    found: Sequence[Asset],
    *,
    is_closed_then: bool,
    now: datetime,
    notification_url: str | None = None,
) -> list[Asset]:
    """Let assets be seen only with a token or a signature, or by everybody; all of them as they are then.

    Finer rules stay where they say the same already.
    """
    changed: list[Asset] = []
    for asset in sorted(found, key=lambda one: one.id):
        if is_closed(asset.access_control) == is_closed_then:
            changed.append(asset)
            continue
        rules = (LIKE_AUTHENTICATED,) if is_closed_then else ()
        try:
            changed.append(
                await catalogue.update(session, asset, access_control=rules, now=now, notification_url=notification_url)
            )
        except NotFound:
            continue
    return changed
