"""Operators: who runs this installation: the masters of its oldest account, by whom it was set up."""

from collections.abc import Sequence

from safelight.accounts import owners
from safelight.kernel.errors import Forbidden
from safelight.people import roster
from safelight.people.model import Status, User, UserRole
from safelight.people.roster import Wanted
from safelight.ports.database import Session


async def list_all(session: Session) -> Sequence[User]:
    """Those who can be written to; nobody where there is no account yet."""
    account = await owners.find_oldest(session)
    if account is None:
        return []
    active = await roster.list_all(session, account.id, Wanted(status=Status.ACTIVE))
    return [user for user in active if user.role is UserRole.MASTER_ADMIN]


async def is_one(session: Session, user: User) -> bool:
    account = await owners.find_oldest(session)
    return account is not None and user.account_id == account.id and user.role is UserRole.MASTER_ADMIN


async def check(session: Session, user: User) -> None:
    """Raises Forbidden."""
    if not await is_one(session, user):
        raise Forbidden("This is for whoever runs the installation: the owners of its first account.")
