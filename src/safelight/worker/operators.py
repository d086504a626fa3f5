"""Operators: whoever runs this installation is told by letter what needs them."""

from collections.abc import Mapping
from datetime import datetime

from safelight.mail import send
from safelight.mail.model import Letter, LetterClass
from safelight.people import operators
from safelight.ports.database import Session


async def tell(session: Session, template: str, facts: Mapping[str, str], now: datetime) -> None:
    """A letter to each of them, with their name."""
    for user in await operators.list_all(session):
        told = {"name": user.name, **facts}
        letter = Letter(template, LetterClass.SERVICE, user.email, user.language or "en", told, user.id)
        await send.post(session, letter, now=now)
