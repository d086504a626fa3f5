"""Operators: who runs this installation: the masters of its oldest account, by whom it was set up."""

from safelight.accounts import owners
from safelight.kernel.errors import Forbidden
from safelight.people.model import User, UserRole
from safelight.ports.database import Session


async def is_one(session: Session, user: User) -> bool:
    every = await owners.list_all(session)
    return bool(every) and user.account_id == every[0].id and user.role is UserRole.MASTER_ADMIN


async def check(session: Session, user: User) -> None:
    """Raises Forbidden."""
    if not await is_one(session, user):
        raise Forbidden("This is for whoever runs the installation: the owners of its first account.")
