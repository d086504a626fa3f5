"""Bulk: the words of clients -> an action and what it is done to; how far one is -> what clients read."""

import csv
import io
from collections.abc import Collection, Iterable
from typing import Any

from safelight.assets.access import LIKE_AUTHENTICATED, Rules, to_json
from safelight.assets.bulk_model import Action, Asked, Bulk, Choice, Failure
from safelight.assets.search import Search
from safelight.kernel.errors import Invalid
from safelight.uploads.naming import check_folder
from safelight.wire import access, metadata, moderation, params
from safelight.wire.params import Words
from safelight.wire.snapshot import asset_ids, check_known, spans
from safelight.wire.stamp import stamp

ALL = "*"
NAMED = "known are " + ", ".join(action.value for action in Action if action is not Action.UNDO)
HEAD = ("position", "asset_id", "public_id", "reason")

_CHOOSING = frozenset(
    {"action", "all", "asset_ids", "except_asset_ids", "expression", "notification_url", "positions", "snapshot_id"}
)
_WORDS: dict[Action, frozenset[str]] = {
    Action.ADD_TAGS: frozenset({"tags"}),
    Action.REMOVE_TAGS: frozenset({"tags"}),
    Action.REPLACE_TAGS: frozenset({"tags"}),
    Action.ADD_CONTEXT: frozenset({"context"}),
    Action.REMOVE_CONTEXT: frozenset({"context_keys"}),
    Action.SET_METADATA: frozenset({"metadata", "clear_invalid"}),
    Action.MOVE: frozenset({"asset_folder"}),
    Action.SET_ACCESS: frozenset({"access_control", "access_mode"}),
    Action.MODERATE: frozenset({"moderation_status"}),
    Action.DELETE: frozenset(),
}
"""What each action reads beside what says which assets are meant."""

# A sheet would read what begins so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def action(words: Words) -> Action:
    value = params.text(words, "action")
    if value is None:
        raise Invalid(f"Missing required parameter - action; {NAMED}")
    if value not in {each.value for each in _WORDS}:
        raise Invalid(f"Invalid action {value[:50]}; {NAMED}")
    return Action(value)


def asked(words: Words, emptied: Collection[str] = ()) -> Asked:
    """What shall be done, without who asks. `emptied`: words that came with nothing behind them."""
    found = action(words)
    check_known(words, _CHOOSING | _WORDS[found])
    return Asked(
        found,
        _given(found, words, emptied),
        notification_url="\n".join(params.urls(words, "notification_url")) or None,
    )


def choice(words: Words) -> Choice:
    """Which assets are meant. Raises Invalid where nothing says it: everything has a word of its own."""
    expression, snapshot_id = params.text(words, "expression"), params.text(words, "snapshot_id")
    ids, is_all = asset_ids(words, "asset_ids"), params.flag(words, "all")
    if sum((expression is not None, snapshot_id is not None, bool(ids), is_all)) != 1:
        raise Invalid("Exactly one of expression, snapshot_id, asset_ids or all is required")
    if snapshot_id is None:
        for name in ("positions", "except_asset_ids"):
            if name in words:
                raise Invalid(f"{name} goes with a snapshot_id")
    if expression is not None or is_all:
        return Choice(search=Search(expression or ""))
    if ids:
        return Choice(asset_ids=ids)
    return Choice(
        snapshot_id=snapshot_id,
        spans=spans(words),
        without=frozenset(asset_ids(words, "except_asset_ids")),
    )


def bulk_json(bulk: Bulk) -> dict[str, Any]:
    return {
        "id": bulk.id,
        "action": bulk.asked.action.value,
        "state": bulk.state.value,
        "total": bulk.total,
        "done": bulk.position,
        "ok": bulk.ok,
        "failed": bulk.failed,
        "skipped": bulk.skipped,
        "can_undo": bulk.can_be_undone,
        "undoes": bulk.undoes,
        "undone_by": bulk.undone_by,
        "created_at": stamp(bulk.created_at),
        "ended_at": None if bulk.ended_at is None else stamp(bulk.ended_at),
    }


def csv_lines(failures: Iterable[Failure]) -> str:
    """One line for each."""
    return _csv((one.position, one.asset_id, _plain(one.name), _plain(one.reason)) for one in failures)


def csv_head() -> str:
    return _csv([HEAD])


def _csv(rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _given(action: Action, words: Words, emptied: Collection[str]) -> dict[str, Any]:
    match action:
        case Action.ADD_TAGS | Action.REMOVE_TAGS:
            return {"tags": [*_needed(params.tags(words), "tags")]}
        case Action.REPLACE_TAGS:
            return {"tags": [*(() if "tags" in emptied else _needed(params.tags(words), "tags"))]}
        case Action.ADD_CONTEXT:
            return {"context": _needed(params.pairs(words), "context")}
        case Action.REMOVE_CONTEXT:
            keys = _needed(params.csv(words, "context_keys"), "context_keys")
            return {} if keys == (ALL,) else {"keys": [*keys]}
        case Action.SET_METADATA:
            said, clears = metadata.said(words) or {}, params.flag(words, "clear_invalid")
            if not said and not clears:
                raise Invalid("Missing required parameter - metadata")
            return {"metadata": said, "clear_invalid": clears}
        case Action.MOVE:
            folder = params.text(words, "asset_folder")
            if folder is None and "asset_folder" not in {*words, *emptied}:
                raise Invalid("Missing required parameter - asset_folder")
            return {"folder": check_folder(folder or "", "asset_folder")}
        case Action.SET_ACCESS:
            return {"rules": to_json(_rules(words, emptied))}
        case Action.MODERATE:
            status = moderation.decision(words)
            if status is None:
                raise Invalid("Missing required parameter - moderation_status")
            return {"status": status.value}
        case Action.DELETE | Action.UNDO:
            return {}


def _rules(words: Words, emptied: Collection[str]) -> Rules:
    if access.NAME in emptied:
        return ()
    if params.text(words, "access_mode") == "public":
        return ()
    rules = access.rules(words)
    if rules is None:
        raise Invalid("Missing required parameter - access_control or access_mode")
    return (LIKE_AUTHENTICATED,) if params.text(words, "access_mode") == "authenticated" else rules


def _needed(found: Any, name: str) -> Any:
    if not found:
        raise Invalid(f"Missing required parameter - {name}")
    return found
