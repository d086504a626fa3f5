"""Bulk: ask for one action on many assets, look how far it is, stop it and take it back; its rows."""

import builtins
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, exists, func, select, tuple_
from sqlalchemy import delete as delete_rows
from sqlalchemy import update as update_rows
from sqlalchemy.dialects.postgresql import insert

from safelight.assets import bulk_store, snapshots
from safelight.assets.bulk_model import OPEN, Action, Asked, Bulk, Change, Choice, Failure, Outcome, State, Trace
from safelight.assets.bulk_store import BF, BT, K, bulk_failures, bulk_traces
from safelight.assets.events import Reported
from safelight.assets.listing import is_text, moment_of
from safelight.assets.metadata_values import prepare
from safelight.assets.snapshots import Bounds, Snapshot
from safelight.kernel.errors import Invalid, NotFound, TooMuch
from safelight.kernel.ids import new_id
from safelight.kernel.page import Page, cursor_of, position_of
from safelight.ports.database import Session
from safelight.ports.queue import Job

JOB = "run_bulk"
ABOUT = "bulk"
"""The event type by which receivers are told of its end."""
NAME_CHARS_MAX = 255
REASON_CHARS_MAX = 1000


async def begin(
    session: Session, cloud_id: str, choice: Choice, asked: Asked, now: datetime, *, assets_max: int, bulks_max: int
) -> Bulk:
    """Ask for an action on what is chosen now. Raises Invalid for words that could do it to no asset."""
    opened = select(func.count().label("total")).where(K.cloud_id == cloud_id, K.state.in_(OPEN))
    row = await session.fetch_one(opened)
    if row is not None and row["total"] >= bulks_max:
        raise TooMuch(f"{bulks_max} actions wait or run already; wait until one of them has ended, or cancel one")
    if asked.action is Action.SET_METADATA:
        clears = bool(asked.words.get("clear_invalid"))
        await prepare(session, cloud_id, asked.words["metadata"], clears_invalid=clears)
    held = await _held(session, cloud_id, choice, now, Bounds(assets_max))
    return await _add(session, cloud_id, asked, held.id, held.total, now)


async def undo(session: Session, cloud_id: str, bulk_id: str, by: Asked, now: datetime) -> Bulk:
    """Ask for an action to be taken back. Raises Invalid where it cannot be."""
    bulk = await _hold(session, cloud_id, bulk_id)
    if bulk.state in OPEN:
        raise Invalid("It has not ended yet; cancel it first")
    if bulk.undone_by is not None:
        raise Invalid(f"It was taken back already, by {bulk.undone_by}")
    if not bulk.can_be_undone:
        raise Invalid(f"{bulk.asked.action.value} cannot be taken back" if bulk.ok else "It changed nothing")
    back = await _add(session, cloud_id, by, bulk.snapshot_id, bulk.position, now, undoes=bulk_id)
    await session.execute(update_rows(bulk_store.bulks).where(_one(bulk)).values(undone_by=back.id))
    return back


async def cancel(session: Session, cloud_id: str, bulk_id: str, now: datetime) -> Bulk:
    """What was done stays done. One that has ended stays as it is."""
    bulk = await _hold(session, cloud_id, bulk_id)
    if bulk.state not in OPEN:
        return bulk
    return await _ended(session, bulk, State.CANCELLED, now)


async def get(session: Session, cloud_id: str, bulk_id: str) -> Bulk:
    """Raises NotFound."""
    row = await session.fetch_one(select(bulk_store.bulks).where(K.cloud_id == cloud_id, K.id == bulk_id))
    return _found(row, bulk_id)


async def list(
    session: Session, cloud_id: str, max_results: int, cursor: str | None = None, *, asked_by: str | None = None
) -> Page[Bulk]:
    """The newest first; all of them, or those that one has asked for."""
    chosen = select(bulk_store.bulks).where(K.cloud_id == cloud_id)
    if asked_by is not None:
        chosen = chosen.where(K.asked_by == asked_by)
    if cursor:
        at, bulk_id = position_of(cursor, 2)
        if not is_text(at) or not is_text(bulk_id):
            raise Invalid("Invalid next_cursor")
        chosen = chosen.where(tuple_(K.created_at, K.id) < tuple_(moment_of(at), bulk_id))
    rows = await session.fetch(chosen.order_by(K.created_at.desc(), K.id.desc()).limit(max_results + 1))
    found = [_bulk_of(row) for row in rows[:max_results]]
    is_more = len(rows) > max_results
    return Page(found, cursor_of([found[-1].created_at.isoformat(), found[-1].id]) if is_more else None)


