"""Users: invite, change and remove the people of an account."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts import owned, owners
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.languages import Language
from safelight.people import grants
from safelight.people.events import UserDisabled, UserRemoved
from safelight.people.model import Principal, PrincipalKind, User, UserRole
from safelight.people.roster import email_key, get
from safelight.people.store import choices, members, user_clouds, users
from safelight.ports.database import Session

USERS_MAX = 10_000
"""Most people of an account."""
EMAIL_CHARS_MAX = 254

_EMAIL = re.compile(r'[^@\s<>(),;:"\[\]\\]{1,64}@[^@\s<>(),;:"\[\]\\]{1,190}')

U = users.c


async def invite(
    session: Session,
    account_id: str,
    *,
    name: str,
    email: str,
    role: UserRole,
    now: datetime,
    cloud_ids: Sequence[str] | None = None,
    is_enabled: bool = True,
) -> User:
    """Somebody new, who is pending until they come. No `cloud_ids` means every cloud, as it does for a master admin.

    Raises Conflict for an address that somebody has already, and NotFound for a cloud of another account.
    """
    count = await session.fetch_one(select(func.count().label("count")).where(U.account_id == account_id))
    if count is not None and count["count"] >= USERS_MAX:
        raise Invalid(f"An account may have {USERS_MAX} users")
    address = check_email(email)
    user = User(
        id=new_id(),
        account_id=account_id,
        name=owners.check_name(name),
        email=address,
        role=role,
        is_everywhere=cloud_ids is None or role is UserRole.MASTER_ADMIN,
        is_enabled=is_enabled,
        created_at=now,
        updated_at=now,
    )
    added = await session.fetch_one(
        insert(users)
        .values(
            account_id=account_id,
            id=user.id,
            name=user.name,
            email=address,
            email_key=email_key(address),
            role=role.value,
            is_everywhere=user.is_everywhere,
            is_enabled=is_enabled,
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing()
        .returning(U.id)
    )
    if added is None:
        raise _taken(address)
    if not user.is_everywhere:
        await _put_clouds(session, user, cloud_ids or ())
    return await get(session, account_id, user.id)


async def change(
    session: Session,
    user: User,
    *,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
    role: UserRole | None = None,
    cloud_ids: Sequence[str] | None = None,
    is_enabled: bool | None = None,
    language: Language | None = None,
) -> User:
    """Change what is given. Raises as `invite` does."""
    values: dict[str, Any] = {"updated_at": now}
    if name is not None:
        values["name"] = owners.check_name(name)
    if email is not None:
        values |= {"email": check_email(email), "email_key": email_key(email)}
        await _check_free(session, user, email)
    if role is not None:
        values["role"] = role.value
    if is_enabled is not None:
        values["is_enabled"] = is_enabled
    if language is not None:
        values["language"] = language
    if (role or user.role) is UserRole.MASTER_ADMIN:
        values["is_everywhere"] = True
    elif cloud_ids is not None:
        values["is_everywhere"] = False
    if role not in {None, UserRole.MASTER_ADMIN} or is_enabled is False:
        await _check_not_last_owner(session, user)
    await session.execute(update(users).where(*_mine(user)).values(**values))
    if is_enabled is False and user.is_enabled:
        await session.emit(UserDisabled("", user.account_id, user.id, now.isoformat()))
    if values.get("is_everywhere") is not None:
        await _put_clouds(session, user, () if values["is_everywhere"] else cloud_ids or ())
    return await get(session, user.account_id, user.id)


async def accept(session: Session, user: User, now: datetime, language: Language | None = None) -> User:
    """They came: by an invitation, or because the address that they registered with is theirs; in what language."""
    values = {"accepted_at": now, "updated_at": now, "language": language or user.language}
    await session.execute(update(users).where(*_mine(user), U.accepted_at.is_(None)).values(**values))
    return await get(session, user.account_id, user.id)


async def note_login(session: Session, user: User, now: datetime) -> None:
    await session.execute(update(users).where(*_mine(user)).values(last_login_at=now))


async def note_reminded(session: Session, user: User, now: datetime) -> None:
    """They were asked whether what is known of them is still right."""
    await session.execute(update(users).where(*_mine(user)).values(reminded_at=now))


async def remove(session: Session, account_id: str, user_id: str) -> None:
    """The person, their places in groups and their roles are gone. Raises NotFound, Conflict for the last owner."""
    await _check_not_last_owner(session, await get(session, account_id, user_id))
    if not await session.execute(delete(users).where(U.account_id == account_id, U.id == user_id)):
        raise NotFound(f"Cannot find user with id {user_id[:100]}")
    await session.emit(UserRemoved("", account_id, user_id))
    for table in (user_clouds, members):
        await session.execute(delete(table).where(table.c.account_id == account_id, table.c.user_id == user_id))
    await session.execute(delete(choices).where(choices.c.user_id == user_id))
    await grants.forget(session, account_id, Principal(PrincipalKind.USER, user_id))


async def forget_cloud(session: Session, account_id: str, cloud_id: str) -> None:
    """Nobody is sent to that cloud any more; for one that is closed."""
    there = (user_clouds.c.account_id == account_id, user_clouds.c.cloud_id == cloud_id)
    await session.execute(delete(user_clouds).where(*there))
    await grants.forget_cloud(session, account_id, cloud_id)


def check_email(email: str) -> str:
    """The address without spaces around it, or Invalid."""
    address = email.strip()
    if len(address) > EMAIL_CHARS_MAX or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise Invalid(f"email {address[:100]} is invalid")
    return address


def _mine(user: User) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return U.account_id == user.account_id, U.id == user.id


async def _check_not_last_owner(session: Session, user: User) -> None:
    """Raises Conflict. Who was invited and never came owns nothing yet. Locked: two owners may leave at once."""
    owners_there = select(U.id).where(
        U.account_id == user.account_id,
        U.role == UserRole.MASTER_ADMIN.value,
        U.is_enabled,
        U.accepted_at.is_not(None),
    )
    rows = await session.fetch(owners_there.order_by(U.id).with_for_update())
    if [row["id"] for row in rows] == [user.id]:
        raise Conflict(f"{user.name} is the last owner of the account; make somebody else master_admin first")


def _taken(email: str) -> Conflict:
    return Conflict(f"email {email[:100]} has already been taken")


async def _check_free(session: Session, user: User, email: str) -> None:
    taken = select(U.id).where(U.email_key == email_key(email), U.id != user.id)
    if await session.fetch_one(taken) is not None:
        raise _taken(email)


async def _put_clouds(session: Session, user: User, cloud_ids: Sequence[str]) -> None:
    wanted = tuple(dict.fromkeys(cloud_ids))
    known = {cloud.id for cloud in await owned.list_all(session, user.account_id, ids=wanted)} if wanted else set[str]()
    for cloud_id in wanted:
        if cloud_id not in known:
            raise NotFound(f"Cannot find sub account with id {cloud_id[:100]}")
    mine = delete(user_clouds).where(user_clouds.c.account_id == user.account_id, user_clouds.c.user_id == user.id)
    await session.execute(mine)
    if wanted:
        rows = [{"account_id": user.account_id, "user_id": user.id, "cloud_id": cloud_id} for cloud_id in wanted]
        await session.execute(insert(user_clouds).values(rows))
