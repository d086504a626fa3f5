"""People: who belongs to the account, and how others are invited to it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import BaseRoute

from safelight.console import giving, levels
from safelight.console.door import POST, Door, go
from safelight.console.guest import Guest
from safelight.console.ways import Ways, letter_language, told
from safelight.console.words import mark as _
from safelight.identity.registration import field_name
from safelight.kernel.errors import Conflict, Forbidden, SafelightError, WrongField
from safelight.kernel.rights import Act
from safelight.people import roster, users
from safelight.people.model import UserRole
from safelight.people.roster import Sort, Wanted

BASE = "/admin/users"
PAGE_SIZE = 50
EVERYWHERE = "all"
TAKEN = _("Somebody has this address already: in your account, or in another one.")


@dataclass(frozen=True)
class PeoplePages:
    door: Door
    ways: Ways

    def routes(self) -> list[BaseRoute]:
        return [
            self.door.inside(BASE, self.page),
            self.door.inside(BASE, self.invite, POST),
        ]

    async def page(self, guest: Guest, status: int = 200, **facts: Any) -> Response:
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
            status,
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
                    name=field_name(visit.text("name")),
                    email=visit.text("email"),
                    role=chosen_role(guest),
                    now=guest.now,
                    cloud_ids=chosen_clouds(guest),
                )
                await self.ways.invitations.send(session, user, guest.now, letter_language(visit))
        except Conflict as error:
            return await self.page(guest, error.status, **told(visit, WrongField(TAKEN, "email")))
        except SafelightError as error:
            return await self.page(guest, error.status, **told(visit, error))
        return go(f"{BASE}?done=invited")


def page_number(text: str) -> int:
    return min(int(text), 10_000) if text.isascii() and text.isdigit() and int(text) > 0 else 1


def chosen_role(guest: Guest) -> UserRole:
    """The one that was chosen. Raises Forbidden for one that they may not give."""
    chosen = guest.visit.text("role")
    if chosen not in {value for value, _ in levels.choices_for_people(guest)}:
        raise Forbidden(giving.TOO_MUCH)
    return UserRole(chosen)


def chosen_clouds(guest: Guest) -> tuple[str, ...] | None:
    """None for every cloud."""
    if guest.visit.text("where") == EVERYWHERE:
        return None
    return guest.visit.several.get("clouds", ())
