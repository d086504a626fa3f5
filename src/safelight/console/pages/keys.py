"""API keys: make, name, disable, delete them, and give them a new secret, which is shown once."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Key
from safelight.assets import reach
from safelight.console import levels, sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.kernel.errors import Forbidden, SafelightError
from safelight.kernel.rights import Act
from safelight.people import grants, permits
from safelight.people.grants import Wanted
from safelight.people.model import Place, Principal, PrincipalKind
from safelight.people.system_roles import SYSTEM_ROLES
from safelight.ports.database import Session
from safelight.wire.snippets import Credentials


@dataclass(frozen=True)
class KeyPages:
    door: Door
    keys: Keys

    def routes(self) -> list[BaseRoute]:
        base = "/console/{cloud}/keys"
        return [
            self.door.inside(base, self.page),
            self.door.inside(base, self.make, POST),
            self.door.inside(base + "/{key}/rotate", self.rotate, POST),
            self.door.inside(base + "/{key}/disable", self.disable, POST),
            self.door.inside(base + "/{key}/enable", self.enable, POST),
            self.door.inside(base + "/{key}/delete", self.delete, POST),
        ]

    async def page(self, guest: Guest, made: Key | None = None, **facts: Any) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            keys = await self.keys.list(session, cloud.id)
            held = await _held(session, guest, cloud)
        everything = sheets.spoken(guest.visit.language, levels.EVERYTHING)
        return self.door.show_in(
            guest,
            "keys.html",
            cloud=cloud,
            keys=[(key, ", ".join(held.get(key.api_key, ())) or everything) for key in keys],
            roles=levels.choices_for_keys(guest, cloud),
            may_change=True,
            base=_base(cloud),
            made=made and Credentials(self.door.base_url, cloud.name, made.api_key, made.secret.reveal()),
            **facts,
        )

    async def make(self, guest: Guest) -> Response:
        """The page with the secret on it, and no redirection: nothing keeps the secret in between."""
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        try:
            async with self.door.database.transaction() as session:
                made = await self.keys.issue(session, cloud.id, name=guest.visit.text("name"), now=guest.now)
                await _limit(session, guest, cloud, made)
        except SafelightError as error:
            return await self.page(guest, faults={"name": error.message})
        return await self.page(guest, made, form={})

    async def rotate(self, guest: Guest) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            await self._check_mine(session, guest, cloud)
            made = await self.keys.rotate(session, cloud.id, _key(guest), guest.now)
        return await self.page(guest, made)

    async def _check_mine(self, session: Session, guest: Guest, cloud: Cloud) -> None:
        """Raises Forbidden for a key that may more than the guest: who learns its secret may all that it may."""
        key = await self.keys.find(session, cloud.id, _key(guest))
        if key is not None and not permits.holds(guest.rights, await reach.of_key(session, cloud, key), cloud.id):
            raise Forbidden("You cannot give a new secret to a key that may more than you.")

    async def disable(self, guest: Guest) -> Response:
        return await self._switch(guest, False)

    async def enable(self, guest: Guest) -> Response:
        return await self._switch(guest, True)

    async def _switch(self, guest: Guest, is_enabled: bool) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            await self.keys.change(session, cloud.id, _key(guest), now=guest.now, is_enabled=is_enabled)
        return go(f"{_base(cloud)}?done={'key-on' if is_enabled else 'key-ended'}")

    async def delete(self, guest: Guest) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            await self.keys.delete(session, cloud.id, _key(guest), guest.now)
        return go(f"{_base(cloud)}?done=key-deleted")


async def _limit(session: Session, guest: Guest, cloud: Cloud, key: Key) -> None:
    """A key that is made as something less than everything. Raises Forbidden for what the guest may not hand on."""
    role_id = guest.visit.text("role")
    if role_id not in {value for value, _ in levels.choices_for_keys(guest, cloud)}:
        raise Forbidden("You cannot give a role that may more than you.")
    if role_id:
        principal = Principal(PrincipalKind.API_KEY, key.api_key)
        await grants.give(session, guest.account_id, principal, role_id, Place(cloud.id), guest.now)


async def _held(session: Session, guest: Guest, cloud: Cloud) -> dict[str, list[str]]:
    """The names of the roles of each key that has any."""
    found: dict[str, list[str]] = {}
    wanted = Wanted(PrincipalKind.API_KEY, cloud_id=cloud.id)
    for grant in await grants.list_all(session, guest.account_id, wanted):
        role = SYSTEM_ROLES.get(grant.role_id)
        found.setdefault(grant.principal.id, []).append(role.name if role else grant.role_id)
    return found


def _key(guest: Guest) -> str:
    return str(guest.visit.request.path_params["key"])


def _base(cloud: Cloud) -> str:
    return f"/console/{cloud.name}/keys"
