"""Roster: find and list the people of an account, with their clouds and groups."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Text, and_, case, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from safelight.accounts import owners
from safelight.kernel.errors import NotFound
from safelight.kernel.languages import language_named
from safelight.people.model import GroupName, Status, User, UserRole
from safelight.people.store import groups, members, user_clouds, users
from safelight.ports.database import Session

PAGE_USERS_MAX = 1000
"""Most people that one list tells."""

U = users.c


class Sort(StrEnum):
    """What a list of people is sorted by; in the words of clients."""

    NAME = "name"
    ROLE = "role"
    STATUS = "status"
    ACTIVITY = "activity"
    CREATED_AT = "created_at"


@dataclass(frozen=True)
class Login:
    """Those who signed in last in this time; or, if not `is_inside`, all others."""

    since: datetime | None
    until: datetime | None
    is_inside: bool


@dataclass(frozen=True)
class Wanted:
    """Which people a list is to tell. What is None makes no difference."""

    ids: Sequence[str] | None = None
    emails: Sequence[str] | None = None
    is_pending: bool | None = None
    status: Status | None = None
    prefix: str | None = None
    """How the name begins, or the address; capitals do not count."""
    cloud_id: str | None = None
    login: Login | None = None


async def get(session: Session, account_id: str, user_id: str) -> User:
    """Raises NotFound."""
    found = await list_all(session, account_id, Wanted(ids=(user_id,)))
    if not found:
        raise NotFound(f"Cannot find user with id {user_id[:100]}")
    return found[0]


async def has_owner(session: Session) -> bool:
    """Whether anybody who owns an account of this installation has come."""
    came = select(U.id).where(U.role == UserRole.MASTER_ADMIN.value, U.accepted_at.is_not(None)).limit(1)
    return await session.fetch_one(came) is not None


async def owners_of(session: Session, account_id: str) -> Sequence[User]:
    """Who came and may decide about the account."""
    active = await list_all(session, account_id, Wanted(status=Status.ACTIVE))
    return [user for user in active if user.role is UserRole.MASTER_ADMIN]


async def last_login(session: Session, account_id: str) -> datetime | None:
    """When anybody of the account signed in last; who came and never did counts from then."""
    row = await session.fetch_one(
        select(func.greatest(func.max(U.last_login_at), func.max(U.accepted_at)).label("at")).where(
            U.account_id == account_id
        )
    )
    return None if row is None else row["at"]


async def unreviewed(session: Session, before: datetime, *, most: int) -> Sequence[User]:
    """People of accounts that are open whose profile nobody changed or was reminded of since; the longest first."""
    due = func.greatest(U.updated_at, U.reminded_at)
    rows = await session.fetch(
        select(users)
        .where(due <= before, U.is_enabled, U.accepted_at.is_not(None), owners.disabled_at(U.account_id).is_(None))
        .order_by(due, U.id)
        .limit(most)
        .with_for_update()
    )
    return [_user(row) for row in rows]


async def is_only_owner(session: Session, user: User) -> bool:
    """Whether the account has nobody to decide about it without them."""
    others = select(U.id).where(
        U.account_id == user.account_id,
        U.role == UserRole.MASTER_ADMIN.value,
        U.is_enabled,
        U.accepted_at.is_not(None),
        U.id != user.id,
    )
    return user.role is UserRole.MASTER_ADMIN and await session.fetch_one(others.limit(1)) is None


async def find_by_email(session: Session, email: str) -> User | None:
    """In whatever account: one address is one person in the whole installation."""
    row = await session.fetch_one(select(users).where(U.email_key == email_key(email)))
    return None if row is None else (await _whole(session, row["account_id"], [row]))[0]


async def list_all(
    session: Session,
    account_id: str,
    wanted: Wanted,
    *,
    sort: Sort = Sort.CREATED_AT,
    is_ascending: bool = False,
    page: int = 1,
    page_size: int = PAGE_USERS_MAX,
) -> Sequence[User]:
    """One page of them, with their clouds and groups; the newest first unless it is said otherwise."""
    key = _SORTED[sort]
    rows = await session.fetch(
        select(users)
        .where(*_conditions(account_id, wanted))
        .order_by(*(each.asc() if is_ascending else each.desc() for each in (key, U.id)))
        .limit(page_size)
        .offset((page - 1) * page_size)
    )
    return await _whole(session, account_id, rows)


async def names_with(session: Session, words: Sequence[str], but: Sequence[str]) -> Sequence[str]:
    """Names, in any account, in which one of these words (in small letters) stands; not of those with such an id."""
    told = func.string_to_array(func.lower(U.name), " ").op("&&")(cast(list(words), ARRAY(Text)))
    rows = await session.fetch(select(U.name).where(told, U.id.not_in(but)).distinct().limit(PAGE_USERS_MAX))
    return [row["name"] for row in rows]


def email_key(email: str) -> str:
    """As addresses are compared: nobody tells two people apart by capitals."""
    return email.strip().casefold()


_STATUS = case(
    (U.is_enabled.is_(False), Status.DISABLED.value),
    (U.accepted_at.is_(None), Status.PENDING.value),
    else_=Status.ACTIVE.value,
)
_SORTED: dict[Sort, ColumnElement[Any]] = {
    Sort.NAME: func.lower(U.name),
    Sort.ROLE: U.role,
    Sort.STATUS: _STATUS,
    # Who never came sorts below all who did, and not above them.
    Sort.ACTIVITY: func.coalesce(U.last_login_at, func.to_timestamp(0)),
    Sort.CREATED_AT: U.created_at,
}


def _conditions(account_id: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [U.account_id == account_id]
    if wanted.ids is not None:
        found.append(U.id.in_(wanted.ids))
    if wanted.emails is not None:
        found.append(U.email_key.in_([email_key(each) for each in wanted.emails]))
    if wanted.is_pending is not None:
        found.append(U.accepted_at.is_(None) if wanted.is_pending else U.accepted_at.is_not(None))
    if wanted.status is not None:
        found.append(_STATUS.in_([wanted.status.value]))
    if wanted.prefix is not None:
        prefix = wanted.prefix.lower()
        found.append(or_(func.starts_with(func.lower(U.name), prefix), func.starts_with(U.email_key, prefix)))
    if wanted.cloud_id is not None:
        there = exists().where(
            user_clouds.c.account_id == U.account_id,
            user_clouds.c.user_id == U.id,
            user_clouds.c.cloud_id == wanted.cloud_id,
        )
        found.append(or_(U.is_everywhere, there))
    if wanted.login is not None:
        found.append(_signed_in(wanted.login))
    return found


def _signed_in(login: Login) -> ColumnElement[bool]:
    inside: list[ColumnElement[bool]] = [U.last_login_at.is_not(None)]
    if login.since is not None:
        inside.append(U.last_login_at >= login.since)
    if login.until is not None:
        inside.append(U.last_login_at <= login.until)
    # Who never came has no time to compare, and is one of the others.
    return and_(*inside) if login.is_inside else func.coalesce(and_(*inside), False).is_(False)


async def _whole(session: Session, account_id: str, rows: Sequence[RowMapping]) -> Sequence[User]:
    """With the clouds and groups of each, asked for once for all."""
    ids = [row["id"] for row in rows]
    places = await session.fetch(
        select(user_clouds)
        .where(user_clouds.c.account_id == account_id, user_clouds.c.user_id.in_(ids))
        .order_by(user_clouds.c.cloud_id)
    )
    named = await session.fetch(
        select(members.c.user_id, groups.c.id, groups.c.name)
        .join(groups, (groups.c.account_id == members.c.account_id) & (groups.c.id == members.c.group_id))
        .where(members.c.account_id == account_id, members.c.user_id.in_(ids))
        .order_by(func.lower(groups.c.name), groups.c.id)
    )
    clouds_of, groups_of = defaultdict[str, list[str]](list), defaultdict[str, list[GroupName]](list)
    for place in places:
        clouds_of[place["user_id"]].append(place["cloud_id"])
    for one in named:
        groups_of[one["user_id"]].append(GroupName(one["id"], one["name"]))
    return [
        replace(_user(row), cloud_ids=tuple(clouds_of[row["id"]]), groups=tuple(groups_of[row["id"]])) for row in rows
    ]


def _user(row: RowMapping) -> User:
    return User(
        id=row["id"],
        account_id=row["account_id"],
        name=row["name"],
        email=row["email"],
        role=UserRole(row["role"]),
        is_everywhere=row["is_everywhere"],
        is_enabled=row["is_enabled"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        accepted_at=row["accepted_at"],
        last_login_at=row["last_login_at"],
        language=language_named(row["language"]),
        opted_out_at=row["opted_out_at"],
    )
