"""Act: do the same to some assets in one transaction, by the verbs that do it to one; who refuses stays as it was."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, select

from safelight.assets import access, catalogue, metadata_fields
from safelight.assets.bulk_model import COLUMNS, Action, Asked, Change, Outcome
from safelight.assets.bulk_undo import reverted
from safelight.assets.listing import Within, in_folders
from safelight.assets.metadata_values import prepare
from safelight.assets.model import Asset, Status
from safelight.assets.moderation import by_person
from safelight.assets.notes import Edit, apply
from safelight.assets.store import A, asset_of, assets
from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.folders import is_within
from safelight.ports.database import Session

Value = Callable[[Asset], Any]
"""What shall stand in a column of an asset, as a JSON value; raises Invalid where it may not."""
Write = Callable[[Session, Asset, Any], Awaitable[object]]

NOTES = frozenset({"tags", "context", "metadata"})
"""Columns that one statement writes for many assets."""
OUTSIDE = "It stood in a folder in which who asks may change nothing"


async def act(session: Session, cloud_id: str, asked: Asked, ids: Sequence[str], now: datetime) -> Outcome:
    """All but an undo."""
    which = _which(cloud_id, ids, asked.within)
    match asked.action:
        case Action.DELETE:
            erased = await catalogue.delete_many(session, await _locked(session, which), now)
            return Outcome(len(erased), changes=[Change(asset.id) for asset in erased])
        case Action.MODERATE:
            status = Status(asked.words["status"])

            async def moderate(session: Session, asset: Asset, _: Any) -> object:
                return await catalogue.update(
                    session, asset, reviews=lambda found: by_person(found, status, now), now=now
                )

            return await _one_by_one(session, which, lambda _: status.value, lambda _: None, moderate)
        case _:
            column = COLUMNS[asked.action]
            try:
                value = await _value(session, cloud_id, asked, now)
            except Invalid as error:  # A field is gone since it was asked for.
                found = await _locked(session, which)
                return Outcome(failures=[(asset.id, asset.name, error.message) for asset in found])
            return await _fill(session, which, column, value, now)


async def undo(
    session: Session, cloud_id: str, column: str, changes: Sequence[Change], within: Within, now: datetime
) -> Outcome:
    """Take these changes back."""
    by_id = {change.asset_id: change for change in changes}
    fields = {field.id for field in await metadata_fields.list(session, cloud_id)} if column == "metadata" else None

    def value(asset: Asset) -> Any:
        change = by_id[asset.id]
        back = reverted(column, _json(asset, column), change.was, change.is_now)
        if column == "folder" and within is not None and not any(is_within(back, folder) for folder in within):
            raise Invalid(OUTSIDE)
        # What stood in a field that is gone since is gone with it.
        return back if fields is None else {name: told for name, told in back.items() if name in fields}

    return await _fill(session, _which(cloud_id, list(by_id), within), column, value, now)


async def _value(session: Session, cloud_id: str, asked: Asked, now: datetime) -> Value:
    words = asked.words
    match asked.action:
        case Action.ADD_TAGS:
            return lambda asset: sorted({*asset.tags, *words["tags"]})
        case Action.REMOVE_TAGS:
            return lambda asset: sorted(set(asset.tags) - set(words["tags"]))
        case Action.REPLACE_TAGS:
            return lambda _: sorted(set(words["tags"]))
        case Action.ADD_CONTEXT:
            return lambda asset: {**asset.context, **words["context"]}
        case Action.REMOVE_CONTEXT:
            keys = words.get("keys")
            return lambda asset: {} if keys is None else _without(asset.context, keys)
        case Action.SET_METADATA:
            clears = bool(words.get("clear_invalid"))
            writing = await prepare(session, cloud_id, words["metadata"], clears_invalid=clears)
            return lambda asset: writing.onto(asset.metadata)
        case Action.MOVE:
            return lambda _: words["folder"]
        case _:
            return lambda _: words["rules"]


async def _fill(session: Session, which: ColumnElement[bool], column: str, value: Value, now: datetime) -> Outcome:
    """Each asset gets its value."""
    if column in NOTES:
        return await _at_once(session, which, column, value, now)
    return await _one_by_one(session, which, value, partial(_json, column=column), partial(_write, column, now))


async def _at_once(session: Session, which: ColumnElement[bool], column: str, value: Value, now: datetime) -> Outcome:
    failures: list[tuple[str, str, str]] = []
    changes: list[Change] = []

    def rewrite(asset: Asset) -> Any:
        was = _json(asset, column)
        try:
            is_now = value(asset)
        except Invalid as error:
            failures.append((asset.id, asset.name, error.message))
            return was
        if is_now != was:
            changes.append(Change(asset.id, was, is_now))
        return is_now

    found = await apply(session, which, Edit(column, rewrite), now)
    return Outcome(len(found) - len(failures), failures, changes)


async def _one_by_one(
    session: Session, which: ColumnElement[bool], value: Value, before: Value, write: Write
) -> Outcome:
    failures: list[tuple[str, str, str]] = []
    changes: list[Change] = []
    found = await _locked(session, which)
    for asset in found:
        was = before(asset)
        try:
            is_now = value(asset)
            if is_now == was:
                continue
            async with session.savepoint():
                await write(session, asset, is_now)
        except (Invalid, NotFound, Conflict) as error:
            failures.append((asset.id, asset.name, error.message))
        else:
            changes.append(Change(asset.id, was, is_now))
    return Outcome(len(found) - len(failures), failures, changes)


async def _write(column: str, now: datetime, session: Session, asset: Asset, value: Any) -> object:
    if column == "folder":
        return await catalogue.update(session, asset, folder=value, now=now)
    return await catalogue.update(session, asset, access_control=access.from_json(value), now=now)


async def _locked(session: Session, which: ColumnElement[bool]) -> list[Asset]:
    """In the order of ids, as all who lock several rows."""
    rows = await session.fetch(select(assets).where(which).order_by(A.id).with_for_update())
    return [asset_of(row) for row in rows]


def _which(cloud_id: str, ids: Sequence[str], within: Within) -> ColumnElement[bool]:
    return and_(A.cloud_id == cloud_id, A.id.in_(ids), *in_folders(A.folder, within))


def _json(asset: Asset, column: str) -> Any:
    """What stands in a column, as a JSON value."""
    match column:
        case "tags":
            return list(asset.tags)
        case "context" | "metadata":
            return dict(getattr(asset, column))
        case "folder":
            return asset.folder
        case _:
            return access.to_json(asset.access_control)


def _without(pairs: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    return {key: value for key, value in pairs.items() if key not in keys}
