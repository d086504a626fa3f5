"""Verifying: after somebody changed who may see a file, its addresses are asked from outside, as a stranger would."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from safelight.accounts import clouds
from safelight.accounts.model import Cloud
from safelight.assets import access, analyses, catalogue
from safelight.assets.exposure import Rule, exposed
from safelight.assets.model import Asset, AssetRef
from safelight.derived import files
from safelight.kernel.clock import Clock
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database, Session
from safelight.ports.edge import Edge
from safelight.transform import percent
from safelight.wire.asset import urls

KIND = "exposure"
"""By which word the last answer is kept beside what the picture told (assets/analyses.py)."""
ADDRESSES_MAX = 6
"""Of one asset: the file itself and what was made of it, the oldest first."""
ASKED_TIMES = 3
"""Each address is asked so often, on a new connection each time: several processes answer."""
SETTLED_SECONDS = 1.0
"""So long a change may take until every process and every cache obeys."""
PAUSE_SECONDS = 0.1
REFUSED = (401, 403, 404, 410)

LOG = logging.getLogger("safelight.access")

Ask = Callable[[str], Awaitable[int]]
"""The path of an address -> the status that a stranger gets there. Raises OSError where nobody answers."""


@dataclass(frozen=True)
class Address:
    """A path, and whether a stranger should get the file there."""

    path: str
    is_open: bool


@dataclass(frozen=True)
class Verifying:
    """Asks the public address of this installation, whatever lies before it."""

    database: Database
    edge: Edge
    clock: Clock
    base_url: str
    ask: Ask
    seconds: float = SETTLED_SECONDS

    async def verify_access(self, payload: dict[str, Any]) -> None:
        """AccessChanged, AssetRenamed: what was found is kept with the asset, and what is wrong is told in the log."""
        async with self.database.transaction() as session:
            cloud = await clouds.find_by_id(session, payload["cloud_id"])
            asset = await catalogue.find_by_id(session, payload["cloud_id"], payload["asset_id"])
            if cloud is None or asset is None or not cloud.is_enabled or not _is_other(payload):
                return
            made = await files.list(session, cloud.id, asset.id, asset.version_id, max_results=ADDRESSES_MAX)
            left = await self._left(session, cloud, payload)
        now = self.clock.now()
        paths = self._addresses(cloud, asset, [each.transformation for each in made.items], now)
        addresses = [*paths, *(Address(path, False) for path in left)][:ADDRESSES_MAX]
        await self.edge.purge([asset.id])
        try:
            wrong = await self._wrong(addresses)
        except (OSError, TimeoutError) as error:
            LOG.info("a change of access could not be looked at from outside: %s", type(error).__name__)
            return
        found = {
            "at": now.isoformat(),
            "was_public": _was_public(payload),
            "is_public": exposed(cloud, asset, now) is not None,
            "addresses": len(addresses),
            "is_obeyed": not wrong,
            "wrong": [each.path for each in wrong],
        }
        async with self.database.transaction() as session:
            await analyses.keep(session, asset, KIND, found)
        if wrong:
            LOG.error("%d addresses of asset %s do not obey a change of access", len(wrong), asset.id)

    def _addresses(self, cloud: Cloud, asset: Asset, made: Sequence[str], now: datetime) -> list[Address]:
        """Those without a signature: what a signature opens, it opens to who got it from the owner."""
        found = exposed(cloud, asset, now)
        if found is not None and found.rule in (Rule.TYPE, Rule.ACCESS_CONTROL):
            # What is made of it may hold what is closed, or come from pages alone that may show it.
            return [] if cloud.referrers is not None else [Address(self._path(asset, cloud, ""), True)]
        if found is not None and found.rule is Rule.TIMED:
            return []  # Open at some times or below some addresses: neither answer would be wrong.
        paths = [self._path(asset, cloud, each) for each in ("", *(made if found is None else ()))]
        return [Address(path, False) for path in dict.fromkeys(paths)]

    def _path(self, asset: Asset, cloud: Cloud, transformation: str) -> str:
        return urlsplit(urls(asset, cloud, base_url=self.base_url, transformation=transformation)["url"]).path

    async def _left(self, session: Session, cloud: Cloud, payload: dict[str, Any]) -> Sequence[str]:
        """Where it was until it got another name, unless somebody else is there now."""
        name, old = payload.get("from_name"), payload.get("from_access")
        if not name or not old:
            return ()
        ref = AssetRef(Kind(payload["kind"]), Access(old), name)
        if await catalogue.find(session, cloud.id, ref) is not None:
            return ()
        return [f"/{cloud.name}/{ref.kind.value}/{ref.access.value}/{percent.escaped(name)}"]

    async def _wrong(self, addresses: Sequence[Address]) -> Sequence[Address]:
        """Those that still answer as before when the time is over."""
        until = asyncio.get_running_loop().time() + self.seconds
        wrong = [each for each in addresses if not await self._obeys(each)]
        while wrong and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(PAUSE_SECONDS)
            wrong = [each for each in wrong if not await self._obeys(each)]
        return wrong

    async def _obeys(self, address: Address) -> bool:
        """A fault on the way says nothing of who may see it."""
        for _ in range(ASKED_TIMES):
            status = await self.ask(address.path)
            if status in REFUSED if address.is_open else status < 400:
                return False
        return True


def _is_other(payload: dict[str, Any]) -> bool:
    """Whether a name alone changed, which opens and closes nothing."""
    old = payload.get("from_access")
    return not old or old != payload.get("access")


def _was_public(payload: dict[str, Any]) -> bool | None:
    """As far as the fact itself tells; None: it does not."""
    previous = payload.get("previous_access_control")
    if previous is None:
        old = payload.get("from_access")
        return None if not old else old == Access.UPLOAD.value
    return not access.is_closed(access.from_json(previous)) and payload.get("access") == Access.UPLOAD.value
