"""API keys: make, name, disable, delete them, and give them a new secret, which is shown once."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts.keys import Keys
from safelight.accounts.model import Cloud, Key
from safelight.assets import folders, reach
from safelight.console import giving, levels, role_words, sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import told
from safelight.kernel.errors import Forbidden, SafelightError, WrongField
from safelight.kernel.rights import Act
from safelight.people import grants, permits, roles
from safelight.people.grants import Wanted
from safelight.people.model import Principal, PrincipalKind
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

    async def page(self, guest: Guest, made: Key | None = None, status: int = 200, **facts: Any) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            keys = await self.keys.list(session, cloud.id)
            held = await _held(session, guest, cloud)
            offered = await giving.form_for_key(session, guest, cloud)
        everything = sheets.spoken(guest.visit.language, levels.EVERYTHING)
        return self.door.show_in(
            guest,
            "keys.html",
            status,
            cloud=cloud,
            keys=[(key, held.get(key.api_key, ()) if key.is_limited else (everything,)) for key in keys],
            everything=everything if levels.may_everything(guest, cloud) else "",
            offered=offered,
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
                await self._limit(session, guest, cloud, made)
        except SafelightError as error:
            return await self.page(guest, status=error.status, **told(guest.visit, error))
        return await self.page(guest, made, form={})

    async def _limit(self, session: Session, guest: Guest, cloud: Cloud, key: Key) -> None:
        """A key that is made as something less than everything. Raises Forbidden for what the guest may not give."""
        role_id, path = guest.visit.text("role"), guest.visit.text("folder")
        if role_id:
            await giving.give_key(session, guest, cloud, principal_of(key.api_key), role_id, path)
        elif path:
            raise WrongField(giving.NEEDLESS, "folder")
        elif not levels.may_everything(guest, cloud):
            raise Forbidden(giving.TOO_MUCH)

    async def rotate(self, guest: Guest) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            await self._check_mine(session, guest, cloud)
            made = await self.keys.rotate(session, cloud.id, _key(guest), guest.now)
        return await self.page(guest, made, form={})

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
            await grants.forget(session, guest.account_id, principal_of(_key(guest)))
        return go(f"{_base(cloud)}?done=key-deleted")


async def _held(session: Session, guest: Guest, cloud: Cloud) -> dict[str, list[str]]:
    """What each key that is not for everything was given, in words."""
    found: dict[str, list[str]] = {}
    language = guest.visit.language
    wanted = Wanted(PrincipalKind.API_KEY, cloud_id=cloud.id)
    held = await grants.list_all(session, guest.account_id, wanted)
    known = await roles.named(session, guest.account_id, {grant.role_id for grant in held})
    ids = [grant.place.content_id for grant in held if grant.place.content]
    there = await folders.places_of(session, [cloud.id], ids)
    for grant in held:
        role = known.get(grant.role_id)
        name = role_words.name_of(language, role) if role else grant.role_id
        folder = there[grant.place.content_id].folder if grant.place.content_id in there else ""
        found.setdefault(grant.principal.id, []).append(f"{name} · {folder}" if folder else name)
    return found


def principal_of(api_key: str) -> Principal:
    return Principal(PrincipalKind.API_KEY, api_key)


def _key(guest: Guest) -> str:
    return str(guest.visit.request.path_params["key"])


def _base(cloud: Cloud) -> str:
    return f"/console/{cloud.name}/keys"
