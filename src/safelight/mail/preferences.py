"""Preferences: who wants which letters. What somebody refuses is not sent from that moment on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safelight.kernel.choice import ChoiceKind, Wanted, Way, wording_of
from safelight.kernel.errors import Invalid
from safelight.kernel.languages import Language
from safelight.mail import store
from safelight.mail.lists import ALL, LISTS, List
from safelight.mail.marks import Token
from safelight.mail.model import LetterClass
from safelight.people import choices as decided
from safelight.ports.database import Session

NO_TITLES: Mapping[Language, str] = {}
"""Of a list that is no more."""


class Reason(StrEnum):
    """Why an address gets no letters."""

    REFUSED = "refused"
    BOUNCED = "bounced"


@dataclass(frozen=True)
class Choice:
    """What a person gets of one list. `changed_at` is None for who never said anything about it."""

    list: List
    is_wanted: bool
    changed_at: datetime | None = None


async def choices(session: Session, user_id: str, now: datetime) -> Sequence[Choice]:
    """Of every list, in their order: for the page and the API of preferences."""
    known = await decided.of_person(session, user_id, now, ChoiceKind.LETTERS)
    said = {name: known.get((ChoiceKind.LETTERS, name)) for name in LISTS}
    return [
        Choice(each, found.is_given, found.at) if (found := said[name]) else Choice(each, each.is_default)
        for name, each in LISTS.items()
    ]


async def choose(
    session: Session,
    user_id: str,
    wanted: Mapping[str, bool],
    *,
    address_mark: str,
    way: Way,
    now: datetime,
    language: Language = "en",
) -> Sequence[Choice]:
    """Change what is given. Who wants a list again takes back what their address refused. Raises Invalid."""
    for name in wanted:
        if name not in LISTS:
            raise Invalid(f"There is no list {name[:50]}; there are {', '.join(LISTS)}")
    for name, is_wanted in wanted.items():
        await _decide(session, user_id, name, is_wanted=is_wanted, way=way, now=now, language=language)
        if is_wanted:
            await _take_back(session, address_mark, name, now)
    return await choices(session, user_id, now)


async def refuse(session: Session, token: Token, *, way: Way, now: datetime, all_lists: bool = False) -> None:
    """Whoever has the link of a letter ends the list that it belongs to, or all of them. Twice is once."""
    name = ALL if all_lists else token.list
    await store.suppress(session, token.address_mark, name, Reason.REFUSED, now)
    if token.user_id is not None:
        for each in LISTS if all_lists else [token.list]:
            await _decide(session, token.user_id, each, is_wanted=False, way=way, now=now)


async def note_bounce(session: Session, address_mark: str, now: datetime) -> None:
    """Nobody takes letters at that address; only service letters are still tried."""
    await store.suppress(session, address_mark, ALL, Reason.BOUNCED, now)


async def has_bounced(session: Session, address_mark: str) -> bool:
    return any(row["reason"] == Reason.BOUNCED for row in await store.suppressions(session, address_mark))


async def forget_bounce(session: Session, address_mark: str) -> bool:
    """Somebody proved that letters arrive there, or says so. Whether one had come back."""
    had = await has_bounced(session, address_mark)
    await store.unsuppress(session, address_mark, ALL, Reason.BOUNCED)
    return had


async def wants(
    session: Session, kind: LetterClass, list_of: List | None, *, address_mark: str, user_id: str | None, now: datetime
) -> bool:
    """Whether a letter may be sent. A service letter always may: an account must be able to reach its person."""
    if kind is LetterClass.SERVICE:
        return True
    for row in await store.suppressions(session, address_mark):
        is_bounce = row["reason"] == Reason.BOUNCED
        if is_bounce or (list_of is not None and row["list"] in {ALL, list_of.name}):
            return False
    if list_of is None:
        return True
    if user_id is None:
        return list_of.is_default
    known = await decided.of_person(session, user_id, now, ChoiceKind.LETTERS)
    said = known.get((ChoiceKind.LETTERS, list_of.name))
    return said.is_given if said else list_of.is_default


async def _decide(
    session: Session, user_id: str, name: str, *, is_wanted: bool, way: Way, now: datetime, language: Language = "en"
) -> None:
    """A list that is no more can still be refused."""
    titles: Mapping[Language, str] = LISTS[name].titles if name in LISTS else NO_TITLES
    wording = wording_of({str(each): words for each, words in titles.items()})
    await decided.choose(session, user_id, Wanted(ChoiceKind.LETTERS, is_wanted, way, name, language, wording), now)


async def _take_back(session: Session, address_mark: str, name: str, now: datetime) -> None:
    """A refusal of all lists becomes one of each other list."""
    refused = {row["list"] for row in await store.suppressions(session, address_mark) if row["reason"] == "refused"}
    await store.unsuppress(session, address_mark, name, Reason.REFUSED)
    if ALL in refused:
        await store.unsuppress(session, address_mark, ALL, Reason.REFUSED)
        for each in LISTS:
            if each != name:
                await store.suppress(session, address_mark, each, Reason.REFUSED, now)
