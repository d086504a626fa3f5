"""Explicit: something more for an asset that is there already: other words about it, and derived files made at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from safelight.accounts.model import Cloud, Principal
from safelight.assets import catalogue, moderation, reach, versions
from safelight.assets.access import Rules
from safelight.assets.metadata import Said
from safelight.assets.metadata_values import Writing, prepare
from safelight.assets.model import Asset, AssetRef, Corner, Rectangle, Serving
from safelight.assets.moderation import Asked, Reviews
from safelight.derived.counted import Cause
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import new_id
from safelight.kernel.media import Access, Kind
from safelight.kernel.rights import Act, Where
from safelight.ports.database import Database
from safelight.uploads import moderation as moderations
from safelight.uploads.breakpoints import eager_ask
from safelight.uploads.eager import Eager, asked, waiting
from safelight.uploads.events import ScriptBrought
from safelight.uploads.model import BreakpointsAsk, EagerAsk, InsightsAsk, Received
from safelight.uploads.naming import check_display_name, check_folder


@dataclass(frozen=True)
class ExplicitAsk:
    """What is asked of a stored asset; None leaves a thing as it is."""

    ref: AssetRef
    tags: tuple[str, ...] | None = None
    context: Mapping[str, str] | None = None
    metadata: Mapping[str, Said] | None = None
    clears_invalid: bool = False
    """What stands in fields of structured metadata and does not fit them any more goes."""
    display_name: str | None = None
    folder: str | None = None
    is_display_name_unique: bool = False
    coordinates: Mapping[str, tuple[Rectangle, ...]] | None = None
    regions: Mapping[str, tuple[Corner, ...]] | None = None
    access_control: Rules | None = None
    serving: Callable[[Serving], Serving] | None = None
    is_backed_up: bool = False
    """Keep the present version when the next one comes or the asset is erased."""
    script: str = ""
    """JavaScript that may change what is asked, when the asset is known."""
    words: Mapping[str, str | list[str]] = field(default_factory=dict[str, str | list[str]])
    """All of it as it was written, where a script may change it."""
    on_success: str = ""
    """JavaScript that may change words about the asset afterwards."""
    analyses: frozenset[str] = frozenset()
    breakpoints: tuple[BreakpointsAsk, ...] = ()
    insights: InsightsAsk = field(default_factory=InsightsAsk)
    moderation: tuple[Asked, ...] = ()
    """Who shall look at the asset anew; nobody: what was said stays."""
    eager: tuple[EagerAsk, ...] = ()
    eager_is_async: bool = False
    notification_urls: tuple[str, ...] = ()
    eager_notification_urls: tuple[str, ...] = ()

    @property
    def writes_something(self) -> bool:
        words = (
            self.tags,
            self.context,
            self.display_name,
            self.folder,
            self.coordinates,
            self.regions,
            self.access_control,
            self.serving,
        )
        if self.writes_metadata or self.moderation:
            return True
        return self.is_display_name_unique or any(word is not None for word in words)

    @property
    def writes_metadata(self) -> bool:
        return self.metadata is not None or self.clears_invalid


class TakeIn(Protocol):
    """delivery/fetch.py: a remote file becomes an asset, unless it is one already."""

    async def __call__(self, cloud: Cloud, kind: Kind, url: str) -> Asset: ...


class Rewriting(Protocol):
    """uploads/scripts_explicit.py: what is asked when a script has had its say."""

    async def __call__(self, cloud: Cloud, ask: ExplicitAsk, asset: Asset) -> ExplicitAsk: ...


async def as_written(cloud: Cloud, ask: ExplicitAsk, asset: Asset) -> ExplicitAsk:
    """Where no scripts are run."""
    if ask.script:
        raise Invalid("eval is not available in this installation")
    return ask


@dataclass(frozen=True)
class Explicit:
    """Nothing is changed if what is asked can never be made."""

    database: Database
    eager: Eager
    take_in: TakeIn
    clock: Clock
    rewrite: Rewriting = as_written

    async def __call__(self, principal: Principal, ask: ExplicitAsk) -> Received:
        """Raises NotFound."""
        cloud_id = principal.cloud.id
        asset = await self._asset(principal, ask.ref)
        reach.check_asset(principal.rights, Act.CHANGE, asset, ask.ref.name)
        ask = await self.rewrite(principal.cloud, ask, asset)
        if ask.folder is not None:
            principal.rights.check(Act.CHANGE, Where(cloud_id, check_folder(ask.folder, "asset_folder")))
        tags = asset.tags if ask.tags is None else ask.tags
        context = asset.context if ask.context is None else ask.context
        writing = await self._writing(cloud_id, ask)
        metadata = asset.metadata if writing is None else writing.onto(asset.metadata)
        asks = (*ask.eager, *map(eager_ask, ask.breakpoints))
        sees_all = principal.rights.may(Act.READ, Where(cloud_id))
        await self.eager.check(
            cloud_id,
            asset.kind,
            asset.facts,
            asks,
            tags=tags,
            context=context,
            metadata=metadata,
            sees_all=sees_all,
        )
        items = waiting(asset, ask.eager if ask.eager_is_async else ())
        batch_id = new_id() if items else None
        async with self.database.transaction() as session:
            if ask.writes_something:
                asset = await catalogue.update(
                    session,
                    asset,
                    tags=ask.tags,
                    context=ask.context,
                    metadata=None if writing is None else writing.onto,
                    display_name=None if ask.display_name is None else check_display_name(ask.display_name),
                    folder=None if ask.folder is None else check_folder(ask.folder, "asset_folder"),
                    is_display_name_unique=ask.is_display_name_unique,
                    coordinates=ask.coordinates,
                    regions=ask.regions,
                    access_control=ask.access_control,
                    serving=ask.serving,
                    reviews=self._reviews(ask),
                    now=self.clock.now(),
                    notification_url="\n".join(ask.notification_urls) or None,
                )
            if ask.moderation:
                await moderations.ask(session, asset, ask.notification_urls, is_limited=not sees_all)
            if ask.is_backed_up:
                await versions.keep(session, asset, self.clock.now())
            if batch_id is not None:
                urls = ask.eager_notification_urls or ask.notification_urls
                await session.emit(asked(asset, ask.eager, batch_id, urls))
            if ask.on_success:
                await session.emit(
                    ScriptBrought(cloud_id, asset.id, asset.version_id, ask.on_success, asked=sorted(ask.analyses))
                )
        if ask.eager and batch_id is None:
            items = await self.eager(asset, ask.eager, Cause.EXPLICIT)
        return Received(
            asset,
            eager=items,
            batch_id=batch_id,
            breakpoints=ask.breakpoints,
            insights=ask.insights,
            asked=ask.analyses,
        )

    def _reviews(self, ask: ExplicitAsk) -> Callable[[Reviews], Reviews] | None:
        begun = moderation.begun(ask.moderation, self.clock.now())
        return (lambda _before: begun) if begun else None

    async def _writing(self, cloud_id: str, ask: ExplicitAsk) -> Writing | None:
        if not ask.writes_metadata:
            return None
        async with self.database.transaction() as session:
            return await prepare(session, cloud_id, ask.metadata or {}, clears_invalid=ask.clears_invalid)

    async def _asset(self, principal: Principal, ref: AssetRef) -> Asset:
        """A remote file may be asked for before anybody has seen it."""
        cloud = principal.cloud
        if ref.access is Access.FETCH:
            principal.rights.check(Act.UPLOAD, Where(cloud.id))
            return await self.take_in(cloud, ref.kind, ref.name)
        async with self.database.transaction() as session:
            return await catalogue.get(session, cloud.id, ref)
