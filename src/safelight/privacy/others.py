"""Others: what requests need of rooms that the engine does not know: who has an address, letters, owners of files."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from safelight.kernel.holdings import Subject
from safelight.ports.database import Session
from safelight.privacy.relay import Relays
from safelight.privacy.request import Request


@dataclass(frozen=True)
class Known:
    """Who has an address: one person of one account."""

    account_id: str
    user_id: str
    email: str
    language: str | None = None


Post = Callable[[Session, Request, str, Mapping[str, str], datetime], Awaitable[str]]
"""Post the letter of that name to who asked; its id."""


@dataclass(frozen=True)
class Others:
    """What requests need of rooms that this one does not know."""

    check_address: Callable[[str], str]
    """Raises Invalid."""
    mark: Callable[[str], str]
    """An address -> the keyed hash by which it is found."""
    who_has: Callable[[Session, str], Awaitable[Known | None]]
    subject_of: Callable[[Session, Request], Awaitable[Subject]]
    post: Post
    has_left: Callable[[Session, str], Awaitable[bool]]
    """Whether a letter is not under way any more."""
    was_sent: Callable[[Session, str], Awaitable[bool]]
    """Whether it left as it should."""
    choose: Callable[[Session, Request, Known | None, datetime], Awaitable[None]]
    """From now on less is done with the data of that address, as the kind of request says."""
    close_thread: Callable[[Session, str, datetime], Awaitable[None]]
    """Of letters about a request: from now on their term runs, until somebody writes again."""
    relays: Relays
