"""Explode: a document or an animation -> one derived picture of each of its pages, made as a job."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from safelight.assets import catalogue
from safelight.assets.model import Asset, AssetRef
from safelight.derived.counted import Cause
from safelight.kernel.errors import Invalid, NotAvailable, TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.media import Kind
from safelight.ports.database import Database
from safelight.uploads.eager import Eager
from safelight.uploads.events import ExplodeAsked, ExplodeReady
from safelight.uploads.model import EagerAsk

PAGES_MAX = 1000
FORMAT = "png"

_ALL = re.compile(r"(?:(?<=[,/])|^)pg_all(?=[,/]|$)")


@dataclass(frozen=True)
class ExplodeAsk:
    """`transformation` says `pg_all` where each page shall be named."""

    ref: AssetRef
    transformation: str
    format: str = FORMAT
    notification_urls: tuple[str, ...] = ()
    batch_id: str | None = None


@dataclass(frozen=True)
class Explode:
    """Nothing is begun if the first page can never be made."""

    database: Database
    eager: Eager

    async def __call__(self, cloud_id: str, ask: ExplodeAsk) -> str:
        """The id of the batch, by which its end will be told. Raises NotFound."""
        async with self.database.transaction() as session:
            asset = await catalogue.get(session, cloud_id, ask.ref)
        if asset.kind is not Kind.IMAGE:
            raise Invalid("Only documents and animations have pages: resource_type must be image")
        asks = asks_of(asset, ask.transformation, ask.format)
        await self.eager.check(
            cloud_id,
            asset.kind,
            asset.facts,
            asks[:1],
            tags=asset.tags,
            context=asset.context,
            metadata=asset.metadata,
        )
        batch_id = ask.batch_id or new_id()
        async with self.database.transaction() as session:
            await session.emit(
                ExplodeAsked(
                    cloud_id=cloud_id,
                    asset_id=asset.id,
                    version_id=asset.version_id,
                    batch_id=batch_id,
                    transformation=ask.transformation,
                    format=ask.format,
                    notification_urls=list(ask.notification_urls),
                )
            )
        return batch_id

    async def explode_asset(self, payload: dict[str, Any]) -> None:
        """Reaction to ExplodeAsked: make what is not there yet, then tell ExplodeReady. Made twice is made once."""
        event = ExplodeAsked.from_payload(payload)
        async with self.database.transaction() as session:
            asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
        if asset is None or asset.version_id != event.version_id:
            return
        items = await self.eager(asset, asks_of(asset, event.transformation, event.format), Cause.EXPLODE)
        if any(item.may_be_tried_again for item in items):
            raise NotAvailable("Some pages could not be made just now", batch_id=event.batch_id)
        async with self.database.transaction() as session:
            await session.emit(
                ExplodeReady(
                    cloud_id=asset.cloud_id,
                    asset_id=asset.id,
                    version_id=asset.version_id,
                    batch_id=event.batch_id,
                    items=[asdict(item) for item in items],
                    notification_urls=event.notification_urls,
                )
            )


def asks_of(asset: Asset, transformation: str, format: str) -> Sequence[EagerAsk]:
    """One for each page. Raises Invalid where `pg_all` stands nowhere, or more than once."""
    if len(_ALL.findall(transformation)) != 1:
        raise Invalid("Invalid transformation: to explode, it must contain pg_all once")
    pages = asset.facts.pages or 1
    if pages > PAGES_MAX:
        raise TooMuch(f"Too many pages: {pages}. Maximum is {PAGES_MAX}.")
    return [EagerAsk(_ALL.sub(f"pg_{page}", transformation), format) for page in range(1, pages + 1)]
