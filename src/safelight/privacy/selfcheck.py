"""Selfcheck: clause by clause, whether the running installation keeps its word; and the signed report of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from safelight.kernel.errors import NotFound, SafelightError
from safelight.ports.database import Session
from safelight.privacy import ledger, policy_page, store_policy
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.node import parsed
from safelight.privacy.signing import Signer

FILE = Path(__file__).parent / "clauses.yaml"
CLAUSES = 75
KEPT_DAYS = 3 * 365
SHOWN_MAX = 100
EVIDENCE_CHARS_MAX = 500


class Status(StrEnum):
    """What was found of a clause."""

    PASS = "PASS"  # noqa: S105 - a word and no secret
    FAIL = "FAIL"
    NOT_TESTABLE = "NOT-TESTABLE"


@dataclass(frozen=True)
class Clause:
    """A promise, and what it waits for where nothing keeps it yet."""

    id: str
    says: str
    later: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check found, and by what it knows."""

    status: Status
    evidence: str


@dataclass(frozen=True)
class Result:
    clause: Clause
    finding: Finding
    checked_at: datetime


Check = Callable[[], Awaitable[Finding]]


def passed(evidence: str) -> Finding:
    return Finding(Status.PASS, evidence)


def failed(evidence: str) -> Finding:
    return Finding(Status.FAIL, evidence)


def not_testable(why: str) -> Finding:
    return Finding(Status.NOT_TESTABLE, why)


def judged(faults: Sequence[str], otherwise: str) -> Finding:
    """FAIL with the faults, else PASS with what was looked at."""
    return failed("; ".join(faults)) if faults else passed(otherwise)


@cache
def clauses() -> Mapping[str, Clause]:
    """All 75."""
    found: dict[str, Clause] = {}
    for name, node in parsed(FILE.read_bytes(), FILE.name).items():
        node.only("says", "later")
        found[name] = Clause(name, node.at("says").text(), node.at("later").text(""))
    return found


async def run(checks: Mapping[str, Check], now: datetime, only: Sequence[str] = ()) -> list[Result]:
    """One result a clause. A check that breaks is no proof of anything, and so a FAIL. Raises NotFound."""
    known = clauses()
    for name in (*only, *checks):
        if name not in known:
            raise NotFound(f"There is no clause {name}; they are PP-01 to PP-{CLAUSES}.")
    return [
        Result(clause, await _finding(clause, checks.get(clause.id)), now)
        for clause in known.values()
        if not only or clause.id in only
    ]


async def _finding(clause: Clause, check: Check | None) -> Finding:
    if check is None:
        return not_testable(f"not built yet: {clause.later}" if clause.later else "no check is built yet")
    try:
        finding = await check()
    except (SafelightError, OSError, TimeoutError) as error:
        return failed(f"the check broke: {type(error).__name__}: {str(error)[:EVIDENCE_CHARS_MAX]}")
    return replace(finding, evidence=finding.evidence[:EVIDENCE_CHARS_MAX])


def rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    return [
        {
            "clause": each.clause.id,
            "says": each.clause.says,
            "status": each.finding.status.value,
            "evidence": each.finding.evidence,
            "checked_at": each.checked_at.isoformat(timespec="seconds"),
        }
        for each in results
    ]


async def report(session: Session, results: Sequence[Result], signer: Signer, now: datetime) -> None:
    """Keep it, signed, with a line in the ledger; those of three years ago go."""
    told = rows(results)
    digest = policy_page.hash_of({"results": told})
    counts = {
        "pass": _count(results, Status.PASS),
        "fail": _count(results, Status.FAIL),
        "not-testable": _count(results, Status.NOT_TESTABLE),
    }
    words = " ".join(f"{name} {count}" for name, count in counts.items())
    signed = await signer.sign(session, f"privacy selfcheck\nat {now.isoformat()}\nsha256 {digest}\n{words}\n", now)
    row = {"at": now, "failed": counts["fail"], "results": told, "note": signed}
    await store_policy.add_assessment(session, row)
    await store_policy.drop_assessments(session, now - timedelta(days=KEPT_DAYS))
    entry = Entry(EntryType.SELFCHECK, now, clause="PP-64", counts=counts, detail=bytes.fromhex(digest))
    await ledger.append(session, entry)


def _count(results: Sequence[Result], status: Status) -> int:
    return sum(each.finding.status is status for each in results)


async def last(session: Session, most: int = 1) -> Sequence[Mapping[str, Any]]:
    """The newest reports first."""
    return await store_policy.last_assessments(session, min(most, SHOWN_MAX))
