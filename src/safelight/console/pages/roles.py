"""Roles: what each allows and who has it, and those that an account makes for itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import giving, levels, role_words, sheets
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.role_words import CLOUD, KINDS
from safelight.console.ways import told
from safelight.console.words import mark as _
from safelight.identity.registration import field_name
from safelight.kernel.errors import Conflict, Forbidden, Invalid, SafelightError, WrongField
from safelight.kernel.rights import Act, Where
from safelight.people import grants, groups, permits, roles, roster
from safelight.people.grants import Wanted
from safelight.people.model import Principal, PrincipalKind, Role
from safelight.people.policies import POLICIES
from safelight.ports.database import Session

BASE = "/admin/roles"
NOTHING = _("Tick at least one thing that the role allows.")
HELD = _("Somebody has this role still. Tick that it is to be taken from them, or take it from them first.")
TOO_LONG = _("This is too long.")
SHOWN_MAX = 100
"""So many of those who have a role are shown."""


@dataclass(frozen=True)
class RolePages:
    door: Door

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.inside(BASE, self.page),
            self.door.inside(BASE, self.make, POST),
            self.door.inside(BASE + "/new", self.new),
            self.door.inside(BASE + "/{role}", self.one),
            self.door.inside(BASE + "/{role}", self.change, POST),
            self.door.inside(BASE + "/{role}/remove", self.remove, POST),
        ]

    async def page(self, guest: Guest) -> Response:
        """What each role allows; for everybody, so that they can see why they may not do something."""
        language = guest.visit.language
        async with self.door.database.transaction() as session:
            found = await roles.list_all(session, guest.account_id)
        return self.door.show_in(
            guest,
            "roles.html",
            kinds=[
                {
                    "word": word,
                    "heading": sheets.spoken(language, role_words.HEADINGS[word]),
                    "roles": [_shown(language, role) for role in found if role_words.kind_of(role) == word],
                }
                for word in KINDS
            ],
            may_make=guest.may(Act.ROLES),
        )

    async def new(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        """The form, for one of the three places where a role can hold."""
        guest.check(Act.ROLES)
        kind = _kind(guest)
        return self.door.show_in(
            guest,
            "role_new.html",
            status,
            kind=kind,
            kinds=[(word, sheets.spoken(guest.visit.language, heading)) for word, heading in _headings()],
            policies=_policies(guest, kind),
            ticked=guest.visit.several.get("policies", ()),
            **facts,
        )

    async def make(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        scope, reach = KINDS[_kind(guest)]
        try:
            async with self.door.database.transaction() as session:
                made = await roles.create(
                    session, guest.account_id, scope=scope, reach=reach, now=guest.now, **_wanted(guest)
                )
                _check(guest, made)
        except SafelightError as error:
            return await self.new(guest, error.status, **told(guest.visit, error))
        return go(f"{BASE}/{made.id}?done=role-made")

    async def one(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
        language = guest.visit.language
        async with self.door.database.transaction() as session:
            role = await roles.get(session, guest.account_id, _id(guest))
            holders = await _holders(session, guest, role) if guest.may(Act.ROLES) else None
        return self.door.show_in(
            guest,
            "role.html",
            status,
            shown=_shown(language, role),
            role=role,
            heading=sheets.spoken(language, role_words.HEADINGS[role_words.kind_of(role)]),
            holders=holders,
            may_change=not role.is_ours and permits.may_give(guest.rights, role, Where()),
            policies=_policies(guest, role_words.kind_of(role)),
            ticked=guest.visit.several.get("policies", role.policies),
            base=f"{BASE}/{role.id}",
            **facts,
        )

    async def change(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        try:
            async with self.door.database.transaction() as session:
                # Neither what it allowed before nor what it allows then may be more than who changes it may.
                _check(guest, await roles.get(session, guest.account_id, _id(guest)))
                changed = await roles.change(session, guest.account_id, _id(guest), now=guest.now, **_wanted(guest))
                _check(guest, changed)
        except SafelightError as error:
            return await self.one(guest, error.status, **told(guest.visit, error))
        return go(f"{BASE}/{changed.id}?done=saved")

    async def remove(self, guest: Guest) -> Response:
        guest.check(Act.ROLES)
        is_forced = bool(guest.visit.text("force"))
        try:
            async with self.door.database.transaction() as session:
                _check(guest, await roles.get(session, guest.account_id, _id(guest)))
                await roles.remove(session, guest.account_id, _id(guest), is_forced=is_forced)
        except Conflict as error:
            return await self.one(guest, error.status, **told(guest.visit, WrongField(HELD, "force")))
        return go(f"{BASE}?done=removed")


def _id(guest: Guest) -> str:
    return str(guest.visit.request.path_params["role"])


def _kind(guest: Guest) -> str:
    word = guest.visit.text("kind") or guest.visit.query("kind")
    return word if word in KINDS else CLOUD


def _headings() -> Sequence[tuple[str, str]]:
    return [*role_words.HEADINGS.items()]


def _shown(language: str, role: Role) -> dict[str, Any]:
    name, about = role_words.name_of(language, role), role_words.about(language, role)
    return {"role": role, "name": name, "about": about, "acts": role_words.acts_of(language, role)}


def _policies(guest: Guest, kind: str) -> Sequence[tuple[str, str, bool]]:
    """All that a role of the kind can allow: id, words, and whether this guest may hand it on."""
    found: list[tuple[str, str, bool]] = []
    for policy in POLICIES.values():
        act = permits.act_of(policy.id)
        if act is not None and (policy.scope, policy.reach) == KINDS[kind]:
            words = sheets.spoken(guest.visit.language, levels.ACTS[act])
            found.append((policy.id, words, guest.rights.may(act, Where())))
    return found


def _wanted(guest: Guest) -> dict[str, Any]:
    """What the form says. Raises WrongField."""
    ticked = guest.visit.several.get("policies", ())
    name, description = field_name(guest.visit.text("name")), guest.visit.text("description")
    if not ticked:
        raise WrongField(NOTHING, "policies")
    if len(description) > roles.DESCRIPTION_CHARS_MAX:
        raise WrongField(TOO_LONG, "description")
    if not all(id in POLICIES for id in ticked):
        raise Invalid(NOTHING)
    return {"name": name, "description": description, "policies": ticked}


def _check(guest: Guest, role: Role) -> None:
    if not permits.may_give(guest.rights, role, Where()):
        raise Forbidden(giving.TOO_MUCH)


async def _holders(session: Session, guest: Guest, role: Role) -> Sequence[dict[str, str]]:
    """Who was given the role: name and page, as far as the guest sees one."""
    found = await grants.list_all(session, guest.account_id, Wanted(role_id=role.id))
    ids = {kind: {grant.principal.id for grant in found if grant.principal.kind is kind} for kind in PrincipalKind}
    wanted = roster.Wanted(ids=[*ids[PrincipalKind.USER]])
    people = {user.id: user.name for user in await roster.list_all(session, guest.account_id, wanted)}
    named = {group.id: group.name for group in await groups.list_all(session, guest.account_id)}
    clouds = {cloud.id: cloud.name for cloud in guest.clouds}
    seen: dict[Principal, dict[str, str]] = {}
    for grant in found:
        who, cloud = grant.principal, clouds.get(grant.place.cloud_id, "")
        name, href = {
            PrincipalKind.USER: (people.get(who.id, ""), f"/admin/users/{who.id}"),
            PrincipalKind.GROUP: (named.get(who.id, ""), f"/admin/groups/{who.id}"),
            PrincipalKind.API_KEY: (who.id, f"/console/{cloud}/keys/{who.id}" if cloud else ""),
            PrincipalKind.PROVISIONING_KEY: (who.id, ""),
        }[who.kind]
        if name:
            seen.setdefault(who, {"name": name, "href": href, "kind": who.kind.value})
    return [*seen.values()][:SHOWN_MAX]
