"""Tag lists: which pictures have a tag, as JSON for pages; closed until the owner opens it, or signs the address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud
from safelight.assets import catalogue, moderation
from safelight.assets.listing import PAGE_MAX
from safelight.assets.model import Asset, Listing
from safelight.delivery import policy
from safelight.kernel.clock import Clock
from safelight.kernel.errors import NotFound, Unauthorized
from safelight.kernel.media import Access, Kind
from safelight.ports.database import Database, Session
from safelight.transform import percent
from safelight.transform.sign import url_signature_ok
from safelight.web import caching
from safelight.web.patterned import Patterned
from safelight.wire.search import tagged_json

PATH = "/{cloud}/{kind}/list/{tag}.json"
TYPE = "list"
"""The type by which an owner opens and closes them (clouds.RESTRICTABLE)."""
SECONDS = 60
"""So long caches keep a list."""

_PATTERN = re.compile(
    r"(?P<kind>image|video|raw|any)/list/(?:s--(?P<signature>[A-Za-z0-9_-]{1,64})--/)?"
    r"(?:v\d+/)?(?P<tag>[^?#]{1,3072})\.json",
    re.ASCII,
)


@dataclass(frozen=True)
class TagLists:
    """Lists what anybody may see: uploads that no rule hides and nobody rejected; the newest come first."""

    database: Database
    keys: Keys
    clock: Clock
    cloud_hosts: Mapping[str, str] = field(default_factory=dict[str, str])

    def routes(self) -> list[BaseRoute]:
        """To stand before delivery, which takes every path."""
        return [Patterned(PATH, _PATTERN, self.give, self.cloud_hosts)]

    async def give(self, request: Request, words: Mapping[str, str]) -> Response:
        """The uploads that have a tag, for pages; closed until the owner opens such lists or signs the address."""
        now = self.clock.now()
        tag = unquote(words["tag"])
        if "\0" in tag:
            raise NotFound("Resource not found")
        kind = None if words["kind"] == "any" else Kind(words["kind"])
        listing = Listing(kind=kind, access=Access.UPLOAD, tag=tag, max_results=PAGE_MAX)
        async with self.database.transaction() as session:
            cloud = await clouds.shown(session, unquote(words["cloud"]))
            policy.check_referrer(cloud, request.headers.get("referer"))
            policy.check_type(cloud, TYPE, is_signed=await self._is_signed(session, cloud, words))
            page = await catalogue.list(session, cloud.id, listing)
        found = [asset for asset in page.items if _is_open(asset, cloud, request.url.path, now)]
        if not found:
            raise NotFound(f"Resource not found - {tag}")
        scope = "public" if cloud.referrers is None else "private"
        headers = {**dict(caching.OPEN), "cache-control": f"{scope}, max-age={SECONDS}"}
        answer: dict[str, Any] = tagged_json(found, now)
        return JSONResponse(answer, headers=headers)

    async def _is_signed(self, session: Session, cloud: Cloud, words: Mapping[str, str]) -> bool:
        """Raises Unauthorized for a signature that is none."""
        signature = words.get("signature")
        if signature is None:
            return False
        secrets = [secret for key in await self.keys.enabled(session, cloud.id) for secret in key.spellings]
        written = f"{words['tag']}.json"
        if not url_signature_ok(signature, {written, percent.escaped(percent.decoded(written))}, secrets):
            raise Unauthorized(f"Invalid signature {signature}. String to sign - '{written}'")
        return True


def _is_open(asset: Asset, cloud: Cloud, path: str, now: datetime) -> bool:
    try:
        policy.opening(asset.access_control, path, (), now)
    except Unauthorized:
        return False
    return not moderation.is_hidden(asset, hides_pending=cloud.hides_pending)
