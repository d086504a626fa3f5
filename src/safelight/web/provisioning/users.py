"""Users: invite, list, show, change and remove the people of an account."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from starlette.routing import BaseRoute

from safelight.accounts import owned
from safelight.assets import reach
from safelight.identity import leaving, links
from safelight.kernel.errors import Forbidden, Invalid
from safelight.kernel.rights import Act
from safelight.people import roster, users
from safelight.people.model import Status, User, UserRole
from safelight.people.roster import PAGE_USERS_MAX, Login, Sort, Wanted
from safelight.ports.database import Session
from safelight.web.admin.words import moment, required
from safelight.web.body import Params
from safelight.web.provisioning.access_keys import PAGES_MAX
from safelight.web.provisioning.door import Call, ProvisioningDoor
from safelight.wire import params
from safelight.wire.provisioning import listed, optional_flag, user_json

DATE_CHARS = len("2026-01-31")

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Users:
    """The calls about people."""

    door: ProvisioningDoor

    def routes(self) -> list[BaseRoute]:
        route = self.door.route
        return [
            route("GET", "/users", self.list, needs=Act.USERS),
            route("POST", "/users", self.create, needs=Act.USERS),
            route("GET", "/users/{user}", self.show, needs=Act.USERS),
            route("PUT", "/users/{user}", self.update, needs=Act.USERS),
            route("DELETE", "/users/{user}", self.delete, needs=Act.USERS),
            route("GET", "/users/{user}/groups", self.groups, needs=Act.USERS),
            route("GET", "/users/{user}/sub_accounts", self.sub_accounts, needs=Act.USERS),
        ]

    async def list(self, call: Call) -> dict[str, Any]:
        """One page of the people of the account."""
        wanted = _wanted(call.params)
        order = params.text(call.params, "sort_order") or "desc"
        if order.lower() not in {"asc", "desc"}:
            raise Invalid(f"Invalid value {order[:50]} for parameter sort_order: must be asc or desc")
        async with self.door.database.transaction() as session:
            if wanted.cloud_id is not None:
                await owned.get(session, call.account.id, wanted.cloud_id)
            found = await roster.list_all(
                session,
                call.account.id,
                wanted,
                sort=_word(call.params, "sort_by", Sort) or Sort.CREATED_AT,
                is_ascending=order.lower() == "asc",
                page=params.number(call.params, "page", low=1, high=PAGES_MAX) or 1,
                page_size=params.number(call.params, "page_size", low=1, high=PAGE_USERS_MAX) or PAGE_USERS_MAX,
            )
            count = await owned.count(session, call.account.id)
        return {"users": [user_json(call.account, user, clouds_count=count) for user in found]}

    async def create(self, call: Call) -> dict[str, Any]:
        """Somebody new, who is pending."""
        async with self.door.database.transaction() as session:
            user = await users.invite(
                session,
                call.account.id,
                name=required(call.params, "name"),
                email=required(call.params, "email"),
                role=_word(call.params, "role", UserRole) or UserRole.MEDIA_LIBRARY_USER,
                now=call.now,
                cloud_ids=listed(call.params, "sub_account_ids"),
                is_enabled=optional_flag(call.params, "enabled") is not False,
            )
            await _check_managed(session, call, user)
            if self.door.invite is not None and user.is_enabled:
                await self.door.invite(session, user, call.now)
            return await self._shown(session, call, user)

    async def show(self, call: Call) -> dict[str, Any]:
        """One person."""
        async with self.door.database.transaction() as session:
            return await self._shown(session, call, await self._user(session, call))

    async def update(self, call: Call) -> dict[str, Any]:
        """Change what is given."""
        async with self.door.database.transaction() as session:
            before = await self._user(session, call)
            await _check_managed(session, call, before)
            user = await users.change(
                session,
                before,
                now=call.now,
                name=params.text(call.params, "name"),
                email=params.text(call.params, "email"),
                role=_word(call.params, "role", UserRole),
                cloud_ids=listed(call.params, "sub_account_ids"),
                is_enabled=optional_flag(call.params, "enabled"),
            )
            await _check_managed(session, call, user)
            if "enabled" in call.params:
                await leaving.overrule(session, user)
            if user.email != before.email:
                # What went to the old address opens nothing any more.
                await links.void(session, user)
                if self.door.invite is not None and user.is_pending and user.is_enabled:
                    await self.door.invite(session, user, call.now)
            return await self._shown(session, call, user)

    async def delete(self, call: Call) -> dict[str, Any]:
        """The person belongs to the account no more."""
        async with self.door.database.transaction() as session:
            await _check_managed(session, call, await self._user(session, call))
            await users.remove(session, call.account.id, call.path["user"])
        return {"message": "ok"}

    async def groups(self, call: Call) -> dict[str, Any]:
        """The groups that the person is in."""
        async with self.door.database.transaction() as session:
            user = await self._user(session, call)
        return {"user_groups": [{"id": group.id, "name": group.name} for group in user.groups]}

    async def sub_accounts(self, call: Call) -> dict[str, Any]:
        """The clouds that the person may go to."""
        async with self.door.database.transaction() as session:
            user = await self._user(session, call)
            ids = None if user.is_everywhere else user.cloud_ids
            found = await owned.list_all(session, call.account.id, ids=ids)
        return {
            "sub_accounts": [
                {"id": each.id, "name": each.label, "cloud_name": each.name, "enabled": each.is_enabled}
                for each in found
            ],
        }

    async def _user(self, session: Session, call: Call) -> User:
        return await roster.get(session, call.account.id, call.path["user"])

    async def _shown(self, session: Session, call: Call, user: User) -> dict[str, Any]:
        return user_json(call.account, user, clouds_count=await owned.count(session, call.account.id))


async def _check_managed(session: Session, call: Call, user: User) -> None:
    """Raises Forbidden for a person who may more than the key that asks: what was changed is as it was then."""
    if not await reach.may_manage(session, call.rights, user):
        raise Forbidden(f"Not permitted: {call.rights.who} may less than a {user.role.value}")


def _wanted(words: Params) -> Wanted:
    return Wanted(
        ids=listed(words, "ids"),
        emails=listed(words, "emails"),
        is_pending=optional_flag(words, "pending"),
        status=_word(words, "status", Status),
        prefix=params.text(words, "prefix"),
        cloud_id=params.text(words, "sub_account_id"),
        login=_login(words),
    )


def _login(words: Params) -> Login | None:
    """`last_login` says whether those inside of the time or all others are asked for, and so does `union_type`."""
    wanted = optional_flag(words, "last_login")
    if wanted is None:
        wanted = optional_flag(words, "activity")
    if wanted is None:
        return None
    union = params.text(words, "union_type") or "include"
    if union not in {"include", "exclude"}:
        raise Invalid(f"Invalid value {union[:50]} for parameter union_type: must be include or exclude")
    until, until_text = moment(words, "to"), params.text(words, "to") or ""
    if until is not None and len(until_text) <= DATE_CHARS:
        until += timedelta(days=1)  # a day is meant with all its hours
    return Login(moment(words, "from"), until, is_inside=wanted and union == "include")


def _word(words: Params, name: str, kind: type[Word]) -> Word | None:
    value = params.text(words, name)
    if value is None:
        return None
    try:
        return kind(value.lower())
    except ValueError as error:
        known = ", ".join(kind)
        raise Invalid(f"Invalid value {value[:50]} for parameter {name}: must be one of {known}") from error
