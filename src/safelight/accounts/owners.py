"""Owners: find, make and name the accounts that own clouds and people."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.accounts.events import call_out
from safelight.accounts.model import Account
from safelight.accounts.store import accounts, clouds, provisioning_keys
from safelight.kernel import cards
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.ports.database import Session

HANDLE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}", re.ASCII)
NAME_CHARS_MAX = 255
_FIRST_LOCK = 0x5AFE_11
"""Held by whoever makes the first account, so that two of them at once make one."""


def check_handle(handle: str) -> str:
    """The handle in lower case, or Invalid: SDKs read it as the host of a URL, where capitals are lost."""
    found = handle.lower()
    if not HANDLE.fullmatch(found):
        raise Invalid("An account_id has 1 to 100 of the characters a-z 0-9 _ -, and begins with a letter or digit")
    return found


def check_name(name: str, what: str = "name") -> str:
    """What people call an account, a person or a group; or Invalid, or CardRefused."""
    plain = name.strip()
    if not plain or len(plain) > NAME_CHARS_MAX or any(ord(letter) < 32 for letter in plain):
        raise Invalid(f"{what} must have 1 to {NAME_CHARS_MAX} characters, and none that control")
    cards.refuse(plain, what)
    return plain


async def find(session: Session, handle: str) -> Account | None:
    row = await session.fetch_one(select(accounts).where(accounts.c.handle == handle.lower()))
    return None if row is None else _account(row)


async def get(session: Session, handle: str) -> Account:
    """Raises NotFound, with how to see which there are."""
    account = await find(session, handle)
    if account is None:
        raise NotFound(f"There is no account `{handle}`; `safelight account list` shows them.")
    return account


async def list_all(session: Session) -> Sequence[Account]:
    """Oldest first."""
    rows = await session.fetch(select(accounts).order_by(accounts.c.created_at, accounts.c.id))
    return [_account(row) for row in rows]


async def find_oldest(session: Session) -> Account | None:
    """The first of those that there are."""
    row = await session.fetch_one(select(accounts).order_by(accounts.c.created_at, accounts.c.id).limit(1))
    return None if row is None else _account(row)


async def create(session: Session, *, now: datetime, name: str = "", handle: str | None = None) -> Account:
    """Raises Conflict for a handle that is taken."""
    account_id = new_id()
    account = Account(account_id, check_handle(handle or account_id), check_name(name) if name else "", now)
    added = await session.fetch_one(
        insert(accounts)
        .values(id=account.id, handle=account.handle, name=account.name, created_at=now)
        .on_conflict_do_nothing()
        .returning(accounts.c.id)
    )
    if added is None:
        raise Conflict(f"account_id {account.handle} already exists")
    return account


async def first(session: Session, now: datetime) -> Account:
    """The oldest account, which owns what is made from the shell; made where there is none yet."""
    known = await _oldest(session)
    if known is None:
        await session.execute(select(func.pg_advisory_xact_lock(_FIRST_LOCK)))
        known = await _oldest(session)
    return known or await create(session, now=now)


async def ensure(session: Session, handle: str, now: datetime) -> Account:
    """The account of that handle. The only one there is takes it if it has no key yet; else one is made."""
    wanted = check_handle(handle)
    known = await find(session, wanted)
    if known is not None:
        return known
    others = await list_all(session)
    if len(others) != 1 or await _has_keys(session, others[0].id):
        return await create(session, now=now, handle=wanted)
    await session.execute(update(accounts).where(accounts.c.id == others[0].id).values(handle=wanted))
    return replace(others[0], handle=wanted)


async def find_by_id(session: Session, account_id: str) -> Account | None:
    row = await session.fetch_one(select(accounts).where(accounts.c.id == account_id))
    return None if row is None else _account(row)


async def rename(session: Session, account_id: str, name: str) -> None:
    """What the company is called."""
    await session.execute(update(accounts).where(accounts.c.id == account_id).values(name=check_name(name)))


async def is_disabled(session: Session, account_id: str) -> bool:
    row = await session.fetch_one(select(accounts.c.disabled_at).where(accounts.c.id == account_id))
    return row is not None and row["disabled_at"] is not None


def disabled_at(account_id: str | ColumnElement[str]) -> ScalarSelect[datetime | None]:
    """For a cloud that is made now, and for whoever is listed with their account."""
    return select(accounts.c.disabled_at).where(accounts.c.id == account_id).scalar_subquery()


async def set_disabled(session: Session, account_id: str, at: datetime | None) -> None:
    """From now on every door refuses the account and all its clouds; None opens them again. Both within a second."""
    await session.execute(update(accounts).where(accounts.c.id == account_id).values(disabled_at=at))
    changed = update(clouds).where(clouds.c.account_id == account_id).values(shut_at=at).returning(clouds.c.id)
    for row in await session.fetch(changed):
        await call_out(session, row["id"])


async def _oldest(session: Session) -> Account | None:
    row = await session.fetch_one(select(accounts).order_by(accounts.c.created_at, accounts.c.id).limit(1))
    return None if row is None else _account(row)


async def _has_keys(session: Session, account_id: str) -> bool:
    keys = exists().where(provisioning_keys.c.account_id == account_id)
    row = await session.fetch_one(select(keys.label("has_keys")))
    return bool(row and row["has_keys"])


def _account(row: RowMapping) -> Account:
    return Account(row["id"], row["handle"], row["name"], row["created_at"], row["disabled_at"] is not None)
