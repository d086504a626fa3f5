"""Subjects: who is meant by a word, and what people give, and forget, of those who belong to an account."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import false, select, update

from safelight.accounts import owners
from safelight.accounts import subjects as of_accounts
from safelight.kernel.errors import Invalid, NotFound
from safelight.kernel.holdings import Stage, Subject
from safelight.people import roster
from safelight.people.holdings import HOLDINGS
from safelight.people.model import User
from safelight.people.store import choices, grants, groups, members, roles, user_clouds, users
from safelight.ports.database import Session
from safelight.ports.rows import Rows, RowsKeeper, Whose, either, of_account, of_people

SORTS = ("account", "user", "cloud", "email")
"""How a word may say what it names: `account:acme`, `user:0190…`, `cloud:demo`; an address needs no such word."""


def _of_grantees() -> Whose:
    return lambda subject: grants.c.principal_id.in_(subject.user_ids) if subject.user_ids else false()


KEEPER = RowsKeeper(
    "people",
    HOLDINGS,
    (
        Rows(grants, either(of_account(grants), _of_grantees()), ("role-name",), is_portable=True),
        Rows(members, either(of_account(members), of_people(members)), is_portable=True),
        Rows(user_clouds, either(of_account(user_clouds), of_people(user_clouds)), is_portable=True),
        Rows(groups, of_account(groups), ("group-name",), is_portable=True),
        Rows(roles, of_account(roles), ("role-name",), is_portable=True),
        # The line is one of the ledger of this installation, and of no other.
        Rows(choices, of_people(choices), ("choice",), hidden=("line",), is_portable=True),
        Rows(
            users,
            of_people(users, "id"),
            ("user-name", "user-email", "user-language"),
            Stage.WHO,
            hidden=("email_key",),
            filled=lambda facts: {"email_key": roster.email_key(facts["email"])},
            is_portable=True,
        ),
    ),
)


async def subject_named(session: Session, text: str) -> Subject:
    """Raises NotFound, or Invalid for a word that says nothing.

    An address means that person; who owns an account alone means all of it, for nobody else could.
    """
    sort, colon, word = text.strip().partition(":")
    if not colon or sort not in SORTS:
        sort, word = "email", text.strip()
    match sort:
        case "account":
            account = await owners.find(session, word) or await owners.find_by_id(session, word)
            if account is None:
                raise NotFound(f"There is no account `{word[:80]}`; `safelight account list` shows them.")
            return await subject_of(session, account.id)
        case "cloud":
            cloud_id = await of_accounts.cloud_named(session, word)
            if cloud_id is None:
                raise NotFound(f"There is no cloud `{word[:80]}`; `safelight cloud list` shows them.")
            return await _with_words(session, Subject(cloud_ids=(cloud_id,)))
        case "user":
            row = await session.fetch_one(select(users.c.account_id).where(users.c.id == word))
            if row is None:
                raise NotFound(f"There is nobody with the id `{word[:80]}`; `safelight user list` shows them.")
            return await subject_of_person(session, row["account_id"], word)
        case _:
            return await _of_address(session, word)


def themselves(user: User) -> Subject:
    """Who is signed in, and what concerns their account as a whole; to look things up, and to erase nothing."""
    return Subject(user.account_id, user.id, user.email, user_ids=(user.id,), emails=(user.email,))


async def subject_of(session: Session, account_id: str, user_id: str | None = None) -> Subject:
    """As they are now; who is not there any more has left nothing here, and yet may have elsewhere."""
    if user_id:
        return await _with_people(session, Subject(account_id, user_id, user_ids=(user_id,)))
    mine = select(users.c.id).where(users.c.account_id == account_id).order_by(users.c.id)
    user_ids = tuple(row["id"] for row in await session.fetch(mine))
    cloud_ids = tuple(await of_accounts.clouds_of(session, account_id))
    return await _with_people(session, Subject(account_id, cloud_ids=cloud_ids, user_ids=user_ids))


async def freeze(session: Session, subject: Subject, now: datetime) -> None:
    """Nobody who is meant signs in from now on."""
    await of_accounts.freeze(session, subject, now)
    out = update(users).where(users.c.id.in_(subject.user_ids)).values(is_enabled=False)
    await session.execute(out)


async def _of_address(session: Session, address: str) -> Subject:
    if "@" not in address:
        raise Invalid(f"`{address[:80]}` names nobody; say an e-mail address, account:ID, user:ID or cloud:NAME.")
    found = await roster.find_by_email(session, address)
    if found is None:
        return Subject(email=address, emails=(address,), words=(address,))
    return await subject_of_person(session, found.account_id, found.id)


async def subject_of_person(session: Session, account_id: str, user_id: str) -> Subject:
    """One person; who owns an account alone is all of it. Raises NotFound."""
    user = await roster.get(session, account_id, user_id)
    is_all = await roster.is_only_owner(session, user)
    return await subject_of(session, account_id, None if is_all else user_id)


async def _with_people(session: Session, subject: Subject) -> Subject:
    mine = select(users.c.name, users.c.email).where(users.c.id.in_(subject.user_ids)).order_by(users.c.id)
    rows = await session.fetch(mine)
    emails = tuple(row["email"] for row in rows)
    known = replace(subject, emails=emails, email=emails[0] if len(emails) == 1 else None)
    return await _with_words(session, replace(known, words=(*emails, *(row["name"] for row in rows if row["name"]))))


async def _with_words(session: Session, subject: Subject) -> Subject:
    return replace(subject, words=(*subject.words, *await of_accounts.words_of(session, subject)))
