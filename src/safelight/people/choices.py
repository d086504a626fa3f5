"""Choices: what people decided about their data, event after event; whoever reads what holds now, reads it here."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on

from safelight.kernel.choice import (
    Choice,
    ChoiceKind,
    Standing,
    State,
    Wanted,
    Way,
    objects,
    says_the_same,
    standing,
    state_after,
)
from safelight.kernel.ids import new_id
from safelight.kernel.languages import language_named
from safelight.people.events import ChoiceMade
from safelight.people.store import choices, users
from safelight.ports.database import Session

LISTED_MAX = 500
C = choices.c


async def choose(session: Session, user_id: str, wanted: Wanted, now: datetime) -> Choice | None:
    """From here on it holds, wherever it is asked for. None where the same was said before: that goes on."""
    before = (await of_person(session, user_id, now, wanted.kind)).get((wanted.kind, wanted.purpose))
    if says_the_same(before, is_wanted=wanted.is_wanted):
        return None
    made = Choice(
        id=new_id(),
        kind=wanted.kind,
        purpose=wanted.purpose,
        state=state_after(before, is_wanted=wanted.is_wanted),
        way=wanted.way,
        at=now,
        language=wanted.language,
        wording=wanted.wording,
        expires_at=wanted.expires_at,
    )
    await session.execute(insert(choices).values(user_id=user_id, **vars(made)))
    if wanted.kind is ChoiceKind.DISCLOSURE and not wanted.purpose:
        # Who is signed in brings it along with each request: nobody asks twice, and no browser is noted twice.
        since = None if wanted.is_wanted else now
        await session.execute(update(users).where(users.c.id == user_id).values(opted_out_at=since))
    await session.emit(ChoiceMade("", user_id, made.id))
    return made


async def of_person(session: Session, user_id: str, now: datetime, kind: ChoiceKind | None = None) -> Standing:
    """What holds now: of each thing its last word, however much was said of others since."""
    last = (
        select(choices)
        .where(C.user_id == user_id)
        .ext(distinct_on(C.kind, C.purpose))
        .order_by(C.kind, C.purpose, C.at.desc(), C.id.desc())
    )
    if kind is not None:
        last = last.where(C.kind == kind.value)
    return standing([_choice(row) for row in await session.fetch(last)], now)


async def history(session: Session, user_id: str) -> Sequence[Choice]:
    """What they said, the newest first, as far back as a list goes."""
    mine = select(choices).where(C.user_id == user_id).order_by(C.at.desc(), C.id.desc()).limit(LISTED_MAX)
    return [_choice(row) for row in await session.fetch(mine)]


async def find(session: Session, user_id: str, choice_id: str) -> Choice | None:
    row = await session.fetch_one(select(choices).where(C.user_id == user_id, C.id == choice_id).with_for_update())
    return None if row is None else _choice(row)


async def note_line(session: Session, user_id: str, choice_id: str, line: int) -> None:
    """Which line of the ledger tells of it."""
    await session.execute(update(choices).where(C.user_id == user_id, C.id == choice_id).values(line=line))


async def who_objects(
    session: Session, user_ids: Collection[str], kind: ChoiceKind, now: datetime, purpose: str = ""
) -> frozenset[str]:
    """Of these people, those who refused."""
    if not user_ids:
        return frozenset()
    last = (
        select(choices)
        .where(C.user_id.in_(sorted(user_ids)), C.kind == kind.value, C.purpose == purpose)
        .ext(distinct_on(C.user_id))
        .order_by(C.user_id, C.at.desc(), C.id.desc())
    )
    rows = await session.fetch(last)
    return frozenset(row["user_id"] for row in rows if objects(standing([_choice(row)], now), kind, purpose))


def _choice(row: RowMapping) -> Choice:
    return Choice(
        id=row["id"],
        kind=ChoiceKind(row["kind"]),
        purpose=row["purpose"],
        state=State(row["state"]),
        way=Way(row["way"]),
        at=row["at"],
        language=language_named(row["language"]) or "en",
        wording=row["wording"],
        expires_at=row["expires_at"],
        line=row["line"],
    )
