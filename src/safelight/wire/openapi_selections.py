"""Snapshots and actions on many assets for the OpenAPI document: which words each call reads, and what it answers."""

from collections.abc import Mapping
from typing import Any

from safelight.wire.openapi_calls import Declared
from safelight.wire.openapi_words import LIST, NUMBER, TEXT, Word

CALLS: Mapping[str, Declared] = {
    "POST /snapshots": Declared(("expression", "sort_by"), "Snapshot"),
    "GET /snapshots/{id}": Declared(("position", "limit", "fields", "with_field"), "Window"),
    "DELETE /snapshots/{id}": Declared((), "Message"),
    "POST /bulk": Declared(
        (
            *("action!", "expression", "snapshot_id", "positions", "except_asset_ids", "asset_ids", "all"),
            *("tags", "context", "context_keys", "metadata", "clear_invalid", "asset_folder", "access_control"),
            *("access_mode", "moderation_status", "notification_url"),
        ),
        "Bulk",
    ),
    "GET /bulk": Declared(("max_results", "next_cursor"), "Bulks"),
    "GET /bulk/{id}": Declared((), "Bulk"),
    "GET /bulk/{id}/failures.csv": Declared((), "File"),
    "POST /bulk/{id}/cancel": Declared((), "Bulk"),
    "POST /bulk/{id}/undo": Declared(("notification_url",), "Bulk"),
}

_TEXT = {"type": "string"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_WHOLE = {"type": "integer"}
_SNAPSHOT: Mapping[str, Any] = {
    "snapshot_id": _TEXT,
    "total_count": _WHOLE,
    "created_at": _TEXT,
    "expires_at": _MAYBE_TEXT,
}


def _answer(words: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": {**words, **(optional or {})}, "required": [*words]}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


ANSWERS: Mapping[str, dict[str, Any]] = {
    "Snapshot": _answer(_SNAPSHOT),
    "Window": _answer(
        {
            **_SNAPSHOT,
            "position": _WHOLE,
            "resources": _list(_answer({"position": _WHOLE, "asset_id": _TEXT, "status": _TEXT})),
        }
    ),
    "Bulk": _answer(
        {
            **dict.fromkeys(("id", "action", "state", "created_at"), _TEXT),
            **dict.fromkeys(("total", "done", "ok", "failed", "skipped"), _WHOLE),
            "can_undo": {"type": "boolean"},
            **dict.fromkeys(("undoes", "undone_by", "ended_at"), _MAYBE_TEXT),
        }
    ),
    "Bulks": _answer({"bulks": _list({"$ref": "#/components/schemas/Bulk"})}, {"next_cursor": _MAYBE_TEXT}),
}

WORDS: Mapping[str, Word] = {
    "action": Word(
        TEXT,
        "What is done to each: `add_tags`, `remove_tags`, `replace_tags`, `add_context`, `remove_context`, "
        "`set_metadata`, `move`, `set_access`, `moderate`, `delete`.",
    ),
    "context_keys": Word(LIST, "Keys of context that go; `*` for all."),
    "except_asset_ids": Word(LIST, "Ids of assets of the snapshot that are left out."),
    "limit": Word(NUMBER, "How many places at most, from 1 to 500."),
    "positions": Word(LIST, "Places of the snapshot: `0-99,150`."),
    "snapshot_id": Word(TEXT, "A result that is held: all of it."),
}