async def failures(
    session: Session, cloud_id: str, bulk_id: str, limit: int, behind: int = -1
) -> builtins.list[Failure]:
    """What it could not do, in order, behind a place."""
    chosen = select(bulk_failures).where(BF.cloud_id == cloud_id, BF.bulk_id == bulk_id, BF.position > behind)
    rows = await session.fetch(chosen.order_by(BF.position).limit(limit))
    return [Failure(row["position"], row["asset_id"], row["name"], row["reason"]) for row in rows]


async def held(session: Session, cloud_id: str, bulk_id: str) -> Bulk | None:
    """The action, for who goes on with it: nobody else does until the end of the transaction. None: there is nothing
    more to do."""
    row = await session.fetch_one(_locked(cloud_id, bulk_id))
    bulk = None if row is None else _bulk_of(row)
    return bulk if bulk is not None and bulk.state in OPEN else None


async def trace(session: Session, cloud_id: str, bulk_id: str, position: int) -> Trace | None:
    """What the first transaction of an action from a place on changed. None: none changed anything from there on."""
    chosen = select(bulk_traces).where(BT.cloud_id == cloud_id, BT.bulk_id == bulk_id, BT.position >= position)
    row = await session.fetch_one(chosen.order_by(BT.position).limit(1))
    if row is None:
        return None
    changes = [Change(one["id"], one.get("was"), one.get("is")) for one in row["changes"]]
    return Trace(row["position"], row["end_position"], changes)


async def advance(
    session: Session, bulk: Bulk, places: Mapping[str, int], end_position: int, outcome: Outcome, now: datetime
) -> Bulk:
    """So far it is now, in the transaction that did it. `places`: where those stand that had their turn, by id."""
    if outcome.failures:
        await session.execute(
            insert(bulk_failures).values(
                [
                    {
                        "cloud_id": bulk.cloud_id,
                        "bulk_id": bulk.id,
                        "position": places[asset_id],
                        "asset_id": asset_id,
                        "name": name[:NAME_CHARS_MAX],
                        "reason": reason[:REASON_CHARS_MAX],
                    }
                    for asset_id, name, reason in outcome.failures
                ]
            )
        )
    if outcome.changes and bulk.undoes is None:
        await session.execute(
            insert(bulk_traces).values(
                cloud_id=bulk.cloud_id,
                bulk_id=bulk.id,
                position=bulk.position,
                end_position=end_position,
                changes=[{"id": one.asset_id, "was": one.was, "is": one.is_now} for one in outcome.changes],
            )
        )
    skipped = end_position - bulk.position - outcome.ok - len(outcome.failures)
    row = await session.fetch_one(
        update_rows(bulk_store.bulks)
        .where(_one(bulk))
        .values(
            state=State.RUNNING.value,
            position=end_position,
            ok=K.ok + outcome.ok,
            failed=K.failed + len(outcome.failures),
            skipped=K.skipped + skipped,
        )
        .returning(bulk_store.bulks)
    )
    after = _found(row, bulk.id)
    return after if after.position < after.total else await _ended(session, after, State.DONE, now)


async def drop_old(session: Session, before: datetime, limit: int) -> int:
    """Forget some of those that were asked for before that moment and have ended, in whatever cloud; how many.

    One that is just taken back is still needed.
    """
    back = bulk_store.bulks.alias("back")
    is_needed = exists().where(
        back.c.cloud_id == K.cloud_id, back.c.undoes == K.id, back.c.state.in_([state.value for state in OPEN])
    )
    old = select(bulk_store.bulks).where(K.created_at < before, K.state.not_in(OPEN), ~is_needed)
    rows = await session.fetch(old.order_by(K.created_at).limit(limit).with_for_update(skip_locked=True))
    for row in rows:
        for table, column in ((bulk_failures, BF), (bulk_traces, BT)):
            mine = and_(column.cloud_id == row["cloud_id"], column.bulk_id == row["id"])
            await session.execute(delete_rows(table).where(mine))
        if row["undoes"] is None:
            await snapshots.drop(session, row["cloud_id"], [row["snapshot_id"]])
        await session.execute(delete_rows(bulk_store.bulks).where(K.cloud_id == row["cloud_id"], K.id == row["id"]))
    return len(rows)


