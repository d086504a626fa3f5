"""Undo: what an action changed, taken back without what others did since. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from safelight.kernel.errors import Invalid
from safelight.kernel.folders import path_key


def reverted(column: str, found: Any, was: Any, is_now: Any) -> Any:
    """What shall stand there: as `was` in what the action changed, as found in all else. Raises Invalid."""
    match column:
        case "tags":
            return _tags(found, was, is_now)
        case "context" | "metadata":
            return _pairs(found, was, is_now)
        case "folder":
            if path_key(found) != path_key(is_now):
                raise Invalid("It was moved again since")
            return was
        case _:
            if found != is_now:
                raise Invalid("It was changed again since")
            return was


def _tags(found: Sequence[str], was: Sequence[str], is_now: Sequence[str]) -> list[str]:
    added, removed = set(is_now) - set(was), set(was) - set(is_now)
    return sorted((set(found) - added) | removed)


def _pairs(found: Mapping[str, Any], was: Mapping[str, Any], is_now: Mapping[str, Any]) -> dict[str, Any]:
    """Key by key: one that has another value by now stays as it is."""
    back = dict(found)
    for key in {*was, *is_now}:
        if was.get(key) == is_now.get(key) or found.get(key) != is_now.get(key):
            continue
        if key in was:
            back[key] = was[key]
        else:
            back.pop(key, None)
    return back
