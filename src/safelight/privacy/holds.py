"""Holds: set one, look at it again, let it go; what ends by itself does so at its time, and whoever must is told.

Nothing that is written of a hold into the ledger says whose it is: a line there could not be gagged.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping

from safelight.kernel.errors import Conflict, NotFound, TooMuch
from safelight.kernel.holdings import Sheet, Subject
from safelight.kernel.ids import new_id
from safelight.ports.database import Session
from safelight.ports.queue import Job
from safelight.privacy import hold, ledger, store_holds
from safelight.privacy.entry import Entry, EntryType
from safelight.privacy.events import HoldsDue
from safelight.privacy.hold import RELEASE_HOURS, Columns, End, Ground, Held, Hold, Scope, Sort

CLAUSE = "PP-19"
LIVE_MAX = 1000
"""Most holds at the same time: each is gone through every hour."""
LISTED_MAX = 1000
ENDED_DAYS = 3 * 365 + 1
"""So long it is known that something was held, and why."""
SWEPT_MAX = 500
DROP, KEEP = "drop_held", "keep_held"


async def add(
    session: Session,
    *,
    ground: Ground,
    scope: Scope,
    fields: Sequence[str],
    owner: str,
    basis: str,
    now: datetime,
    days: int,
    sheets: Sequence[Sheet],
    columns: Columns,
    gag_until: datetime | None = None,
    case_id: str = "",
) -> Hold:
    """From here on it is kept; copies are made by the job, or by who calls it. Raises Invalid, NotFound, TooMuch."""
    fields = tuple(dict.fromkeys(fields))
    hold.check(scope, fields, owner, basis, sheets, columns)
    review_at = hold.review_by(now, days)
    hold.check_gag(gag_until, now)
    if case_id and ((case := await store_holds.case(session, case_id, is_locked=True)) is None or case["ended_at"]):
        raise NotFound(f"There is no open case `{case_id[:64]}`; `safelight privacy case list` shows them.")
    if await store_holds.count_live(session) >= LIVE_MAX:
        raise TooMuch(f"There are {LIVE_MAX} holds already; release some of them first.")
    made = Hold(
        id=new_id(),
        ground=ground,
        scope=scope,
        fields=fields,
        owner=owner.strip(),
        basis=basis.strip(),
        created_at=now,
        review_at=review_at,
        gag_until=gag_until,
        is_gagged=gag_until is not None,
        case_id=case_id,
    )
    await store_holds.add_hold(session, _row(made))
    await session.defer(Job(KEEP, {"id": made.id}, lock=f"hold/{made.id}"))
    await _note(session, EntryType.HOLD_ADDED, now, fields=len(fields), days=days)
    return made


async def get(session: Session, id: str, *, is_locked: bool = False) -> Hold:
    """Raises NotFound."""
    row = await store_holds.hold(session, id, is_locked=is_locked)
    if row is None:
        raise NotFound(f"There is no hold `{id[:64]}`; `safelight privacy hold list` shows them.")
    return hold_of(row)


async def list_all(session: Session, *, only_live: bool = True) -> list[Hold]:
    """The newest first."""
    return [hold_of(row) for row in await store_holds.list_holds(session, only_live=only_live, limit=LISTED_MAX)]


async def of_subject(
    session: Session, subject: Subject, sheets: Sequence[Sheet], columns: Columns, now: datetime
) -> list[Held]:
    """What of somebody is held, hidden or not."""
    return hold.held(await list_all(session), sheets, subject, columns, now)


async def told(session: Session, subject: Subject, now: datetime) -> list[Hold]:
    """The holds of which somebody may know; a gag is not told of, either."""
    live = await list_all(session)
    return [each for each in live if each.is_live(now) and each.scope.covers(subject) and not each.hides(now)]


async def review(session: Session, id: str, *, days: int, now: datetime) -> Hold:
    """Somebody looked at it, and it is still needed. Raises NotFound, Conflict for one that is over."""
    found = await get(session, id, is_locked=True)
    _check_live(found, now)
    await store_holds.change_hold(session, id, review_at=hold.review_by(now, days), warned_days=None)
    await _note(session, EntryType.HOLD_REVIEWED, now, days=days)
    return await get(session, id)


async def release(session: Session, id: str, *, now: datetime, end: End = End.RELEASED) -> Hold:
    """It is over; what it kept goes with the job. Raises NotFound, Conflict for one that is over already."""
    found = await get(session, id, is_locked=True)
    if found.ended_at is not None:
        raise Conflict("This hold is over already.")
    await store_holds.change_hold(session, id, ended_at=now, end_kind=end.value, is_gagged=False)
    # Of those that wait with one lock one is kept: a hold that is just being set is not let go by it.
    await session.defer(Job(DROP, {"id": id}, lock=f"hold/{id}/drop"))
    await _note(session, EntryType.HOLD_RELEASED, now, days=(now - found.created_at).days)
    return await get(session, id)


async def release_of_case(session: Session, case_id: str, now: datetime) -> int:
    """A case is closed: what was held for it is held no more."""
    rows = await store_holds.of_case(session, case_id)
    for row in rows:
        await release(session, row["id"], now=now, end=End.CASE_CLOSED)
    return len(rows)


async def tend(session: Session, now: datetime) -> None:
    """What ends by itself ends: gags, and holds that nobody looked at again; of the others it is warned before."""
    due: dict[str, str] = {}
    for each in await list_all(session):
        if not each.is_live(now):
            await release(session, each.id, now=now, end=End.LAPSED)
            continue
        if each.is_gagged and not each.hides(now):
            await store_holds.change_hold(session, each.id, is_gagged=False)
        step = hold.warning(each, now)
        if step is not None:
            await store_holds.change_hold(session, each.id, warned_days=step)
            due[each.id] = f"{each.review_at:%Y-%m-%d}"
    if due:
        await session.emit(HoldsDue("", now.isoformat(), due))


async def sweep(session: Session, now: datetime) -> int:
    """Lines about holds and cases that ended long ago."""
    return await store_holds.drop_ended(session, now - timedelta(days=ENDED_DAYS), SWEPT_MAX)


async def faults(session: Session, now: datetime) -> list[str]:
    """What is not as it was promised, in words."""
    found = {
        "holds ended a day ago and still keep something": await store_holds.late(
            session, now - timedelta(hours=RELEASE_HOURS)
        ),
        "holds go on although nobody looked at them in time": await store_holds.unended(
            session, now - timedelta(hours=RELEASE_HOURS)
        ),
        "holds go on although their case is closed": await store_holds.with_closed_case(session),
    }
    return [words for words, count in found.items() if count]


async def kept(session: Session) -> Mapping[str, int]:
    """How many records each hold has set aside."""
    return await store_holds.counts_by_hold(session)


def shown(each: Hold, now: datetime, kept: Mapping[str, int]) -> dict[str, Any]:
    """For whoever runs this installation."""
    return {
        "id": each.id,
        "ground": each.ground.value,
        "scope": str(each.scope),
        "fields": list(each.fields),
        "owner": each.owner,
        "basis": each.basis,
        "case": each.case_id or None,
        "kept": kept.get(each.id, 0),
        "created_at": each.created_at,
        "review_at": each.review_at,
        "gag_until": each.gag_until,
        "gagged": each.hides(now),
        "ended_at": each.ended_at,
        "end": each.end.value if each.end else None,
        "dropped_at": each.dropped_at,
    }


def hold_of(row: RowMapping) -> Hold:
    return Hold(
        id=row["id"],
        ground=Ground(row["ground"]),
        scope=scope_of(row),
        fields=tuple(row["fields"]),
        owner=row["owner"],
        basis=row["basis"],
        created_at=row["created_at"],
        review_at=row["review_at"],
        gag_until=row["gag_until"],
        is_gagged=row["is_gagged"],
        case_id=row["case_id"],
        warned_days=row["warned_days"],
        ended_at=row["ended_at"],
        end=End(row["end_kind"]) if row["end_kind"] else None,
        dropped_at=row["dropped_at"],
    )


def scope_of(row: RowMapping) -> Scope:
    return Scope(Sort(row["scope"]), row["account_id"], row["user_id"], row["cloud_id"], row["asset_id"])


def scope_row(scope: Scope) -> dict[str, str]:
    ids = {name: getattr(scope, name) for name in ("account_id", "user_id", "cloud_id", "asset_id")}
    return {"scope": scope.sort.value, **ids}


def _row(made: Hold) -> dict[str, Any]:
    return {
        **scope_row(made.scope),
        "id": made.id,
        "ground": made.ground.value,
        "fields": list(made.fields),
        "owner": made.owner,
        "basis": made.basis,
        "case_id": made.case_id,
        "created_at": made.created_at,
        "review_at": made.review_at,
        "gag_until": made.gag_until,
        "is_gagged": made.is_gagged,
    }


def _check_live(found: Hold, now: datetime) -> None:
    if not found.is_live(now):
        raise Conflict("This hold is over; set a new one.")


async def _note(session: Session, kind: EntryType, now: datetime, **counts: int) -> None:
    await ledger.append(session, Entry(kind, now, CLAUSE, counts=counts))
