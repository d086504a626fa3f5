"""Eager: makes the derived files that an upload asked for, at once or as a job."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from safelight.accounts import clouds
from safelight.accounts.model import Cloud
from safelight.assets import catalogue
from safelight.assets.model import Asset, Facts, MetadataValue
from safelight.derived.counted import Cause
from safelight.derived.ensure import facts_of
from safelight.derived.looking import Look
from safelight.derived.model import Derived
from safelight.derived.parts import Needed, Parts
from safelight.derived.planning import plan_of
from safelight.kernel.errors import NotAvailable, NotFound, SafelightError
from safelight.kernel.media import Kind
from safelight.ports.database import Database
from safelight.transform.auto import Hints, settle
from safelight.transform.canon import normal
from safelight.transform.plan import Plan
from safelight.transform.spec import Vocabulary
from safelight.uploads.events import EagerAsked, EagerReady, UploadReceived
from safelight.uploads.model import EagerAsk, EagerItem


class Make(Protocol):
    """derived/ensure.py: the one way to make a derived file."""

    async def __call__(
        self, asset: Asset, plan: Plan, transformation: str, parts: Needed, *, cause: Cause
    ) -> Derived: ...


@dataclass(frozen=True)
class Eager:
    """Parses what was asked, and makes it."""

    database: Database
    look: Look
    parts: Parts
    make: Make
    vocabulary: Vocabulary

    async def plan(self, cloud_id: str, transformation: str) -> Plan:
        """The text as a plan that is not settled yet; raises TransformError."""
        async with self.database.transaction() as session:
            return await plan_of(session, cloud_id, transformation, self.vocabulary)

    async def check(
        self,
        cloud_id: str,
        kind: Kind,
        facts: Facts,
        asks: Sequence[EagerAsk],
        *,
        tags: tuple[str, ...],
        context: Mapping[str, str],
        metadata: Mapping[str, MetadataValue],
        sees_all: bool = True,
    ) -> None:
        """Raises Invalid for what can never be made: better before anything is stored.

        `sees_all`: who asks may see every asset of the cloud; else pictures of restricted access are not laid over.
        """
        if kind is Kind.RAW or not asks:
            return
        # What it shows is looked for once it is stored. Whether the rest makes sense, any number of faces can tell.
        source = replace(facts_of(facts, tags, context, metadata), faces=0)
        for ask in asks:
            settled = settle(await self.plan(cloud_id, ask.transformation), Hints(), source, ask.extension)
            if not sees_all:
                self.parts.check_open(settled)

    async def __call__(
        self, asset: Asset, asks: Sequence[EagerAsk], cause: Cause = Cause.EAGER
    ) -> tuple[EagerItem, ...]:
        """Make them one after the other; one that fails does not keep the others from being made."""
        if asset.kind is Kind.RAW or not asks:
            return ()
        async with self.database.transaction() as session:
            cloud = await clouds.find_by_id(session, asset.cloud_id)
        if cloud is None:
            raise NotFound("The cloud is gone")
        return tuple([await self._item(cloud, asset, ask, cause) for ask in asks])

    async def _item(self, cloud: Cloud, asset: Asset, ask: EagerAsk, cause: Cause) -> EagerItem:
        item = EagerItem(normal(ask.transformation), ask.extension)
        try:
            plan = await self.plan(asset.cloud_id, ask.transformation)
            settled = settle(plan, Hints(), await self.look(asset, plan), ask.extension)
            # What is made eagerly was asked for by a signed request, or by a preset of the cloud's owner.
            needed = await self.parts(cloud, settled, is_signed=True)
            made = await self.make(asset, needed.plan, item.transformation, needed, cause=cause)
        except SafelightError as error:
            return replace(item, reason=error.message, may_be_tried_again=isinstance(error, NotAvailable))
        return replace(item, format=made.format, width=made.width, height=made.height, size_bytes=made.size_bytes)

    async def make_eager(self, payload: dict[str, Any]) -> None:
        """Reaction to UploadReceived and EagerAsked: make what waits, then tell EagerReady. Made twice is made once."""
        event = UploadReceived.from_payload(payload)
        if not event.eager or event.batch_id is None:
            return
        async with self.database.transaction() as session:
            asset = await catalogue.find_by_id(session, event.cloud_id, event.asset_id)
        if asset is None or asset.version_id != event.version_id:
            return
        cause = Cause(payload.get("cause", Cause.EAGER_ASYNC))
        items = await self(asset, [ask_of(text) for text in event.eager], cause)
        if any(item.may_be_tried_again for item in items):
            raise NotAvailable("Some eager files could not be made just now", batch_id=event.batch_id)
        async with self.database.transaction() as session:
            await session.emit(
                EagerReady(
                    cloud_id=asset.cloud_id,
                    asset_id=asset.id,
                    version_id=asset.version_id,
                    batch_id=event.batch_id,
                    items=[asdict(item) for item in items],
                    notification_urls=event.eager_notification_urls,
                )
            )


def waiting(asset: Asset, asks: Sequence[EagerAsk]) -> tuple[EagerItem, ...]:
    """How the items look while they are still to be made."""
    if asset.kind is Kind.RAW:
        return ()
    return tuple(EagerItem(normal(ask.transformation), ask.extension, is_processing=True) for ask in asks)


def asked(asset: Asset, asks: Sequence[EagerAsk], batch_id: str, notification_urls: Sequence[str]) -> EagerAsked:
    """The fact that derived files of a stored asset shall be made as a job."""
    return EagerAsked(
        cloud_id=asset.cloud_id,
        asset_id=asset.id,
        version_id=asset.version_id,
        batch_id=batch_id,
        eager=[ask.text() for ask in asks],
        eager_notification_urls=list(notification_urls),
    )


def ask_of(text: str) -> EagerAsk:
    """`c_fill,w_100/jpg`: a transformation, perhaps with the extension of the file that shall come out."""
    components = [component for component in text.split("/") if component]
    last = components[-1] if components else ""
    # A component always has a `_`, a file extension never has one.
    if last and "_" not in last and "," not in last:
        return EagerAsk("/".join(components[:-1]), last.lower())
    return EagerAsk("/".join(components), None)
