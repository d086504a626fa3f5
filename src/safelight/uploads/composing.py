"""Composing: an asset that is made of others: at once, or as a job for who does not wait."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Manner, Principal
from safelight.activity.taken import UNTOLD, Taken
from safelight.assets import catalogue, reach
from safelight.assets.model import Asset, AssetRef
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Busy, NotAvailable, Processing, SafelightError, TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.media import Kind
from safelight.ports.database import Database, Session
from safelight.uploads.events import AssetComposed, ComposeAsked, UploadFailed

Words = Mapping[str, str | list[str]]

WORDS_BYTES_MAX = 1024 * 1024
"""What is asked waits in the queue: a thousand long names fit."""

_OF_THE_REQUEST = frozenset({"signature", "timestamp", "api_key", "cloud_name", "async", "mode"})


@dataclass(frozen=True)
class Composed:
    """What was made. `facts`: what is told of it beyond the asset, as plain values."""

    asset: Asset
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Asked:
    """What to make, by whom it was asked, and what to call it. `words` are those of the client."""

    principal: Principal
    about: str
    """Which of the makers: `generate_archive`, `multi`, `sprite`."""
    words: Words
    kind: Kind | None
    ref: AssetRef
    version_id: str = field(default_factory=new_id)
    """Drawn before it is made: so who runs a second time sees that it is there."""
    notification_urls: tuple[str, ...] = ()
    batch_id: str | None = None
    taken: Taken = UNTOLD
    """What notes that it came in, where no request that waits for it tells of it (wire/noting.py)."""


class Make(Protocol):
    """One of the makers: keeps what it makes under the name and version that it is told, and tells of it."""

    async def __call__(self, asked: Asked) -> Composed: ...


async def tell(session: Session, asked: Asked, composed: Composed, now: datetime) -> None:
    """The fact, for the transaction that makes the asset visible."""
    asset, key = composed.asset, asked.principal.key
    size_bytes, key_id = asset.facts.size_bytes, key.id if key else ""
    await asked.taken(session, asset.cloud_id, asset.id, size_bytes, key_id=key_id, now=now)
    await session.emit(
        AssetComposed(
            cloud_id=asked.principal.cloud.id,
            about=asked.about,
            asset_id=composed.asset.id,
            version_id=composed.asset.version_id,
            facts=dict(composed.facts),
            notification_urls=list(asked.notification_urls),
            batch_id=asked.batch_id,
        )
    )


@dataclass(frozen=True)
class Composing:
    """Puts aside, and does what was put aside: once, however often and wherever the job runs."""

    database: Database
    keys: Keys
    clock: Clock
    makers: Mapping[str, Make]
    taken: Taken = UNTOLD

    async def put_aside(self, asked: Asked) -> str:
        """The batch id, by which its end will be told."""
        batch_id = asked.batch_id or asked.version_id
        principal = asked.principal
        words = {word: value for word, value in asked.words.items() if word not in _OF_THE_REQUEST}
        if len(json.dumps(words)) > WORDS_BYTES_MAX:
            raise TooMuch(f"Too many words for what is made later. Maximum is {WORDS_BYTES_MAX} bytes.")
        async with self.database.transaction() as session:
            await session.emit(
                ComposeAsked(
                    cloud_id=principal.cloud.id,
                    about=asked.about,
                    words=words,
                    kind=asked.kind.value if asked.kind else None,
                    ref=[asked.ref.kind.value, asked.ref.access.value, asked.ref.name],
                    version_id=asked.version_id,
                    manner=principal.manner.value,
                    api_key=principal.key.api_key if principal.key else None,
                    is_limited=not principal.rights.is_full,
                    notification_urls=list(asked.notification_urls),
                    batch_id=batch_id,
                )
            )
        return batch_id

    async def compose_later(self, payload: dict[str, Any]) -> None:
        """Reaction to ComposeAsked. What can never be done is told as UploadFailed; all else is tried again."""
        event = ComposeAsked.from_payload(payload)
        async with self.database.lock(f"compose/{event.cloud_id}/{event.version_id}") as is_mine:
            if not is_mine:
                raise Busy("It is being made", batch_id=event.batch_id)
            asked = await self._asked(event)
            if asked is None:
                return
            try:
                await self.makers[event.about](asked)
            except (NotAvailable, Processing):
                raise
            except SafelightError as error:
                if error.status >= 500:
                    raise
                await self._give_up(event, error.message)

    async def _asked(self, event: ComposeAsked) -> Asked | None:
        """None where it was done already, or its cloud is gone."""
        async with self.database.transaction() as session:
            if await catalogue.known_versions(session, [event.version_id]):
                return None
            cloud = await clouds.find_by_id(session, event.cloud_id)
            if cloud is None:
                return None
            principal = await reach.asked_then(
                session, self.keys, cloud, Manner(event.manner), event.api_key, was_limited=event.is_limited
            )
        return Asked(
            principal=principal,
            about=event.about,
            words=event.words,
            kind=Kind(event.kind) if event.kind else None,
            ref=event.asset_ref(),
            version_id=event.version_id,
            notification_urls=tuple(event.notification_urls),
            batch_id=event.batch_id,
            taken=self.taken,
        )

    async def _give_up(self, event: ComposeAsked, message: str) -> None:
        ref = event.asset_ref()
        async with self.database.transaction() as session:
            await session.emit(
                UploadFailed(
                    cloud_id=event.cloud_id,
                    batch_id=event.batch_id,
                    message=message,
                    kind=ref.kind.value,
                    name=ref.name,
                    notification_urls=event.notification_urls,
                    at=self.clock.now().isoformat(),
                )
            )
