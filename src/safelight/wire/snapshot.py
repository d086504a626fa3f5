"""Snapshot: how a result that is held is asked for and told."""

import re
from collections.abc import Sequence
from typing import Any

from safelight.accounts.model import Cloud, Key
from safelight.assets.snapshots import Held, Snapshot, Span
from safelight.kernel.errors import Invalid
from safelight.wire.params import Words, csv
from safelight.wire.search import Shown, found_json
from safelight.wire.stamp import stamp

SPANS_MAX = 1000
ASSET_ID = re.compile(r"[0-9a-f]{32}")

_SPAN = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


def check_known(words: Words, known: frozenset[str]) -> None:
    """Raises Invalid for a word that is not read: a slip of the pen must not choose more than was meant."""
    for name in sorted(words.keys() - known):
        raise Invalid(f"Unknown parameter {name[:60]}; known are {', '.join(sorted(known))}")


def asset_ids(words: Words, name: str) -> tuple[str, ...]:
    """Ids from an array or a text with commas, each once."""
    found = tuple(dict.fromkeys(csv(words, name)))
    for one in found:
        if not ASSET_ID.fullmatch(one):
            raise Invalid(f"Invalid {name}: {one[:50]} is no asset_id")
    return found


def spans(words: Words, name: str = "positions") -> tuple[Span, ...]:
    """`0-99,150,300-301`: places of a snapshot, the first and the last of each stretch in it."""
    found: list[Span] = []
    for part in csv(words, name):
        match = _SPAN.fullmatch(part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise Invalid(f"Invalid {name} {part[:50]}: must be places such as 0-99,150")
        found.append((int(match[1]), int(match[2] or match[1])))
    if len(found) > SPANS_MAX:
        raise Invalid(f"Too many {name}: {len(found)}. Maximum is {SPANS_MAX}.")
    return tuple(found)


def snapshot_json(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "snapshot_id": snapshot.id,
        "total_count": snapshot.total,
        "created_at": stamp(snapshot.created_at),
        "expires_at": None if snapshot.expires_at is None else stamp(snapshot.expires_at),
    }


def window_json(
    snapshot: Snapshot,
    held: Sequence[Held],
    position: int,
    cloud: Cloud,
    *,
    base_url: str,
    key: Key | None,
    shown: Shown,
) -> dict[str, Any]:
    """Some places of it, one line each; of an asset that is gone, that it is."""
    lines: list[dict[str, Any]] = []
    for one in held:
        line: dict[str, Any] = {"asset_id": one.asset_id, "status": "gone"}
        if one.asset is not None:
            line = found_json(one.asset, cloud, base_url=base_url, key=key, shown=shown, told={})
        lines.append({"position": one.position, **line})
    return {**snapshot_json(snapshot), "position": position, "resources": lines}
