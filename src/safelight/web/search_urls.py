"""Search URLs: a search whose address the owner signed, so that pages may ask it without a key."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud
from safelight.delivery import policy
from safelight.kernel.clock import Clock
from safelight.kernel.errors import Invalid, Unauthorized
from safelight.kernel.secret import Secret
from safelight.ports.database import Database
from safelight.transform.sign import search_signature_ok
from safelight.web import caching
from safelight.web.admin.searching import Searching
from safelight.web.body import json_params
from safelight.web.patterned import Patterned

PATH = "/{cloud}/search/{signature}/{ttl}/{query}"
TTL_SECONDS_MAX = 365 * 24 * 60 * 60
"""Longer than a year no cache is told to keep an answer."""
QUERY_CHARS_MAX = 32_768

# Some SDKs write the query with slashes in it: then all of the rest is the query, or all but its last segment.
_PATTERN = re.compile(r"search/(?P<signature>[0-9a-f]{64})/(?P<ttl>\d{1,10})/(?P<rest>[^?#]+)", re.ASCII)


@dataclass(frozen=True)
class SearchUrls:
    """Answers searches that one of the cloud's keys signed; how long caches keep the answer is signed, too."""

    database: Database
    keys: Keys
    clock: Clock
    searching: Searching
    cloud_hosts: Mapping[str, str] = field(default_factory=dict[str, str])

    def routes(self) -> list[BaseRoute]:
        """To stand before delivery, which takes every path."""
        return [Patterned(PATH, _PATTERN, self.give, self.cloud_hosts)]

    async def give(self, request: Request, words: Mapping[str, str]) -> Response:
        """A search that the owner signed, for pages that have no key."""
        async with self.database.transaction() as session:
            cloud = await clouds.shown(session, unquote(words["cloud"]))
            policy.check_referrer(cloud, request.headers.get("referer"))
            secrets = [secret for key in await self.keys.enabled(session, cloud.id) for secret in key.spellings]
        query, cursor = _signed(words, secrets)
        seconds = min(int(words["ttl"]), TTL_SECONDS_MAX)
        headers = {**dict(caching.OPEN), "cache-control": f"{_who(cloud)}, max-age={seconds}"}
        if cloud.referrers is not None:
            headers["vary"] = "Referer"
        params = {name: value for name, value in json_params(_decoded(query)).items() if name != "next_cursor"}
        if cursor:
            params["next_cursor"] = cursor
        return JSONResponse(await self.searching.assets(cloud, None, params, self.clock.now()), headers=headers)


def _who(cloud: Cloud) -> str:
    """Which caches may keep an answer: where only some pages may see it, none that is shared."""
    return "public" if cloud.referrers is None else "private"


def _signed(words: Mapping[str, str], secrets: Sequence[Secret]) -> tuple[str, str | None]:
    """The query and the cursor behind it. Raises Unauthorized."""
    rest = unquote(words["rest"])
    if len(rest) > QUERY_CHARS_MAX:
        raise Invalid("The URL is too long.")
    head, _, last = rest.rpartition("/")
    for query, cursor in ((rest, None), (head, last)):
        if query and search_signature_ok(words["signature"], words["ttl"], query, secrets):
            return query, cursor
    raise Unauthorized("Invalid signature of the search URL")


def _decoded(query: str) -> bytes:
    """The JSON of a query; letters of one SDK are Latin-1."""
    plain = query.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        raw = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Invalid("The query of the search URL is no base64") from error
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1").encode()
    return raw
