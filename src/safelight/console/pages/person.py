"""Person: one who belongs to the account: what they were given, what they may in the end, and how they go."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.assets import reach
from safelight.console import allowed, giving, levels
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.pages.people import BASE, chosen_clouds, chosen_role
from safelight.console.ways import told
from safelight.identity import leaving
from safelight.identity.registration import field_name
from safelight.kernel.errors import Forbidden, SafelightError
from safelight.kernel.rights import Act
from safelight.people import permits, roles, roster, users
from safelight.people.model import Principal, PrincipalKind, User
from safelight.people.permits import Line
from safelight.ports.database import Session

Do = Callable[[Session, User], Awaitable[object]]


@dataclass(frozen=True)
class PersonPages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        base = BASE + "/{user}"
        return [
            self.door.inside(base, self.page),
            self.door.inside(base, self.change, POST),
            self.door.inside(base + "/switch", self.switch, POST),
            self.door.inside(base + "/remove", self.remove, POST),
            self.door.inside(base + "/give", self.give, POST),
            self.door.inside(base + "/take", self.take, POST),
        ]

    async def page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        guest.check(Act.USERS)
        language = guest.visit.language
        async with self.door.database.transaction() as session:
            user = await _user(session, guest)
            lines = await reach.lines_of_user(session, user)
            known = await roles.named(session, guest.account_id, {line.role_id for line in lines})
            held = await giving.given(session, guest, _principal(user))
            form = await giving.form(session, guest)
            may_change = await reach.may_manage(session, guest.rights, user)
        return self.door.show_in(
            guest,
            "person.html",
            status,
            person=user,
            role=user.role.value,
            level=levels.name_of(language, user.role),
            roles=levels.choices_for_people(guest),
            may_change=may_change,
            may_give=may_change and guest.may(Act.ROLES),
            is_me=user.id == guest.user.id,
            held=held,
            offered=form,
            spots=allowed.spots(language, permits.rights("", lines), guest.clouds),
            sources=_sources(guest, user, lines, known),
            base=f"{BASE}/{user.id}",
            **facts,
        )

    async def change(self, guest: Guest) -> Response:
        async def do(session: Session, user: User) -> object:
            return await users.change(
                session,
                user,
                now=guest.now,
                name=field_name(guest.visit.text("name")),
                role=chosen_role(guest),
                cloud_ids=chosen_clouds(guest),
            )

        return await self._do(guest, do, "saved")

    async def switch(self, guest: Guest) -> Response:
        """Off, or on again."""
        is_enabled = guest.visit.text("to") == "on"

        async def do(session: Session, user: User) -> object:
            await users.change(session, user, now=guest.now, is_enabled=is_enabled)
            await leaving.overrule(session, user)
            return user

        return await self._do(guest, do, "user-on" if is_enabled else "user-off")

    async def remove(self, guest: Guest) -> Response:
        return await self._do(guest, lambda session, user: users.remove(session, user.account_id, user.id), "removed")

    async def give(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        return await self._do(guest, lambda session, user: giving.give(session, guest, _principal(user)), "given")

    async def take(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        return await self._do(guest, lambda session, user: giving.take(session, guest, _principal(user)), "taken")

    async def _do(self, guest: Guest, do: Do, word: str) -> Response:
        """Something to one whom they may change; what is wrong with it is told on the page."""
        guest.check(Act.USERS)
        try:
            async with self.door.database.transaction() as session:
                user = await _user(session, guest)
                if not await reach.may_manage(session, guest.rights, user):
                    raise Forbidden("You cannot change somebody who may more than you.")
                await do(session, user)
        except SafelightError as error:
            return await self.page(guest, error.status, **told(guest.visit, error))
        return go(f"{BASE}?done={word}" if word == "removed" else f"{BASE}/{user.id}?done={word}")


async def _user(session: Session, guest: Guest) -> User:
    return await roster.get(session, guest.account_id, str(guest.visit.request.path_params["user"]))


def _principal(user: User) -> Principal:
    return Principal(PrincipalKind.USER, user.id)


def _sources(guest: Guest, user: User, lines: Sequence[Line], known: Mapping[str, Any]) -> Sequence[allowed.Source]:
    names = {cloud.id: cloud.name for cloud in guest.clouds}
    groups = {group.id: group.name for group in user.groups}
    return allowed.sources(guest.visit.language, lines, permits.lines_of_level(user), known, names, groups)
