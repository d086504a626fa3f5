"""Event -> who reacts: the whole list."""

from collections.abc import Mapping

from safelight.assets.events import (
    AccessChanged,
    AssetChanged,
    AssetErased,
    AssetModerated,
    AssetRenamed,
    AssetReplaced,
    AssetsChanged,
    AssetsErased,
    FolderCreated,
    FolderDeleted,
    FolderMoved,
    Reported,
    VersionErased,
)
from safelight.derived.events import DerivedDropped
from safelight.identity.events import AccountLeft
from safelight.kernel.events import Event
from safelight.people.events import ChoiceMade, UserDisabled, UserRemoved
from safelight.privacy.events import ExportReady, HoldsDue, RequestsDue, RetentionOverdue
from safelight.uploads.events import (
    AssetComposed,
    ComposeAsked,
    EagerAsked,
    EagerReady,
    ExplodeAsked,
    ExplodeReady,
    InsightsFound,
    ModerationAsked,
    ScriptBrought,
    UploadAsked,
    UploadFailed,
    UploadReceived,
)
from safelight.webhooks.events import ReceiverPaused, WebhookDue

REACTIONS: dict[type[Event], tuple[str, ...]] = {
    UploadReceived: ("announce_upload", "make_eager"),
    ScriptBrought: ("run_on_success",),
    UploadAsked: ("receive_later",),
    UploadFailed: ("announce_failure",),
    ModerationAsked: ("moderate_asset",),
    InsightsFound: ("announce_insights",),
    EagerAsked: ("make_eager",),
    ComposeAsked: ("compose_later",),
    AssetComposed: ("announce_composed",),
    ExplodeAsked: ("explode_asset",),
    ExplodeReady: ("announce_exploded",),
    EagerReady: ("announce_eager",),
    AssetReplaced: ("drop_version", "drop_holding"),
    VersionErased: ("drop_version",),
    AssetRenamed: ("announce_rename", "purge_edge", "drop_holding", "verify_access"),
    AssetChanged: ("announce_change",),
    AssetsChanged: ("announce_changes",),
    AccessChanged: ("announce_access", "purge_edge", "verify_access"),
    AssetModerated: ("announce_moderation", "purge_edge"),
    AssetErased: ("drop_version", "drop_holding"),
    AssetsErased: ("announce_delete",),
    FolderCreated: ("announce_folder_created",),
    FolderDeleted: ("announce_folder_deleted",),
    FolderMoved: ("announce_folder_moved",),
    Reported: ("announce_report",),
    DerivedDropped: ("drop_derived",),
    WebhookDue: ("send_webhook",),
    ReceiverPaused: ("announce_pause",),
    AccountLeft: ("erase_left",),
    ExportReady: ("tell_export", "close_exported"),
    RequestsDue: ("tell_due",),
    HoldsDue: ("tell_holds",),
    RetentionOverdue: ("tell_overdue",),
    ChoiceMade: ("note_choice",),
    UserDisabled: ("shut_out",),
    UserRemoved: ("forget_person",),
}
"""Each reaction is a name in the list of jobs, gets the event's payload, and may run twice."""


def by_topic(reactions: Mapping[type[Event], tuple[str, ...]] = REACTIONS) -> dict[str, tuple[str, ...]]:
    """The same for the database, which knows events by their topic only."""
    return {event.topic(): names for event, names in reactions.items()}
