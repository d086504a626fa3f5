"""People: who belongs to the account, what they may, and how they come and go."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.assets import reach
from safelight.console import levels, sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import Ways, letter_language
from safelight.identity import leaving
from safelight.kernel.errors import Forbidden, Invalid, SafelightError
from safelight.kernel.rights import Act
from safelight.people import groups, roster, users
from safelight.people.model import User, UserRole
from safelight.people.roster import Sort, Wanted
from safelight.ports.database import Session

BASE = "/admin/users"
PAGE_SIZE = 50
EVERYWHERE = "all"


@dataclass(frozen=True)
class PeoplePages:
    door: Door
    ways: Ways

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.inside(BASE, self.page),
            self.door.inside(BASE, self.invite, POST),
            self.door.inside(BASE + "/{user}", self.one),
            self.door.inside(BASE + "/{user}", self.change, POST),
            self.door.inside(BASE + "/{user}/switch", self.switch, POST),
            self.door.inside(BASE + "/{user}/remove", self.remove, POST),
        ]

    async def page(self, guest: Guest, **facts: Any) -> Response:
        guest.check(Act.USERS)
        number = page_number(guest.visit.query("page"))
        wanted = Wanted(prefix=guest.visit.query("q") or None)
        async with self.door.database.transaction() as session:
            found = await roster.list_all(
                session,
                guest.account_id,
                wanted,
                sort=Sort.NAME,
                is_ascending=True,
                page=number,
                page_size=PAGE_SIZE + 1,
            )
        return self.door.show_in(
            guest,
            "people.html",
            people=found[:PAGE_SIZE],
            has_more=len(found) > PAGE_SIZE,
            number=number,
            query=guest.visit.query("q"),
            level_names={role.value: levels.name_of(guest.visit.language, role) for role in UserRole},
            roles=levels.choices_for_people(guest),
            **facts,
        )

    async def invite(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        visit = guest.visit
        try:
            async with self.door.database.transaction() as session:
                user = await users.invite(
                    session,
                    guest.account_id,
                    name=visit.text("name"),
                    email=visit.text("email"),
                    role=_role(guest),
                    now=guest.now,
                    cloud_ids=_clouds(guest),
                )
                await self.ways.invitations.send(session, user, guest.now, letter_language(visit))
        except SafelightError as error:
            return await self.page(guest, fault=error.message)
        return go(f"{BASE}?done=invited")

    async def one(self, guest: Guest, **facts: Any) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            user = await self._user(session, guest)
            rights = await reach.of_user(session, user)
            known = await groups.list_all(session, guest.account_id)
            may_change = await reach.may_manage(session, guest.rights, user)
        names = {act: sheets.spoken(guest.visit.language, levels.ACTS[act]) for act in Act}
        there = [
            {"name": cloud.name, "acts": [names[act] for act in Act if rights.may_somewhere(act, cloud.id)]}
            for cloud in guest.clouds
        ]
        return self.door.show_in(
            guest,
            "person.html",
            person=user,
            role=user.role.value,
            level=levels.name_of(guest.visit.language, user.role),
            roles=levels.choices_for_people(guest),
            may_change=may_change,
            is_me=user.id == guest.user.id,
            there=there,
            groups=known,
            **facts,
        )

    async def change(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        try:
            async with self.door.database.transaction() as session:
                user = await self._managed(session, guest)
                await users.change(
                    session,
                    user,
                    now=guest.now,
                    name=guest.visit.text("name"),
                    role=_role(guest),
                    cloud_ids=_clouds(guest),
                )
        except (Invalid, Forbidden) as error:
            return await self.one(guest, fault=error.message)
        return go(f"{BASE}/{user.id}?done=saved")

    async def switch(self, guest: Guest) -> Response:
        """Off, or on again."""
        guest.check(Act.USERS)
        is_enabled = guest.visit.text("to") == "on"
        try:
            async with self.door.database.transaction() as session:
                user = await self._managed(session, guest)
                await users.change(session, user, now=guest.now, is_enabled=is_enabled)
                await leaving.overrule(session, user)
        except (Invalid, Forbidden) as error:
            return await self.one(guest, fault=error.message)
        return go(f"{BASE}/{user.id}?done={'user-on' if is_enabled else 'user-off'}")

    async def remove(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        try:
            async with self.door.database.transaction() as session:
                user = await self._managed(session, guest)
                await users.remove(session, guest.account_id, user.id)
        except (Invalid, Forbidden) as error:
            return await self.one(guest, fault=error.message)
        return go(f"{BASE}?done=removed")

    async def _user(self, session: Session, guest: Guest) -> User:
        return await roster.get(session, guest.account_id, str(guest.visit.request.path_params["user"]))

    async def _managed(self, session: Session, guest: Guest) -> User:
        """One whom they may change. Raises Forbidden."""
        user = await self._user(session, guest)
        if not await reach.may_manage(session, guest.rights, user):
            raise Forbidden("You cannot change somebody who may more than you.")
        return user


def page_number(text: str) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and int(text) > 0 else 1


def _role(guest: Guest) -> UserRole:
    """The one that was chosen. Raises Forbidden for one that they may not give."""
    chosen = guest.visit.text("role")
    if chosen not in {value for value, _ in levels.choices_for_people(guest)}:
        raise Forbidden("You cannot give a role that may more than you.")
    return UserRole(chosen)


def _clouds(guest: Guest) -> tuple[str, ...] | None:
    """None for every cloud."""
    if guest.visit.text("where") == EVERYWHERE:
        return None
    return guest.visit.several.get("clouds", ())
