"""Moderation of what comes in: programs look at an asset as a job, one after the other, before a person does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from safelight.assets import catalogue, moderation, moderation_rows
from safelight.assets import moderation_duplicates as duplicates
from safelight.assets.analyses import Analyse
from safelight.assets.model import Asset, Review, Status
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.ports.database import Database, Session
from safelight.uploads.events import ModerationAsked

PROGRAMS = frozenset({moderation.DUPLICATE})
"""Kinds of review that need nobody."""


async def ask(session: Session, asset: Asset, notification_urls: Sequence[str], *, is_limited: bool = False) -> None:
    """Have the programs look, where one of them is to begin. `is_limited`: who asks may not see all assets."""
    if _next(asset) is not None:
        await session.emit(
            ModerationAsked(
                cloud_id=asset.cloud_id,
                asset_id=asset.id,
                version_id=asset.version_id,
                notification_urls=list(notification_urls),
                is_limited=is_limited,
            )
        )


@dataclass(frozen=True)
class Moderate:
    """What a program finds is written once, however often the job runs: what is decided is pending no more."""

    database: Database
    analyse: Analyse
    clock: Clock

    async def moderate_asset(self, payload: dict[str, Any]) -> None:
        """Reaction to ModerationAsked."""
        event = ModerationAsked.from_payload(payload)
        # Each program decides once, and no asset has more reviews than there are kinds.
        for _ in PROGRAMS:
            async with self.database.transaction() as session:
                asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
            if asset is None or asset.version_id != event.version_id:
                return
            review = _next(asset)
            if review is None:
                return
            await self._look_for_duplicates(asset, review, "\n".join(event.notification_urls) or None, event.is_limited)

    async def _look_for_duplicates(
        self, asset: Asset, review: Review, notification_url: str | None, is_limited: bool
    ) -> None:
        try:
            phash = (await self.analyse(asset, ["phash"])).get("phash")
        except Invalid:
            phash = None  # A picture that cannot be opened is still its bytes.
        threshold, now = float(review.argument), self.clock.now()
        async with self.database.transaction() as session:
            await duplicates.take_turn(session, asset.cloud_id)
            # Without a threshold it is only kept in mind for those that come after it.
            found = await duplicates.find(session, asset, phash, threshold) if threshold > 0 else ()
            asset = await catalogue.update(
                session,
                asset,
                reviews=partial(
                    moderation.decided,
                    kind=review.kind,
                    status=Status.REJECTED if found else Status.APPROVED,
                    now=now,
                    response=tuple({"public_id": like.name, "confidence": like.confidence} for like in found),
                ),
                now=now,
                # The cloud's own programs hear of all; who asked, of no name that they may not see.
                notification_url=None if is_limited else notification_url,
            )
            if is_limited and notification_url:
                await moderation_rows.tell_asker(session, asset, review.kind, now, notification_url)


def _next(asset: Asset) -> Review | None:
    """The program whose turn it is."""
    return next((one for one in asset.moderation if one.kind in PROGRAMS and one.status is Status.PENDING), None)
