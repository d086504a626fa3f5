"""Key: one API key: what it is called, what it may and where, and what it alone signs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.accounts import limited
from safelight.accounts.keys import Keys
from safelight.accounts.model import WEBHOOKS, Cloud, Key
from safelight.assets import reach
from safelight.console import allowed, giving, levels
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.pages.keys import principal_of
from safelight.console.ways import told
from safelight.identity.registration import field_name
from safelight.kernel.errors import Forbidden, NotFound, SafelightError
from safelight.kernel.rights import Act
from safelight.people import grants, permits
from safelight.ports.database import Session

UNKNOWN = "There is no such key in this cloud."

Do = Callable[[Session, Cloud, Key], Awaitable[object]]


@dataclass(frozen=True)
class KeyPage:
    door: Door
    keys: Keys

    def routes(self) -> list[BaseRoute]:
        base = "/console/{cloud}/keys/{key}"
        return [
            self.door.inside(base, self.page),
            self.door.inside(base, self.change, POST),
            self.door.inside(base + "/give", self.give, POST),
            self.door.inside(base + "/take", self.take, POST),
            self.door.inside(base + "/open", self.open, POST),
        ]

    async def page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        async with self.door.database.transaction() as session:
            key = await self._key(session, guest, cloud)
            rights = await reach.of_key(session, cloud, key)
            held = await giving.given(session, guest, principal_of(key.api_key), cloud)
            form = await giving.form_for_key(session, guest, cloud)
        return self.door.show_in(
            guest,
            "key.html",
            status,
            cloud=cloud,
            key=key,
            held=held,
            offered=form,
            spots=allowed.spots(guest.visit.language, rights, [cloud]),
            may_open=key.is_limited and levels.may_everything(guest, cloud),
            may_rotate=permits.holds(guest.rights, rights, cloud.id),
            signs_webhooks=WEBHOOKS in key.dedicated_for,
            base=f"/console/{cloud.name}/keys/{key.api_key}",
            **facts,
        )

    async def change(self, guest: Guest) -> Response:
        """Its name, and whether webhooks are signed with it alone."""

        async def do(session: Session, cloud: Cloud, key: Key) -> object:
            signs = (WEBHOOKS,) if guest.visit.text("webhooks") else ()
            name = field_name(guest.visit.text("name"))
            return await self.keys.change(
                session, cloud.id, key.api_key, now=guest.now, name=name, dedicated_for=signs
            )  # fmt: skip

        return await self._do(guest, do, "saved")

    async def give(self, guest: Guest) -> Response:
        """One more role; the first one that a key gets takes everything else from it."""

        async def do(session: Session, cloud: Cloud, key: Key) -> object:
            role, path = guest.visit.text("given_role"), guest.visit.text("given_folder")
            who = principal_of(key.api_key)
            return await giving.give_key(session, guest, cloud, who, role, path, "given_")

        return await self._do(guest, do, "given")

    async def take(self, guest: Guest) -> Response:
        async def do(session: Session, cloud: Cloud, key: Key) -> object:
            if not permits.holds(guest.rights, await reach.of_key(session, cloud, key), cloud.id):
                raise Forbidden("You cannot change a key that may more than you.")
            return await giving.take_key(session, guest, principal_of(key.api_key))

        return await self._do(guest, do, "taken")

    async def open(self, guest: Guest) -> Response:
        """Everything again: its roles are gone. For who may everything there themselves."""

        async def do(session: Session, cloud: Cloud, key: Key) -> object:
            if not levels.may_everything(guest, cloud):
                raise Forbidden(giving.TOO_MUCH)
            await grants.forget(session, guest.account_id, principal_of(key.api_key))
            return await limited.set_key(session, guest.account_id, key.api_key, is_limited=False)

        return await self._do(guest, do, "saved")

    async def _do(self, guest: Guest, do: Do, word: str) -> Response:
        cloud = guest.cloud()
        guest.check(Act.KEYS, cloud)
        try:
            async with self.door.database.transaction() as session:
                key = await self._key(session, guest, cloud)
                await do(session, cloud, key)
        except SafelightError as error:
            return await self.page(guest, error.status, **told(guest.visit, error))
        return go(f"/console/{cloud.name}/keys/{key.api_key}?done={word}")

    async def _key(self, session: Session, guest: Guest, cloud: Cloud) -> Key:
        key = await self.keys.find(session, cloud.id, str(guest.visit.request.path_params["key"]))
        if key is None:
            raise NotFound(UNKNOWN)
        return key
