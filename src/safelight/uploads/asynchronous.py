"""Later: an upload that is answered before it is done. Its bytes and words wait where any machine finds them."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Manner, Principal
from safelight.assets import reach
from safelight.assets.model import Asset
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Busy, NotAvailable, Processing, SafelightError
from safelight.kernel.ids import new_id, random_name
from safelight.kernel.media import Kind, sniff
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.settings import UploadSettings
from safelight.uploads import checks, naming, waiting_store
from safelight.uploads.events import UploadAsked, UploadFailed
from safelight.uploads.fetch import Fetch
from safelight.uploads.model import Incoming
from safelight.uploads.receive import Receive
from safelight.uploads.staging import Staged, Staging

Words = Mapping[str, str | list[str]]
Parse = Callable[[Words, Kind | None], Incoming]
"""wire/intake.py: the words of clients -> what they ask."""

WAITING = "w/"
"""What the keys of all bytes begin with that wait for their upload."""


def waiting_prefix(cloud_id: str) -> str:
    """What those of a cloud begin with."""
    return f"{WAITING}{cloud_id}/"


HOURS_MAX = 24
"""What could not be done by then is given up, and told as a failure."""
BATCH = 500

_OF_THE_REQUEST = frozenset({"signature", "timestamp", "api_key", "file", "cloud_name"})


class _DoneAlready(Exception):
    """Somebody else was quicker."""


@dataclass(frozen=True)
class Pending:
    """The answer to who does not wait. `name` is None where only the file, which is elsewhere, could tell it."""

    batch_id: str
    kind: Kind | None
    name: str | None


@dataclass(frozen=True)
class Later:
    """Put an upload aside. Bytes first, then the row and its job; what a crash leaves between them, sweep.py finds."""

    database: Database
    blobs: BlobStore
    clock: Clock
    parse: Parse

    async def __call__(
        self,
        principal: Principal,
        words: Words,
        kind: Kind | None,
        *,
        staged: Staged | None = None,
        filename: str | None = None,
        url: str | None = None,
    ) -> Pending:
        """A staged file, which is gone afterwards, or the address of one. Raises Invalid for a name that may not be."""
        letters = random_name()
        incoming = replace(self.parse(words, kind), filename=filename)
        found = checks.kind_of(kind, sniff(staged.head)) if staged is not None else kind
        name = _name(principal, incoming, found, letters)
        batch_id, now = new_id(), self.clock.now()
        blob_key = f"{waiting_prefix(principal.cloud.id)}{batch_id}" if staged is not None else ""
        asked = {
            "words": {word: value for word, value in words.items() if word not in _OF_THE_REQUEST},
            "kind": kind.value if kind else None,
            "manner": principal.manner.value,
            "api_key": principal.key.api_key if principal.key else None,
            "is_limited": not principal.rights.is_full,
            "filename": filename,
            "url": url,
            "letters": letters,
            "name": name,
            "notification_urls": list(incoming.notification_urls),
        }
        if staged is not None:
            await self.blobs.adopt(blob_key, staged.path)
        async with self.database.transaction() as session:
            await waiting_store.add(session, principal.cloud.id, batch_id, asked, blob_key, now)
            await session.emit(UploadAsked(principal.cloud.id, batch_id))
        return Pending(batch_id, found, name)


def _name(principal: Principal, incoming: Incoming, kind: Kind | None, letters: str) -> str | None:
    if kind is None or incoming.script or (incoming.names.uses_filename and incoming.filename is None):
        return incoming.names.public_id
    mode = principal.cloud.folder_mode
    return naming.call(incoming.names, kind, mode, incoming.filename, naming.drawn(letters)).name


@dataclass(frozen=True)
class Waiting:
    """What was put aside is done: once, however often and wherever the job runs."""

    database: Database
    blobs: BlobStore
    staging: Staging
    fetch: Fetch
    receive: Receive
    keys: Keys
    clock: Clock
    parse: Parse
    settings: UploadSettings

    async def receive_later(self, payload: dict[str, Any]) -> None:
        """Reaction to UploadAsked. What can never be done is told as UploadFailed; all else is tried again."""
        event = UploadAsked.from_payload(payload)
        async with self.database.lock(f"waiting/{event.cloud_id}/{event.batch_id}") as is_mine:
            if not is_mine:
                raise Busy("The upload is being done", batch_id=event.batch_id)
            async with self.database.transaction() as session:
                row = await waiting_store.find(session, event.cloud_id, event.batch_id)
            if row is None:
                return
            try:
                with suppress(_DoneAlready):
                    await self._do(event, row["asked"], row["blob_key"])
            except (NotAvailable, Processing):
                raise
            except SafelightError as error:
                if error.status >= 500:
                    raise
                await self._give_up(event.cloud_id, event.batch_id, row["asked"], error.message)
            if row["blob_key"]:
                await self.blobs.delete(row["blob_key"])

    async def _do(self, event: UploadAsked, asked: dict[str, Any], blob_key: str) -> None:
        principal = await self._principal(event.cloud_id, asked)
        kind = Kind(asked["kind"]) if asked["kind"] else None
        incoming = replace(
            self.parse(asked["words"], kind),
            filename=asked["filename"],
            batch_id=event.batch_id,
            letters=asked["letters"],
            # When the asset is there, the job is over: what else is to be made is a job of its own.
            eager_is_async=True,
            is_noted_here=True,
        )
        size_bytes_max = checks.size_bytes_max(kind, self.settings)
        if blob_key:
            staged = await self.staging.stage(self.blobs.open(blob_key), size_bytes_max=size_bytes_max)
        else:
            source = await self.fetch(
                str(asked["url"]),
                size_bytes_max=size_bytes_max,
                headers=incoming.fetch_headers,
                proxy=incoming.fetch_proxy,
                cloud=principal.cloud.name,
                hosts=principal.cloud.owners_hosts,
            )
            staged, incoming = source.staged, replace(incoming, filename=source.filename)

        async def close(session: Session, asset: Asset) -> None:
            if not await waiting_store.remove(session, event.cloud_id, event.batch_id):
                raise _DoneAlready

        await self.receive(principal, incoming, staged, then=close)

    async def _principal(self, cloud_id: str, asked: dict[str, Any]) -> Principal:
        """Who asked: a key that was disabled since has asked all the same, but with no more than it may now."""
        async with self.database.transaction() as session:
            cloud = await clouds.find_by_id(session, cloud_id)
            if cloud is None:
                raise _DoneAlready
            # Of what waits since before keys could be limited, none was.
            limited = bool(asked.get("is_limited"))
            manner = Manner(asked["manner"])
            return await reach.asked_then(session, self.keys, cloud, manner, asked["api_key"], was_limited=limited)

    async def _give_up(self, cloud_id: str, batch_id: str, asked: dict[str, Any], message: str) -> None:
        async with self.database.transaction() as session:
            if await waiting_store.remove(session, cloud_id, batch_id):
                await session.emit(
                    UploadFailed(
                        cloud_id=cloud_id,
                        batch_id=batch_id,
                        message=message,
                        kind=asked["kind"] or "auto",
                        name=asked["name"],
                        notification_urls=asked["notification_urls"],
                        at=self.clock.now().isoformat(),
                    )
                )

    async def sweep_waiting(self, payload: dict[str, Any]) -> None:
        """Give up what has waited for too long."""
        del payload
        before = self.clock.now() - timedelta(hours=HOURS_MAX)
        while True:
            async with self.database.transaction() as session:
                rows = await waiting_store.overdue(session, before, BATCH)
            for row in rows:
                await self._give_up(row["cloud_id"], row["id"], row["asked"], "The upload could not be done in time")
                if row["blob_key"]:
                    await self.blobs.delete(row["blob_key"])
            if len(rows) < BATCH:
                return
