"""Who may see what: the settings of the cloud, its keys for tokens of delivery, and bearer tokens for its API."""

from dataclasses import dataclass
from typing import Any, Literal

from starlette.routing import BaseRoute

from safelight.accounts import bearer, clouds
from safelight.accounts.clouds import Keep
from safelight.accounts.model import Key, Manner
from safelight.accounts.token_keys import TokenKeys
from safelight.kernel.errors import Forbidden
from safelight.kernel.rights import Act
from safelight.web.admin.door import AdminDoor, Call, Need
from safelight.wire import params
from safelight.wire.cloud import access_json, bearer_json, token_key_json

KEY_ONLY = "This call needs an API key and its secret; a token is not enough"


@dataclass(frozen=True)
class Access:
    """The calls about what is open to whom. What opens more than it did is for keys alone, and not for tokens."""

    door: AdminDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/access_settings", self.settings, needs=Act.SETTINGS),
            route("PUT", "/access_settings", self.change, needs=Act.SETTINGS),
            route("GET", "/token_keys", self.list_keys, needs=Act.KEYS),
            route("POST", "/token_keys", self.add_key, needs=Act.KEYS),
            route("DELETE", "/token_keys/{id}", self.drop_key, needs=Act.KEYS),
            route("GET", "/access_tokens", self.list_tokens, needs=Act.KEYS),
            route("POST", "/access_tokens", self.issue, needs=Need.NOTHING),
            route("DELETE", "/access_tokens/{id}", self.revoke, needs=Act.KEYS),
        ]

    async def settings(self, call: Call) -> dict[str, Any]:
        """Strict transformations, restricted types, allowed referrers, hosts to fetch from, what waits for review."""
        return access_json(call.cloud)

    async def change(self, call: Call) -> dict[str, Any]:
        """Change what is said; a list of hosts that is empty means any host."""
        _key(call)
        said = call.params
        async with self.door.database.transaction() as session:
            cloud = await clouds.change(
                session,
                call.cloud.id,
                is_strict=params.flag(said, "strict_transformations") if "strict_transformations" in said else None,
                hides_pending=params.flag(said, "hide_pending") if "hide_pending" in said else None,
                strips_private=params.flag(said, "strip_private") if "strip_private" in said else None,
                strict_referrers=_listed(call, "strict_referrers"),
                restricted_types=_listed(call, "restricted_types"),
                referrers=_hosts(call, "allowed_referrers"),
                fetch_hosts=_hosts(call, "allowed_fetch_domains"),
                denied_hosts=_listed(call, "denied_fetch_domains"),
                token_name=params.text(said, "token_name"),
            )
        return access_json(cloud)

    async def list_keys(self, call: Call) -> dict[str, Any]:
        """The keys for tokens of delivery, by their ids."""
        async with self.door.database.transaction() as session:
            keys = await self._token_keys.list(session, call.cloud.id)
        return {"token_keys": [token_key_json(key) for key in keys]}

    async def add_key(self, call: Call) -> dict[str, Any]:
        """A new key for tokens of delivery, or one that is brought along. It is told this once."""
        _key(call)
        given = params.text(call.params, "key")
        async with self.door.database.transaction() as session:
            key = await self._token_keys.add(session, call.cloud.id, now=call.now, key=given)
        return token_key_json(key, with_key=True)

    async def drop_key(self, call: Call) -> dict[str, Any]:
        """Its tokens open nothing any more."""
        _key(call)
        async with self.door.database.transaction() as session:
            await self._token_keys.drop(session, call.cloud.id, call.path["id"])
        return {"message": "deleted"}

    async def list_tokens(self, call: Call) -> dict[str, Any]:
        """The bearer tokens of the cloud, without their letters."""
        async with self.door.database.transaction() as session:
            tokens = await bearer.list_all(session, call.cloud.id)
        return {"access_tokens": [bearer_json(token) for token in tokens]}

    async def issue(self, call: Call) -> dict[str, Any]:
        """A new bearer token that stands for the key that asks for it. It is told this once."""
        key = _key(call)
        hours = params.number(call.params, "hours", low=1, high=bearer.HOURS_MAX)
        async with self.door.database.transaction() as session:
            token, letters = await bearer.issue(
                session,
                key,
                name=params.text(call.params, "name") or "",
                scopes=params.csv(call.params, "scopes") or bearer.SCOPES,
                hours=bearer.HOURS_DEFAULT if hours is None else hours,
                now=call.now,
            )
        return bearer_json(token, letters)

    async def revoke(self, call: Call) -> dict[str, Any]:
        """The token opens nothing any more."""
        _key(call)
        async with self.door.database.transaction() as session:
            await bearer.revoke(session, call.cloud.id, call.path["id"])
        return {"message": "deleted"}

    @property
    def _token_keys(self) -> TokenKeys:
        return TokenKeys(self.door.auth.keys.store)


def _key(call: Call) -> Key:
    """The key that asks with its secret. With a token that was found one cannot make others that live longer."""
    if call.key is None or call.principal.manner is not Manner.BASIC:
        raise Forbidden(KEY_ONLY)
    return call.key


def _listed(call: Call, name: str) -> tuple[str, ...] | None:
    """The words; none of them where it was said to be empty, and None where nothing was said."""
    if name in call.emptied and name not in call.params:
        return ()
    return params.csv(call.params, name) if name in call.params else None


def _hosts(call: Call, name: str) -> tuple[str, ...] | Literal[Keep.KEEP] | None:
    if name in call.emptied and name not in call.params:
        return None
    return params.csv(call.params, name) if name in call.params else Keep.KEEP
