"""Groups: people who get roles together."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.assets import reach
from safelight.console import giving
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import told
from safelight.identity.registration import field_name
from safelight.kernel.errors import SafelightError
from safelight.kernel.rights import Act
from safelight.people import groups, roster
from safelight.people.model import Principal, PrincipalKind
from safelight.people.roster import Sort

BASE = "/admin/groups"


@dataclass(frozen=True)
class GroupPages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.inside(BASE, self.page),
            self.door.inside(BASE, self.make, POST),
            self.door.inside(BASE + "/{group}", self.one),
            self.door.inside(BASE + "/{group}", self.rename, POST),
            self.door.inside(BASE + "/{group}/join", self.join, POST),
            self.door.inside(BASE + "/{group}/leave", self.leave, POST),
            self.door.inside(BASE + "/{group}/give", self.give, POST),
            self.door.inside(BASE + "/{group}/take", self.take, POST),
            self.door.inside(BASE + "/{group}/remove", self.remove, POST),
        ]

    async def page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            found = await groups.list_all(session, guest.account_id)
        return self.door.show_in(guest, "groups.html", status, groups=found, **facts)

    async def make(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        try:
            async with self.door.database.transaction() as session:
                made = await groups.create(session, guest.account_id, field_name(guest.visit.text("name")), guest.now)
        except SafelightError as error:
            return await self.page(guest, error.status, **told(guest.visit, error))
        return go(f"{BASE}/{made.id}?done=group-made")

    async def rename(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        try:
            async with self.door.database.transaction() as session:
                await groups.rename(
                    session, guest.account_id, _group(guest), field_name(guest.visit.text("name")), guest.now
                )
        except SafelightError as error:
            return await self.one(guest, error.status, **told(guest.visit, error))
        return go(f"{BASE}/{_group(guest)}?done=saved")

    async def one(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            group = await groups.get(session, guest.account_id, _group(guest))
            held = await giving.given(session, guest, _principal(guest))
            form = await giving.form(session, guest)
            people = await roster.list_all(
                session, guest.account_id, roster.Wanted(), sort=Sort.NAME, is_ascending=True
            )
        inside = {member.id for member in group.members}
        return self.door.show_in(
            guest,
            "group.html",
            status,
            group=group,
            held=held,
            offered=form,
            may_give=guest.may(Act.ROLES),
            others=[(person.id, f"{person.name} ({person.email})") for person in people if person.id not in inside],
            base=f"{BASE}/{group.id}",
            **facts,
        )

    async def join(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            await reach.check_joined(session, guest.rights, guest.account_id, _group(guest))
            await groups.join(session, guest.account_id, _group(guest), guest.visit.text("user"))
        return go(f"{BASE}/{_group(guest)}?done=saved")

    async def leave(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            await groups.leave(session, guest.account_id, _group(guest), guest.visit.text("user"))
        return go(f"{BASE}/{_group(guest)}?done=saved")

    async def give(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        try:
            async with self.door.database.transaction() as session:
                await giving.give(session, guest, _principal(guest))
        except SafelightError as error:
            return await self.one(guest, error.status, **told(guest.visit, error))
        return go(f"{BASE}/{_group(guest)}?done=given")

    async def take(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        async with self.door.database.transaction() as session:
            await giving.take(session, guest, _principal(guest))
        return go(f"{BASE}/{_group(guest)}?done=taken")

    async def remove(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            await groups.remove(session, guest.account_id, _group(guest))
        return go(f"{BASE}?done=removed")


def _group(guest: Guest) -> str:
    return str(guest.visit.request.path_params["group"])


def _principal(guest: Guest) -> Principal:
    return Principal(PrincipalKind.GROUP, _group(guest))