async def _held(session: Session, cloud_id: str, choice: Choice, now: datetime, bounds: Bounds) -> Snapshot:
    """All that is chosen, as it is chosen now: what comes later has no part in it."""
    if choice.search is not None:
        return await snapshots.take(session, cloud_id, choice.search, now, bounds)
    if choice.snapshot_id is not None:
        return await snapshots.take_part(
            session, cloud_id, choice.snapshot_id, now, bounds, spans=choice.spans, without=choice.without
        )
    return await snapshots.take_ids(session, cloud_id, choice.asset_ids or (), now, bounds)


async def _add(
    session: Session,
    cloud_id: str,
    asked: Asked,
    snapshot_id: str,
    total: int,
    now: datetime,
    *,
    undoes: str | None = None,
) -> Bulk:
    bulk_id = new_id()
    within = {} if asked.within is None else {"within": [*asked.within]}
    row = await session.fetch_one(
        insert(bulk_store.bulks)
        .values(
            cloud_id=cloud_id,
            id=bulk_id,
            act=asked.action.value,
            words={**asked.words, **within},
            snapshot_id=snapshot_id,
            state=State.WAITING.value,
            undoes=undoes,
            asked_by=asked.asked_by,
            notification_url=asked.notification_url,
            created_at=now,
            total=total,
            **dict.fromkeys(("position", "ok", "failed", "skipped"), 0),
        )
        .returning(bulk_store.bulks)
    )
    bulk = _found(row, bulk_id)
    if total == 0:
        return await _ended(session, bulk, State.DONE, now)
    await session.defer(Job(JOB, {"cloud_id": cloud_id, "bulk_id": bulk_id}, lock=f"{JOB}:{bulk_id}"))
    return bulk


async def _ended(session: Session, bulk: Bulk, state: State, now: datetime) -> Bulk:
    ended = update_rows(bulk_store.bulks).where(_one(bulk)).values(state=state.value, ended_at=now)
    after = _found(await session.fetch_one(ended.returning(bulk_store.bulks)), bulk.id)
    counts = {name: asdict(after)[name] for name in ("total", "ok", "failed", "skipped")}
    told = {"id": after.id, "action": after.asked.action.value, "state": state.value, **counts}
    url = after.asked.notification_url
    await session.emit(Reported(after.cloud_id, about=ABOUT, at=now.isoformat(), fields=told, notification_url=url))
    return after


async def _hold(session: Session, cloud_id: str, bulk_id: str) -> Bulk:
    return _found(await session.fetch_one(_locked(cloud_id, bulk_id)), bulk_id)


def _locked(cloud_id: str, bulk_id: str) -> Any:
    return select(bulk_store.bulks).where(K.cloud_id == cloud_id, K.id == bulk_id).with_for_update()


def _one(bulk: Bulk) -> ColumnElement[bool]:
    return and_(K.cloud_id == bulk.cloud_id, K.id == bulk.id)


def _found(row: RowMapping | None, bulk_id: str) -> Bulk:
    if row is None:
        raise NotFound(f"Action not found - {bulk_id[:100]}")
    return _bulk_of(row)


def _bulk_of(row: RowMapping) -> Bulk:
    words = dict(row["words"])
    within = words.pop("within", None)
    asked = Asked(
        Action(row["act"]),
        words,
        None if within is None else tuple(within),
        row["asked_by"],
        row["notification_url"],
    )
    return Bulk(
        asked=asked,
        state=State(row["state"]),
        **{
            name: row[name]
            for name in (
                *("id", "cloud_id", "snapshot_id", "total", "position", "ok", "failed", "skipped"),
                *("undoes", "undone_by", "created_at", "ended_at"),
            )
        },
    )
