"""Access keys: make, list, change and delete the API keys of a cloud."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute

from safelight.accounts import owned
from safelight.accounts.keys import KEYS_MAX
from safelight.accounts.model import Cloud, Key
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.rights import Act
from safelight.people import grants
from safelight.people.model import Principal, PrincipalKind
from safelight.ports.database import Session
from safelight.web.admin.words import required
from safelight.web.provisioning.door import Call, ProvisioningDoor
from safelight.wire import params
from safelight.wire.provisioning import access_key_json, optional_flag

PAGES_MAX = 1_000_000

_SORTED: dict[str, Callable[[Key], Any]] = {
    "api_key": lambda key: key.api_key,
    "created_at": lambda key: (key.created_at, key.id),
    "name": lambda key: (key.name.casefold(), key.id),
    "enabled": lambda key: (key.is_enabled, key.id),
}


@dataclass(frozen=True)
class AccessKeys:
    """The calls about API keys of a cloud."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        route, base = self.door.route, "/sub_accounts/{sub_account}/access_keys"
        return [
            route("GET", base, self.list, needs=Act.CLOUDS),
            route("POST", base, self.generate, needs=Act.CLOUDS),
            route("DELETE", base, self.delete_by_name, needs=Act.CLOUDS),
            route("PUT", f"{base}/{{key}}", self.update, needs=Act.CLOUDS),
            route("DELETE", f"{base}/{{key}}", self.delete, needs=Act.CLOUDS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """One page of the keys; all of them unless a size is given."""
        size = params.number(call.params, "page_size", low=1, high=KEYS_MAX) or KEYS_MAX
        page = params.number(call.params, "page", low=1, high=PAGES_MAX) or 1
        async with self.door.database.transaction() as session:
            cloud = await self._cloud(session, call)
            keys = await self.door.keys.list(session, cloud.id)
        shown = _sorted(keys, call)[(page - 1) * size : page * size]
        return {"access_keys": [_json(key, keys) for key in shown], "total": len(keys)}

    async def generate(self, call: Call) -> dict[str, Any]:
        """A new key."""
        async with self.door.database.transaction() as session:
            cloud = await self._cloud(session, call)
            key = await self.door.keys.issue(
                session,
                cloud.id,
                name=params.text(call.params, "name") or "",
                now=call.now,
                is_enabled=optional_flag(call.params, "enabled") is not False,
            )
            return _json(key, await self.door.keys.list(session, cloud.id))

    async def update(self, call: Call) -> dict[str, Any]:
        """Change what is given."""
        async with self.door.database.transaction() as session:
            cloud = await self._cloud(session, call)
            key = await self.door.keys.change(
                session,
                cloud.id,
                call.path["key"],
                now=call.now,
                name=params.text(call.params, "name"),
                is_enabled=optional_flag(call.params, "enabled"),
                dedicated_for=params.csv(call.params, "dedicated_for") or None,
            )
            return _json(key, await self.door.keys.list(session, cloud.id))

    async def delete(self, call: Call) -> dict[str, Any]:
        """The key opens nothing any more."""
        async with self.door.database.transaction() as session:
            await self._end(session, call, await self._cloud(session, call), call.path["key"])
        return {"message": "ok"}

    async def delete_by_name(self, call: Call) -> dict[str, Any]:
        """The same, of the one key of that name."""
        name = required(call.params, "name")
        async with self.door.database.transaction() as session:
            cloud = await self._cloud(session, call)
            found = [key.api_key for key in await self.door.keys.list(session, cloud.id) if key.name == name]
            if not found:
                raise NotFound(f"Cannot find access key with name {name[:100]}")
            if len(found) > 1:
                raise Invalid(f"{len(found)} access keys have the name {name[:100]}; delete one by its api_key")
            await self._end(session, call, cloud, found[0])
        return {"message": "ok"}

    async def _end(self, session: Session, call: Call, cloud: Cloud, api_key: str) -> None:
        await self.door.keys.delete(session, cloud.id, api_key, call.now)
        await grants.forget(session, call.account.id, Principal(PrincipalKind.API_KEY, api_key))

    async def _cloud(self, session: Session, call: Call) -> Cloud:
        return await owned.get(session, call.account.id, call.path["sub_account"])


def _sorted(keys: Sequence[Key], call: Call) -> Sequence[Key]:
    """By birth unless it is said otherwise; the newest first where only the order is not said."""
    by = params.text(call.params, "sort_by")
    order = params.text(call.params, "sort_order") or ("asc" if by is None else "desc")
    if (by or "created_at") not in _SORTED:
        raise Invalid(f"Invalid value {(by or '')[:50]} for parameter sort_by: must be one of {', '.join(_SORTED)}")
    if order.lower() not in {"asc", "desc"}:
        raise Invalid(f"Invalid value {order[:50]} for parameter sort_order: must be asc or desc")
    return sorted(keys, key=_SORTED[by or "created_at"], reverse=order.lower() == "desc")


def _json(key: Key, keys: Sequence[Key]) -> dict[str, Any]:
    """`keys` are all of the cloud, oldest first."""
    return access_key_json(key, is_root=bool(keys) and keys[0].id == key.id)
