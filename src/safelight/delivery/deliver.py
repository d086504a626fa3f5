"""Deliver: a URL -> the file that it means, made if need be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud
from safelight.accounts.token_keys import TokenKeys
from safelight.assets.originals import Admit, Originals, admitted
from safelight.delivery import composed, policy, sources, token, types
from safelight.delivery.fetch import Fetch, address_of
from safelight.delivery.flood import Flood
from safelight.delivery.mappings import Remote
from safelight.delivery.model import DeliveryRequest, Media
from safelight.delivery.sources import Source
from safelight.delivery.threshold import Place, Threshold
from safelight.derived import named
from safelight.derived.choice import wants_original
from safelight.derived.ensure import INFO_FORMAT, Ensure
from safelight.derived.looking import Look
from safelight.derived.parts import Parts, RemoteMissing
from safelight.derived.planning import plan_of
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, NotFound, Unauthorized
from safelight.kernel.media import FORMATS, Access, Kind
from safelight.kernel.secret import Secret
from safelight.ports.database import Database, Session
from safelight.transform.auto import settle, varies_by
from safelight.transform.canon import normal
from safelight.transform.plan import Plan
from safelight.transform.sighting import kinds
from safelight.transform.spec import Vocabulary
from safelight.transform.url import DeliveryUrl, parse_path


@dataclass(frozen=True)
class _Asked:
    """What a URL means, with its source found."""

    request: DeliveryRequest
    url: DeliveryUrl
    cloud: Cloud
    plan: Plan
    is_signed: bool
    shown_keys: frozenset[str]
    """The keys whose tokens open the URL."""
    now: datetime
    source: Source
    place: Place | None


@dataclass(frozen=True)
class Deliver:
    """Find out what a URL means, whether it may be had, and which stored file it is."""

    database: Database
    keys: Keys
    originals: Originals
    look: Look
    parts: Parts
    ensure: Ensure
    fetch: Fetch
    vocabulary: Vocabulary
    clock: Clock
    compose: composed.Compose | None = None
    """Makes what pictures of a tag become; None: only what was made before is there."""
    flood: Flood | None = None
    """Bounds what unsigned requests may bring about; None: no bound."""
    admit: Admit = admitted
    """Asked for each answer that is not in memory; raises where nothing is handed out."""
    threshold: Threshold | None = None
    """Lets in only so many at a time; None: all."""

    async def __call__(self, request: DeliveryRequest) -> Media:
        if self.threshold is None:
            return await self._answer(request, None)
        cloud_name = request.cloud or request.raw_path.lstrip("/").partition("/")[0]
        async with self.threshold.cross(cloud_name, f"{cloud_name} {request.raw_path}?{request.query}") as place:
            return await self._answer(request, place)

    async def _answer(self, request: DeliveryRequest, place: Place | None) -> Media:
        asked = await self._understood(request, place)
        try:
            return await self._hand_out(asked)
        except RemoteMissing:
            raise
        except NotFound:
            # It was replaced or erased between our look at the row and our reach for the bytes: look again, once.
            return await self._hand_out(await self._understand(request, place))

    async def _understood(self, request: DeliveryRequest, place: Place | None) -> _Asked:
        try:
            return await self._understand(request, place)
        except composed.NotMade as missing:
            if self.compose is None:
                raise
            url = missing.url
            _leave(place)
            await self._spend(missing.cloud, request)
            await self.compose(missing.cloud, url.access, url.name, normal(url.transformation))
            return await self._understand(request, place)

    async def _understand(self, request: DeliveryRequest, place: Place | None) -> _Asked:
        url = parse_path(request.raw_path, request.query, request.cloud)
        if url.access is Access.FETCH:
            url = replace(url, name=address_of(url.name))
        async with self.database.statements() as session:
            cloud = await clouds.shown(session, url.cloud)
            if place is not None:
                place.belongs_to(cloud.id)
            policy.check_referrer(cloud, request.referrer)
            is_signed = policy.is_signed(url, await self._secrets(session, cloud, url))
            policy.check_type(cloud, url.access.value, is_signed=is_signed)
            written, url = url, composed.meant(url)
            now = self.clock.now()
            shown_keys = await self._shown_keys(session, cloud, request, url, now)
            has_token = bool(shown_keys)
            policy.check_access(url.access, is_signed=is_signed, is_original=False, has_token=has_token)
            plan = await plan_of(session, cloud.id, url.transformation, self.vocabulary)
            try:
                source = await sources.find(session, cloud, url, plan.handing.default_name)
            except NotFound as error:
                if url.access is Access.PRIVATE and not is_signed:
                    await self._hide(session, cloud, url, plan, request.referrer)
                if url is written or (cloud.is_strict and not is_signed):
                    raise
                raise composed.NotMade(error.message, cloud, written) from error
        if not isinstance(source, Source):
            _leave(place)
            if not is_signed:
                await self._spend(cloud, request)
        if isinstance(source, Remote):
            source = Source(await self.fetch.move_in(cloud, source, request.came_through), url.extension)
        elif source is None:
            source = Source(await self.fetch(cloud, url.kind, url.name, request.came_through), None)
        return _Asked(request, url, cloud, plan, is_signed, shown_keys, now, source, place)

    async def _hide(self, session: Session, cloud: Cloud, url: DeliveryUrl, plan: Plan, referrer: str | None) -> None:
        """Of a private file that is not there the same is said as of one that is: names cannot be tried out."""
        if plan.is_empty:
            raise Unauthorized(policy.DENIED)
        if cloud.is_strict:
            await self._strict(session, cloud, url, referrer)

    async def _secrets(self, session: Session, cloud: Cloud, url: DeliveryUrl) -> Sequence[Secret]:
        if url.signature is None:
            return ()
        return [secret for key in await self.keys.enabled(session, cloud.id) for secret in key.spellings]

    async def _shown_keys(
        self, session: Session, cloud: Cloud, request: DeliveryRequest, url: DeliveryUrl, now: datetime
    ) -> frozenset[str]:
        """The keys whose tokens open the request. One that does not is refused only where one is needed."""
        tokens = token.tokens_in(cloud.token_name, request.query, request.cookies)
        if not tokens:
            return frozenset()
        own = [
            pair for pair in request.query.split("&") if pair and pair.partition("=")[0] not in {cloud.token_name, "_a"}
        ]
        asked = token.Asked(
            path=request.raw_path,
            query="&".join(own),
            host=request.host,
            address=request.address,
            is_named_by_query=url.access is Access.FETCH,
        )
        keys = await TokenKeys(self.keys.store).list(session, cloud.id)
        try:
            return token.keys_shown(tokens, asked, keys, now)
        except Unauthorized as error:
            if url.access is Access.AUTHENTICATED:
                raise Unauthorized(f"{policy.DENIED}: {error.message}") from error
            return frozenset()

    async def _hand_out(self, asked: _Asked) -> Media:
        await self.admit(asked.cloud.id)
        asset = asked.source.asset
        # Before anything is looked into: who may not see a picture does not make us open it.
        path, is_signed = asked.request.raw_path, asked.is_signed
        opening = policy.opening(asset.access_control, path, asked.shown_keys, asked.now, is_signed=is_signed)
        plan = await self._settled(asked)
        has_token = bool(asked.shown_keys)
        policy.check_access(asset.access, is_signed=asked.is_signed, is_original=plan is None, has_token=has_token)
        media = self._original(asked) if plan is None else await self._derived(asked, plan)
        policy.check_format(asked.cloud, media.mime, is_signed=asked.is_signed)
        if asked.cloud.referrers is not None:
            media = replace(media, varies_by=(*media.varies_by, "Referer"))
        return _within(media, opening, asked.now)

    async def _settled(self, asked: _Asked) -> Plan | None:
        """What to make, with nothing left open; None where the stored bytes are what is asked for."""
        asset, extension = asked.source.asset, asked.source.extension
        # So end the names of what is told of pictures, in lists of derived files; no picture is written as it.
        is_info = extension is not None and extension.lower() == INFO_FORMAT
        if is_info:
            extension = None
        is_original, plan = wants_original(asset, asked.plan, extension), asked.plan
        if not is_original:
            if kinds(plan):
                _leave(asked.place)
            plan = settle(plan, asked.request.hints, await self.look(asset, plan), extension)
        if is_info and not (plan.wants_info or plan.handing.is_original):
            raise Invalid(f"Invalid extension in transformation: {asked.source.extension}")
        return None if is_original or plan.is_empty else plan

    def _original(self, asked: _Asked) -> Media:
        asset, handing = asked.source.asset, asked.plan.handing
        facts = asset.facts
        mime = types.mime_of(asset.kind, asset.name, facts.format)
        return Media(
            cloud_id=asset.cloud_id,
            asset_id=asset.id,
            blob_key=self.originals.key(asset.cloud_id, asset.version_id),
            size_bytes=facts.size_bytes,
            md5=facts.md5,
            mime=mime,
            modified_at=datetime.fromtimestamp(asset.version, UTC),
            is_private=policy.is_private(asset.access, is_original=True),
            is_immutable=handing.is_immutable,
            is_sandboxed=types.is_sandboxed(asset.kind, mime),
            is_first_choice=asked.source.is_first_choice,
            attachment_name=_save_name(asked, facts.format),
            headers=asset.serving.headers,
            stands_in_for=asked.source.stands_in_for,
            kind=asset.kind,
        )

    async def _derived(self, asked: _Asked, plan: Plan) -> Media:
        asset = asked.source.asset
        # Each time, also for what is made already: a layer may have been replaced, or may not be for everybody.
        path, is_signed, now = asked.request.raw_path, asked.is_signed, asked.now
        needed = await self.parts(
            asked.cloud,
            plan,
            is_signed=asked.is_signed,
            came_through=asked.request.came_through,
            may_fetch=lambda: self._may_fetch(asked),
        )
        openings = [
            policy.part_opening(part.access_control, path, is_signed=is_signed, now=now)
            for _, part in needed.parts
            if part.kind is not Kind.RAW
        ]
        derived = await self.ensure.find(asset, needed.plan, needed)
        is_made_now = derived is None
        if derived is None:
            await self._check_strict(asked)
            if self.flood is not None and not asked.is_signed:
                self.flood.check(asked.request.address)
            text = normal(asked.url.transformation)
            _leave(asked.place)
            derived = await self.ensure.make(asset, needed.plan, text, needed, lambda: self._may_make(asked))
        media = Media(
            cloud_id=asset.cloud_id,
            asset_id=asset.id,
            blob_key=derived.blob_key,
            size_bytes=derived.size_bytes,
            md5=derived.md5,
            mime=FORMATS[derived.format].mime,
            is_sandboxed=types.is_sandboxed(asset.kind, FORMATS[derived.format].mime),
            modified_at=derived.created_at,
            varies_by=varies_by(asked.plan),
            is_private=needed.is_private or policy.is_private(asset.access, is_original=False),
            is_immutable=plan.handing.is_immutable,
            is_made_now=is_made_now,
            is_first_choice=asked.source.is_first_choice and needed.is_first_choice,
            depends_on=needed.depends_on,
            attachment_name=_save_name(asked, derived.format),
            headers=asset.serving.headers,
            stands_in_for=asked.source.stands_in_for,
            kind=asset.kind,
            is_derived=True,
        )
        for opening in openings:
            media = _within(media, opening, now)
        return media

    async def _may_make(self, asked: _Asked) -> None:
        """What a key signed, its owner wants."""
        if not asked.is_signed:
            await self._spend(asked.cloud, asked.request)

    async def _may_fetch(self, asked: _Asked) -> None:
        await self._check_strict(asked)
        await self._may_make(asked)

    async def _spend(self, cloud: Cloud, request: DeliveryRequest) -> None:
        if self.flood is not None:
            await self.flood.spend(cloud.id, request.address)

    async def _check_strict(self, asked: _Asked) -> None:
        if not asked.cloud.is_strict or asked.is_signed:
            return
        async with self.database.statements() as session:
            await self._strict(session, asked.cloud, asked.url, asked.request.referrer)

    async def _strict(self, session: Session, cloud: Cloud, url: DeliveryUrl, referrer: str | None) -> None:
        text = normal(url.transformation)
        names = await named.definitions(session, cloud.id, policy.names_alone(url.transformation))
        listed = await named.find(session, cloud.id, text)
        policy.check_strict(cloud, text, is_signed=False, names=names, listed=listed, referrer=referrer)


def _leave(place: Place | None) -> None:
    if place is not None:
        place.leave()


def _within(media: Media, opening: policy.Opening, now: datetime) -> Media:
    """Caches may keep it for as long as it may be seen, and no longer."""
    if not opening.is_to_all:
        return replace(media, is_private=True)
    if opening.until is None:
        return media
    seconds = max(0, int((opening.until - now).total_seconds()))
    return replace(media, seconds_left=seconds if media.seconds_left is None else min(seconds, media.seconds_left))


def _save_name(asked: _Asked, format: str | None) -> str | None:
    handing = asked.plan.handing
    if not handing.is_attachment:
        return None
    return types.save_name(asked.source.asset, handing.attachment_name, format)
