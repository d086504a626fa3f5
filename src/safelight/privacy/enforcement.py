"""Enforcement: terms, debts, fraud and disputes are cases; nobody reads data for that without an open one.

Who reads names the case, and it is written down with how much was read. Closing it lifts what was held for it (PP-19).
"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.kernel.purpose import ENFORCEMENT, reading_for, reading_in_case
from safelight.ports.database import Session
from safelight.privacy import holds, ledger, store_holds
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.hold import WORDS_CHARS_MAX, Scope
from safelight.privacy.holds import CLAUSE, LISTED_MAX


class Kind(StrEnum):
    """What may be enforced."""

    TERMS = "terms"
    DEBT = "debt"
    FRAUD = "fraud"
    INFRINGEMENT = "infringement"
    MISUSE = "misuse"
    DISPUTE = "dispute"


@dataclass(frozen=True)
class Case:
    """One case: about whom or what, on which basis, and how it ended."""

    id: str
    kind: Kind
    about: Scope
    basis: str
    opened_by: str
    opened_at: datetime
    outcome: str = ""
    ended_at: datetime | None = None

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind.value,
            "about": str(self.about),
            "basis": self.basis,
            "opened_by": self.opened_by,
            "opened_at": self.opened_at,
            "ended_at": self.ended_at,
            "outcome": self.outcome,
        }


async def open_case(session: Session, *, kind: Kind, about: Scope, basis: str, opened_by: str, now: datetime) -> Case:
    """Raises Invalid."""
    _check(basis=basis, owner=opened_by)
    made = Case(new_id(), kind, about, basis.strip(), opened_by.strip(), now)
    await store_holds.add_case(
        session,
        {
            **holds.scope_row(about),
            "id": made.id,
            "kind": made.kind.value,
            "basis": made.basis,
            "opened_by": made.opened_by,
            "opened_at": now,
        },
    )
    await ledger.append(session, Entry(EntryType.CASE_OPENED, now, CLAUSE))
    return made


async def get(session: Session, id: str, *, is_locked: bool = False) -> Case:
    """Raises NotFound."""
    row = await store_holds.case(session, id, is_locked=is_locked)
    if row is None:
        raise NotFound(f"There is no case `{id[:64]}`; `safelight privacy case list` shows them.")
    return _case(row)


async def list_all(session: Session, *, only_open: bool = True) -> list[Case]:
    """The newest first."""
    return [_case(row) for row in await store_holds.list_cases(session, only_open=only_open, limit=LISTED_MAX)]


async def close(session: Session, id: str, outcome: str, *, now: datetime) -> Case:
    """What was held for it is held no more, and goes within a day. Raises NotFound, Conflict."""
    found = await get(session, id, is_locked=True)
    if found.ended_at is not None:
        raise Conflict("This case is closed already.")
    _check(outcome=outcome)
    await store_holds.change_case(session, id, ended_at=now, outcome=outcome.strip())
    lifted = await holds.release_of_case(session, id, now)
    await ledger.append(session, Entry(EntryType.CASE_CLOSED, now, CLAUSE, counts={"holds": lifted}))
    return await get(session, id)


async def note_read(session: Session, id: str, *, now: datetime, what: str = "records") -> Case:
    """Before anything is read for it, in a transaction that is committed before. Raises NotFound, Conflict."""
    found = await get(session, id)
    if found.ended_at is not None:
        raise Conflict("This case is closed: nothing is read for it any more.")
    await ledger.append(session, Entry(EntryType.CASE_READ, now, CLAUSE, counts={what: 1}))
    return found


@contextmanager
def enforcing(case: Case) -> Generator[None, None, None]:
    """Whatever is read inside is read for this case; that it is was noted."""
    with reading_for(frozenset({ENFORCEMENT})), reading_in_case(case.id):
        yield


def _check(**words: str) -> None:
    for name, said in words.items():
        if not said.strip() or len(said) > WORDS_CHARS_MAX:
            raise Invalid(f"Say the {name} in 1 to {WORDS_CHARS_MAX} letters.")


def _case(row: RowMapping) -> Case:
    return Case(
        id=row["id"],
        kind=Kind(row["kind"]),
        about=holds.scope_of(row),
        basis=row["basis"],
        opened_by=row["opened_by"],
        opened_at=row["opened_at"],
        outcome=row["outcome"],
        ended_at=row["ended_at"],
    )
