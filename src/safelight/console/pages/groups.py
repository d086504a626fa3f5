"""Groups and roles: people who get roles together, and what each role allows."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.assets import reach
from safelight.console import levels, sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.words import mark as _
from safelight.kernel.errors import Forbidden, SafelightError
from safelight.kernel.rights import Act, Where
from safelight.people import grants, groups, permits, roles, roster
from safelight.people.grants import Wanted
from safelight.people.model import Place, Principal, PrincipalKind, Reach, Role, Scope

BASE = "/admin/groups"


@dataclass(frozen=True)
class GroupPages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.inside(BASE, self.page),
            self.door.inside(BASE, self.make, POST),
            self.door.inside(BASE + "/{group}", self.one),
            self.door.inside(BASE + "/{group}/join", self.join, POST),
            self.door.inside(BASE + "/{group}/leave", self.leave, POST),
            self.door.inside(BASE + "/{group}/give", self.give, POST),
            self.door.inside(BASE + "/{group}/take", self.take, POST),
            self.door.inside(BASE + "/{group}/remove", self.remove, POST),
            self.door.inside("/admin/roles", self.roles),
        ]

    async def page(self, guest: Guest, **facts: Any) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            found = await groups.list_all(session, guest.account_id)
        return self.door.show_in(guest, "groups.html", groups=found, **facts)

    async def make(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        try:
            async with self.door.database.transaction() as session:
                made = await groups.create(session, guest.account_id, guest.visit.text("name"), guest.now)
        except SafelightError as error:
            return await self.page(guest, faults={"name": error.message})
        return go(f"{BASE}/{made.id}?done=group-made")

    async def one(self, guest: Guest, **facts: Any) -> Response:
        guest.check(Act.USERS)
        group_id = _group(guest)
        async with self.door.database.transaction() as session:
            group = await groups.get(session, guest.account_id, group_id)
            held = await grants.list_all(session, guest.account_id, Wanted(PrincipalKind.GROUP, group_id))
            known = {role.id: role for role in await roles.list_all(session, guest.account_id)}
            people = await roster.list_all(session, guest.account_id, roster.Wanted())
        names = {cloud.id: cloud.name for cloud in guest.clouds}
        inside = {member.id for member in group.members}
        return self.door.show_in(
            guest,
            "group.html",
            group=group,
            held=[
                {"grant": grant, "role": known[grant.role_id].name, "where": names.get(grant.place.cloud_id, "")}
                for grant in held
                if grant.role_id in known
            ],
            roles=[
                (role.id, f"{role.name} – {role.description}")
                for role in known.values()
                if role.reach is Reach.GLOBAL and permits.may_give(guest.rights, role, Where())
            ],
            places=[("", sheets.spoken(guest.visit.language, _("All clouds"))), *names.items()],
            others=[(person.id, f"{person.name} ({person.email})") for person in people if person.id not in inside],
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
        try:
            async with self.door.database.transaction() as session:
                role = await roles.get(session, guest.account_id, guest.visit.text("role"))
                place = _place(guest, role)
                _check(guest, role, place)
                await groups.get(session, guest.account_id, _group(guest))
                await roles.check_place(session, guest.account_id, role, place)
                await grants.give(session, guest.account_id, _principal(guest), role.id, place, guest.now)
        except SafelightError as error:
            return await self.one(guest, fault=error.message)
        return go(f"{BASE}/{_group(guest)}?done=given")

    async def take(self, guest: Guest) -> Response:
        form = guest.visit
        place = Place(form.text("cloud"), form.text("content"), form.text("content_id"))
        async with self.door.database.transaction() as session:
            role = await roles.get(session, guest.account_id, form.text("role"))
            _check(guest, role, place)
            await grants.take(session, guest.account_id, _principal(guest), role.id, place)
        return go(f"{BASE}/{_group(guest)}?done=taken")

    async def remove(self, guest: Guest) -> Response:
        guest.check(Act.USERS)
        async with self.door.database.transaction() as session:
            await groups.remove(session, guest.account_id, _group(guest))
        return go(f"{BASE}?done=removed")

    async def roles(self, guest: Guest) -> Response:
        """What each role allows; for everybody, so that they can see why they may not do something."""
        language = guest.visit.language
        async with self.door.database.transaction() as session:
            found = await roles.list_all(session, guest.account_id)
        shown = [
            {
                "role": role,
                "acts": [sheets.spoken(language, levels.ACTS[act]) for act in Act if act in permits.acts_of(role)],
                "where": role.scope.value if role.reach is Reach.GLOBAL else "folder",
            }
            for role in found
        ]
        levels_shown = [
            {"name": sheets.spoken(language, name), "about": sheets.spoken(language, levels.ABOUT[level])}
            for level, name in levels.NAMES.items()
        ]
        return self.door.show_in(guest, "roles.html", roles=shown, levels=levels_shown)


def _group(guest: Guest) -> str:
    return str(guest.visit.request.path_params["group"])


def _principal(guest: Guest) -> Principal:
    return Principal(PrincipalKind.GROUP, _group(guest))


def _place(guest: Guest, role: Role) -> Place:
    """A role of the account holds in the account, whatever cloud was chosen beside it."""
    return Place() if role.scope is Scope.ACCOUNT else Place(guest.visit.text("cloud"))


def _check(guest: Guest, role: Role, place: Place) -> None:
    if not permits.may_give(guest.rights, role, Where(place.cloud_id)):
        raise Forbidden("You cannot give a role that may more than you.")
