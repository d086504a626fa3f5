"""Operators: who set this installation up, the masters of its oldest account, are told by letter what needs them."""

from collections.abc import Mapping
from datetime import datetime

from safelight.accounts import owners
from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import roster
from safelight.people.model import Status, UserRole
from safelight.people.roster import Wanted
from safelight.ports.database import Session


async def tell(session: Session, template: str, facts: Mapping[str, str], now: datetime) -> None:
    """A letter to each of them, with their name; to nobody where there is no account yet."""
    every = await owners.list_all(session)
    if not every:
        return
    for user in await roster.list_all(session, every[0].id, Wanted(status=Status.ACTIVE)):
        if user.role is UserRole.MASTER_ADMIN:
            told = {"name": user.name, **facts}
            letter = Letter(template, LetterClass.SERVICE, user.email, user.language or "en", told, user.id)
            await send.post(session, letter, now=now)
