"""Hold checks: whether cases are needed, holds end, and figures have passed the gate: tried with what must not pass.

What is tried with somebody made up happens in a transaction that is undone.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from safelight.kernel.errors import Conflict, PurposeDenied
from safelight.kernel.holdings import Sheet, Subject
from safelight.kernel.ids import new_id
from safelight.kernel.purpose import ENFORCEMENT, Reads, reading_for
from safelight.ports.database import Session
from safelight.privacy import enforcement, figures, hold, holds, release
from safelight.privacy.enforcement import Kind
from safelight.privacy.hold import Columns, Ground, Scope, Sort
from safelight.privacy.release import Cube, Parts, Span
from safelight.privacy.selfcheck import Check, Finding, judged

ENTITY = "traffic"
"""A kind of records that every installation has, and that goes by its age."""
CELL = re.compile(r"[a-z][a-z _-]{0,39}")
"""Of a cut: a word of ours, and nobody's id or name."""
_TRIED = Cube("tried", "tried", "letter", Span.MONTH, "")


class _UndoneError(Exception):
    """Nothing of it stays."""


@dataclass(frozen=True)
class HoldChecks:
    """PP-19, PP-31 and PP-52 on the running installation."""

    sheets: Sequence[Sheet]
    columns: Columns
    cubes: Sequence[Cube]
    now: datetime

    async def enforced_in_cases(self, session: Session) -> Finding:
        """PP-19"""
        faults = await holds.faults(session, self.now)
        try:
            async with session.savepoint():
                faults += await self._tried(session)
                raise _UndoneError
        except _UndoneError:
            pass
        return judged(faults, "a case was opened, read for, and closed with its hold; without one nothing is read")

    async def gate_holds(self, session: Session) -> Finding:
        """PP-31"""
        found = await figures.faults(session, self.cubes)
        return judged([*found, *attacked(release.released)], f"{len(self.cubes)} cubes, each of groups of ten or more")

    async def figures_name_nobody(self, session: Session) -> Finding:
        """PP-52"""
        found = await figures.list_all(session)
        faults = sorted(
            {f"{each['cube']} of {each['period']} has a cell that is no word of ours"
             for each in found for name in each["cells"] if not CELL.fullmatch(name)}
        )  # fmt: skip
        return judged(faults, f"{len(found)} figures released, none with a word that leads to somebody")

    async def _tried(self, session: Session) -> list[str]:
        scope = Scope(Sort.USER, account_id=new_id(), user_id=new_id())
        subject = Subject(account_id=scope.account_id, user_id=scope.user_id, user_ids=(scope.user_id,))
        case = await enforcement.open_case(
            session, kind=Kind.TERMS, about=scope, basis="tried", opened_by="selfcheck", now=self.now
        )
        await holds.add(
            session,
            ground=Ground.DISPUTE,
            scope=scope,
            fields=[ENTITY],
            owner="selfcheck",
            basis="tried",
            now=self.now,
            days=hold.REVIEW_DAYS,
            sheets=self.sheets,
            columns=self.columns,
            case_id=case.id,
        )
        found = [] if not _may_read() else ["data are read to enforce, and no case is named"]
        with enforcement.enforcing(await enforcement.note_read(session, case.id, now=self.now)):
            found += [] if _may_read() else ["data cannot be read for a case that is open"]
        if not await holds.of_subject(session, subject, self.sheets, self.columns, self.now):
            found.append("a hold keeps nothing")
        await enforcement.close(session, case.id, "tried", now=self.now)
        if await holds.of_subject(session, subject, self.sheets, self.columns, self.now):
            found.append("a hold goes on when its case is closed")
        try:
            await enforcement.note_read(session, case.id, now=self.now)
        except Conflict:
            return found
        return [*found, "data are read for a case that is closed"]


def attacked(gate: Callable[[Cube, Mapping[str, Parts]], release.Released]) -> list[str]:
    """What somebody could find out who has all that is told, and takes one from the other."""

    def group(name: str, members: int, each: int = 100) -> Parts:
        return {f"{name}{number}": each for number in range(members)}

    faults: list[str] = []
    nine = gate(_TRIED, {"a": group("a", 9), "b": group("b", 40)})
    if "a" in nine.cells:
        faults.append("a group of nine is told")
    if nine.total is not None and "b" in nine.cells:
        faults.append("a group of nine follows from the total")
    if "a" in gate(_TRIED, {"a": {**group("a", 20, 1), "whale": 1000}}).cells:
        faults.append("a figure is told that is nearly all of one member")
    odd = gate(_TRIED, {"a": group("a", 13, 1)}).cells
    if any(figure % release.STEP for figure in odd.values()):
        faults.append("a figure is told to the last digit")
    if "a" not in gate(_TRIED, {"a": group("a", 10)}).cells:
        faults.append("a group of ten is not told")
    return faults


def _may_read() -> bool:
    """Whether something that may be read to enforce, and for nothing else, can be read here and now."""
    reads = Reads({ENTITY: frozenset({ENFORCEMENT})}, is_strict=True, tell=lambda _holding, _purposes: None)
    try:
        with reading_for(frozenset({ENFORCEMENT})):
            reads.check([ENTITY])
    except PurposeDenied:
        return False
    return True


def checks_of(checks: HoldChecks, session: Session) -> Mapping[str, Check]:
    """Each by its clause."""

    def asked(check: Callable[[Session], Awaitable[Finding]]) -> Check:
        return lambda: check(session)

    return {
        "PP-19": asked(checks.enforced_in_cases),
        "PP-31": asked(checks.gate_holds),
        "PP-52": asked(checks.figures_name_nobody),
    }
