"""Receive: a staged file and what was asked for it -> an asset. The use case of every upload."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Protocol

from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Manner, Principal
from safelight.activity.taken import UNTOLD, Taken
from safelight.assets import analyses, catalogue, metadata_values, moderation, reach, versions
from safelight.assets.model import Added, Asset, AssetRef, Facts, MetadataValue, NewAsset, Rectangle
from safelight.assets.originals import Originals
from safelight.derived.ensure import facts_of
from safelight.derived.intermediates import Intermediates
from safelight.derived.looking import Look
from safelight.derived.parts import Parts
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid
from safelight.kernel.ids import new_id, random_name
from safelight.kernel.media import FORMATS, Kind, sniff
from safelight.kernel.rights import Act, Where
from safelight.ports.database import Database, Session
from safelight.render.model import Render
from safelight.settings import UploadSettings
from safelight.transform.auto import Hints, settle
from safelight.transform.limits import Limits, check
from safelight.uploads import checks, naming, tokens
from safelight.uploads import moderation as moderations
from safelight.uploads.breakpoints import eager_ask
from safelight.uploads.disclosing import KIND as PRIVACY
from safelight.uploads.disclosing import Disclosed, Disclosing
from safelight.uploads.eager import Eager, waiting
from safelight.uploads.events import ScriptBrought, UploadReceived
from safelight.uploads.model import Incoming, Received
from safelight.uploads.naming import Called
from safelight.uploads.staging import Staged, Staging

Then = Callable[[Session, Asset], Awaitable[None]]
"""What else belongs into the transaction that makes the asset visible."""

PIECE_BYTES = 1024 * 1024


async def nothing_else(session: Session, asset: Asset) -> None:
    return None


class Rewriting(Protocol):
    """uploads/scripts.py: what is asked when the file is known and a script has had its say."""

    async def __call__(self, cloud: Cloud, incoming: Incoming, kind: Kind, facts: Facts, path: Path) -> Incoming: ...


async def as_written(cloud: Cloud, incoming: Incoming, kind: Kind, facts: Facts, path: Path) -> Incoming:
    """Where no scripts are run."""
    if incoming.script:
        raise Invalid("eval is not available in this installation")
    return incoming


@dataclass(frozen=True)
class _Found:
    """A staged file and what its content says."""

    staged: Staged
    kind: Kind
    facts: Facts
    metadata: Mapping[str, MetadataValue] = field(default_factory=dict[str, MetadataValue])
    """What was said in the fields of the cloud, and their defaults."""
    is_developed: bool = False
    """Another file is stored than the one that came."""
    disclosed: Disclosed | None = None
    """What it tells of people and places."""


@dataclass(frozen=True)
class Receive:
    """Bytes first, then the row. A crash may leave bytes that no row knows (sweep.py), never a row without bytes."""

    database: Database
    originals: Originals
    staging: Staging
    render: Render
    eager: Eager
    look: Look
    parts: Parts
    keys: Keys
    clock: Clock
    settings: UploadSettings
    limits: Limits
    rewrite: Rewriting = as_written
    taken: Taken = UNTOLD
    disclose: Disclosing | None = None
    """Tells what files say beside what they show; None: nobody looks."""
    intermediates: Intermediates | None = None
    """From which later sizes of a large photo are cut; None: from the photo itself."""

    async def __call__(
        self, principal: Principal, incoming: Incoming, staged: Staged, *, then: Then = nothing_else
    ) -> Received:
        """The staged file is gone afterwards, whatever happens."""
        try:
            incoming, found = await self._look(principal, incoming, staged)
        except BaseException:
            await self.staging.drop(staged)
            raise
        try:
            return await self._store(principal, incoming, found, then)
        finally:
            await self.staging.drop(found.staged)

    async def _look(self, principal: Principal, incoming: Incoming, staged: Staged) -> tuple[Incoming, _Found]:
        """What is asked, what the content is, and whether it may come in; changed already, if that was asked."""
        cloud = principal.cloud
        sees_all = principal.rights.may(Act.READ, Where(cloud.id))
        checks.check_not_empty(staged.size_bytes)
        found = await self._probe(cloud, incoming.kind, staged)
        checks.check_size(found.kind, staged.size_bytes, self.settings)
        incoming = await self.rewrite(cloud, incoming, found.kind, found.facts, staged.path)
        found = replace(found, metadata=await self._metadata(cloud, incoming))
        if self._must_develop(incoming, found):
            found = await self._develop(cloud, incoming, found, sees_all=sees_all)
        try:
            checks.check_format(found.kind, _format_told(incoming, found), incoming.allowed_formats)
            await self.eager.check(
                cloud.id,
                found.kind,
                found.facts,
                (*incoming.eager, *map(eager_ask, incoming.breakpoints)),
                tags=incoming.tags,
                context=incoming.context,
                metadata=found.metadata,
                sees_all=sees_all,
            )
            found = await self._disclosed(principal, incoming, found)
        except BaseException:
            await self.staging.drop(found.staged)
            raise
        return incoming, found

    async def _disclosed(self, principal: Principal, incoming: Incoming, found: _Found) -> _Found:
        """The same file, or one that is silent of people and places. Who signs nothing cannot ask for less of that."""
        if self.disclose is None:
            return found
        said, cloud = incoming.strips_private, principal.cloud
        is_open = principal.manner is Manner.UNSIGNED and said is False
        strips = cloud.strips_private if said is None or is_open else said
        staged, told = await self.disclose(cloud, found.kind, found.staged, strips=strips)
        return replace(found, staged=staged, facts=replace(found.facts, md5=staged.md5), disclosed=told)

    async def _metadata(self, cloud: Cloud, incoming: Incoming) -> Mapping[str, MetadataValue]:
        """Raises Invalid for what does not fit the fields of the cloud."""
        async with self.database.transaction() as session:
            return (await metadata_values.prepare(session, cloud.id, incoming.metadata)).for_new()

    async def _probe(self, cloud: Cloud, asked: Kind | None, staged: Staged) -> _Found:
        format = sniff(staged.head)
        kind = checks.kind_of(asked, format)
        facts = Facts(staged.size_bytes, staged.md5, None)
        if kind is Kind.RAW or format is None:
            return _Found(staged, Kind.RAW, facts)
        if not format.readable:
            return _Found(staged, kind, replace(facts, format=format.name))
        try:
            probed = await self.render.probe(staged.path, format=format.name, tenant=cloud.id)
        except Invalid:
            if checks.may_be_raw_instead(asked, format):
                return _Found(staged, Kind.RAW, facts)
            raise
        return _Found(
            staged,
            kind,
            replace(
                facts,
                format=probed.format,
                width=probed.width,
                height=probed.height,
                pages=probed.pages,
                has_alpha=probed.has_alpha,
            ),
        )

    def _must_develop(self, incoming: Incoming, found: _Found) -> bool:
        """Shall another file be stored than the one that came?"""
        if found.kind is not Kind.IMAGE:
            return False
        wanted = FORMATS.get(incoming.format or "")
        # With a list of allowed formats, only files outside of it are converted.
        converts = (
            incoming.format is not None
            and (wanted is None or wanted.name != found.facts.format)
            and (not incoming.allowed_formats or found.facts.format not in incoming.allowed_formats)
        )
        return converts or bool(incoming.transformation)

    async def _develop(self, cloud: Cloud, incoming: Incoming, found: _Found, *, sees_all: bool) -> _Found:
        plan = await self.eager.plan(cloud.id, incoming.transformation)
        source = facts_of(found.facts, incoming.tags, incoming.context, found.metadata)
        source = await self.look.at(found.staged.path, source, plan, cloud_id=cloud.id)
        plan = settle(plan, Hints(), source, incoming.format)
        check(plan, source, self.limits)
        if not sees_all:
            self.parts.check_open(plan)
        # Only who signs the upload, or owns the preset, may say what is done to it.
        needed = await self.parts(cloud, plan, is_signed=True)
        async with needed.local(self.originals) as files:
            made = await self.render.render(
                needed.plan, found.staged.path, source_format=source.format, tenant=cloud.id, parts=files
            )
        staged = await self.staging.stage(_pieces(made.data), size_bytes_max=len(made.data))
        try:
            developed = await self._probe(cloud, Kind.IMAGE, staged)
        except BaseException:
            await self.staging.drop(staged)
            raise
        await self.staging.drop(found.staged)
        return replace(developed, metadata=found.metadata, is_developed=True)

    async def _store(self, principal: Principal, incoming: Incoming, found: _Found, then: Then) -> Received:
        cloud = principal.cloud
        random = random_name if incoming.letters is None else naming.drawn(incoming.letters)
        called = naming.call(incoming.names, found.kind, cloud.folder_mode, incoming.filename, random)
        may_overwrite = incoming.may_overwrite and principal.manner is not Manner.UNSIGNED
        principal.rights.check(Act.UPLOAD, Where(cloud.id, called.folder))
        if not may_overwrite:
            ref = AssetRef(found.kind, incoming.access, called.name)
            existing = await self._existing(principal, incoming, ref, then)
            if existing is not None:
                return Received(existing, is_existing=True, asked=incoming.analyses)
        version_id = new_id()
        then = _noted(then, found.disclosed, version_id)
        await self.originals.adopt(cloud.id, version_id, found.staged.path)
        new = _new_asset(principal, incoming, found, called, version_id)
        received = await self._add(principal, incoming, new, may_overwrite, then)
        if received.is_existing:
            # Someone was quicker. No row knows our bytes, and none ever will.
            await self.originals.drop(cloud.id, version_id)
        elif incoming.eager and not incoming.eager_is_async:
            received = replace(received, eager=await self.eager(received.asset, incoming.eager))
        if found.disclosed is not None and not received.is_existing:
            received = replace(received, privacy=found.disclosed.facts())
        return received

    async def _existing(self, principal: Principal, incoming: Incoming, ref: AssetRef, then: Then) -> Asset | None:
        async with self.database.transaction() as session:
            existing = await catalogue.find(session, principal.cloud.id, ref)
            if existing is not None:
                reach.check_added(principal.rights, Added(existing, is_existing=True))
                await then(session, existing)
                await _tell_existing(session, principal, incoming, existing)
        return existing

    async def _add(
        self, principal: Principal, incoming: Incoming, new: NewAsset, may_overwrite: bool, then: Then
    ) -> Received:
        """One transaction for the row, its facts and whatever else depends on it."""
        now = self.clock.now()
        new = replace(new, moderation=moderation.begun(incoming.moderation, now))
        async with self.database.transaction() as session:
            added = await catalogue.add(session, new, may_overwrite=may_overwrite, now=now)
            reach.check_added(principal.rights, added)
            await then(session, added.asset)
            if added.is_existing:
                await _tell_existing(session, principal, incoming, added.asset)
                return Received(added.asset, is_existing=True, asked=incoming.analyses)
            if principal.cloud.backs_up if incoming.is_backed_up is None else incoming.is_backed_up:
                await versions.keep(session, added.asset, now)
            if incoming.is_noted_here:
                key_id = principal.key.id if principal.key else ""
                await self.taken(session, new.cloud_id, added.asset.id, new.facts.size_bytes, key_id=key_id, now=now)
            received = await self._received(session, principal, incoming, added)
            await session.emit(_fact(principal, incoming, received))
            if self.intermediates is not None:
                await self.intermediates.ask(session, added.asset)
            if incoming.on_success:
                await session.emit(_script(incoming, received))
            sees_all = principal.rights.may(Act.READ, Where(new.cloud_id))
            await moderations.ask(session, received.asset, incoming.notification_urls, is_limited=not sees_all)
        return received

    async def _received(self, session: Session, principal: Principal, incoming: Incoming, added: Added) -> Received:
        items = waiting(added.asset, incoming.eager if incoming.eager_is_async else ())
        if incoming.returns_delete_token and added.is_overwrite:
            # Who uploads may take that back; what stood there before, only who may delete it.
            principal.rights.check(Act.DELETE, Where(principal.cloud.id, added.asset.folder))
        return Received(
            asset=added.asset,
            is_overwrite=added.is_overwrite,
            eager=items,
            batch_id=incoming.batch_id or (new_id() if items else None),
            delete_token=await self._delete_token(session, principal, added.asset)
            if incoming.returns_delete_token
            else None,
            asked=incoming.analyses,
            breakpoints=incoming.breakpoints,
            insights=incoming.insights,
        )

    async def _delete_token(self, session: Session, principal: Principal, asset: Asset) -> str:
        keys = await self.keys.enabled(session, principal.cloud.id)
        if not keys:
            raise Invalid("return_delete_token needs an enabled API key")
        return tokens.issue(asset.id, asset.version_id, keys[0], self.clock.now(), self.settings.delete_token_minutes)


def _noted(then: Then, disclosed: Disclosed | None, version_id: str) -> Then:
    """What the file tells stands with its version, where it tells anything."""
    if disclosed is None or not (disclosed.flags or disclosed.stripped):
        return then
    facts = disclosed.facts()

    async def both(session: Session, asset: Asset) -> None:
        await then(session, asset)
        if asset.version_id == version_id:
            await analyses.keep(session, asset, PRIVACY, facts)

    return both


def _format_told(incoming: Incoming, found: _Found) -> str | None:
    """A raw file is what its name says: it is delivered by its name, and nobody looks into it."""
    if found.kind is Kind.RAW:
        return naming.extension_of(incoming.names, incoming.filename)
    return found.facts.format


def _new_asset(principal: Principal, incoming: Incoming, found: _Found, called: Called, version_id: str) -> NewAsset:
    return NewAsset(
        cloud_id=principal.cloud.id,
        kind=found.kind,
        access=incoming.access,
        name=called.name,
        version_id=version_id,
        facts=found.facts,
        folder=called.folder,
        display_name=called.display_name,
        tags=incoming.tags,
        context=incoming.context,
        metadata=found.metadata,
        coordinates=_inside(incoming.coordinates, found.facts),
        regions=incoming.regions,
        access_control=incoming.access_control,
        serving=incoming.serving,
        original_filename=called.original_filename,
        uploaded_by=principal.key.api_key if principal.key else None,
        is_display_name_unique=incoming.names.is_display_name_unique,
        is_developed=found.is_developed,
    )


def _inside(coordinates: Mapping[str, tuple[Rectangle, ...]], facts: Facts) -> Mapping[str, tuple[Rectangle, ...]]:
    """No area is larger than the picture that it lies in."""
    if facts.width is None or facts.height is None:
        return coordinates
    wide, high = facts.width, facts.height
    return {
        name: tuple((left, top, min(width, wide), min(height, high)) for left, top, width, height in areas)
        for name, areas in coordinates.items()
    }


async def _tell_existing(session: Session, principal: Principal, incoming: Incoming, asset: Asset) -> None:
    """Who waits for the answer reads it there; who did not wait is told."""
    if incoming.batch_id is not None:
        existing = Received(asset, is_existing=True, batch_id=incoming.batch_id)
        await session.emit(_fact(principal, incoming, existing))


def _fact(principal: Principal, incoming: Incoming, received: Received) -> UploadReceived:
    return UploadReceived(
        cloud_id=principal.cloud.id,
        asset_id=received.asset.id,
        version_id=received.asset.version_id,
        api_key=principal.key.api_key if principal.key else None,
        notification_urls=list(incoming.notification_urls),
        is_overwrite=received.is_overwrite,
        eager=[ask.text() for ask in incoming.eager] if received.eager else [],
        batch_id=received.batch_id,
        eager_notification_urls=list(incoming.eager_notification_urls or incoming.notification_urls),
        is_existing=received.is_existing,
        asked=sorted(incoming.analyses),
        breakpoints=[asdict(ask) for ask in received.breakpoints],
        insights=asdict(received.insights),
    )


def _script(incoming: Incoming, received: Received) -> ScriptBrought:
    asset = received.asset
    return ScriptBrought(
        asset.cloud_id,
        asset.id,
        asset.version_id,
        incoming.on_success,
        asked=sorted(incoming.analyses),
        is_overwrite=received.is_overwrite,
    )


async def _pieces(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), PIECE_BYTES):
        yield data[start : start + PIECE_BYTES]
