"""Bulk: one action on many assets, as a value; how far it is, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safelight.assets.search import Search
    from safelight.assets.snapshots import Span


class Action(StrEnum):
    """What is done to each of them."""

    ADD_TAGS = "add_tags"
    REMOVE_TAGS = "remove_tags"
    REPLACE_TAGS = "replace_tags"
    ADD_CONTEXT = "add_context"
    REMOVE_CONTEXT = "remove_context"
    SET_METADATA = "set_metadata"
    MOVE = "move"
    SET_ACCESS = "set_access"
    MODERATE = "moderate"
    DELETE = "delete"
    UNDO = "undo"
    """Of another action; nobody asks for it by name."""


COLUMNS: Mapping[Action, str] = {
    Action.ADD_TAGS: "tags",
    Action.REMOVE_TAGS: "tags",
    Action.REPLACE_TAGS: "tags",
    Action.ADD_CONTEXT: "context",
    Action.REMOVE_CONTEXT: "context",
    Action.SET_METADATA: "metadata",
    Action.MOVE: "folder",
    Action.SET_ACCESS: "access_control",
}
"""What an action writes into: what stood there before is kept, and put back by an undo."""
UNDOABLE = frozenset({*COLUMNS, Action.DELETE})


class State(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


OPEN = frozenset({State.WAITING, State.RUNNING})


@dataclass(frozen=True)
class Choice:
    """Which assets: what a search finds, or a snapshot holds, or these. One of the first three is given."""

    search: "Search | None" = None
    snapshot_id: str | None = None
    asset_ids: Sequence[str] | None = None
    spans: "Sequence[Span]" = ()
    """Of a snapshot: only these stretches."""
    without: frozenset[str] = frozenset()
    """Of a snapshot: all but these."""


@dataclass(frozen=True)
class Asked:
    """What shall be done."""

    action: Action
    words: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the action needs, as JSON values: `tags`, `context`, `keys`, `metadata`, `folder`, `rules`, `status`."""
    within: tuple[str, ...] | None = None
    """The folders that who asks may work in; None: everywhere."""
    asked_by: str | None = None
    """The API key, where one was used."""
    notification_url: str | None = None


@dataclass(frozen=True)
class Bulk:
    """One action on its way, or at its end. `ok + failed + skipped` are those that have had their turn."""

    id: str
    cloud_id: str
    asked: Asked
    snapshot_id: str
    state: State
    total: int
    position: int
    ok: int
    failed: int
    skipped: int
    """Gone before their turn came."""
    undoes: str | None
    undone_by: str | None
    created_at: datetime
    ended_at: datetime | None

    @property
    def can_be_undone(self) -> bool:
        return self.asked.action in UNDOABLE and self.state not in OPEN and self.undone_by is None and self.ok > 0


@dataclass(frozen=True)
class Failure:
    """One asset that stays as it was, and why."""

    position: int
    asset_id: str
    name: str
    reason: str


@dataclass(frozen=True)
class Change:
    """What an action changed in one asset, as JSON values; nothing of it for an asset that was erased."""

    asset_id: str
    was: Any = None
    is_now: Any = None


@dataclass(frozen=True)
class Trace:
    """What one transaction of an action changed, and which places it went through: the last is not among them."""

    position: int
    end_position: int
    changes: Sequence[Change]


@dataclass(frozen=True)
class Outcome:
    """What became of some of the assets; the others of them are skipped."""

    ok: int = 0
    failures: Sequence[tuple[str, str, str]] = ()
    """The id, the name and the reason of each."""
    changes: Sequence[Change] = ()
