"""The SQL of triggers: add, list, change and delete standing wishes, and find who listens to a topic."""

import builtins
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import RowMapping, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from safelight.kernel.errors import Conflict, Invalid, NotFound
from safelight.kernel.ids import new_id
from safelight.ports.database import Session
from safelight.webhooks.model import ALL, ANYBODY, POLL, Trigger, UriType
from safelight.webhooks.store import webhook_triggers

TOPICS = frozenset(
    {
        ALL,
        "access_control_changed",
        "bulk",
        "bulk_refresh_auto_fetch",
        "create_folder",
        "delete",
        "delete_by_token",
        "delete_folder",
        "eager",
        "error",
        "explode",
        "generate_archive",
        "info",
        "invalidate_custom_cdn",
        "moderation",
        "moderation_summary",
        "move",
        "move_or_rename_asset_folder",
        "multi",
        "proof_status_changed",
        "publish",
        "quota",
        "related_assets",
        "rename",
        "report",
        "resource_context_changed",
        "resource_display_name_changed",
        "resource_metadata_changed",
        "resource_tags_changed",
        "restore",
        "restore_asset_version",
        "sprite",
        "upload",
    }
)
"""Every event that the original knows by name, and `bulk` and `quota`, which are ours. Some never happen here; to wait
for them is no error."""

URI_CHARS_MAX = 2048
_CHANNEL = re.compile(r"[A-Za-z0-9._-]{1,100}")

T = webhook_triggers.c


def checked_uri(uri: str, uri_type: UriType) -> str:
    """Raises Invalid for an address that nothing could be told to."""
    if uri_type is UriType.POLL:
        channel = uri.removeprefix(POLL)
        if not uri.startswith(POLL) or not (channel == ANYBODY or _CHANNEL.fullmatch(channel)):
            raise Invalid(f"Invalid uri {uri[:100]}: must be {POLL}<channel> or {POLL}{ANYBODY}")
    elif len(uri) > URI_CHARS_MAX or not _is_http(uri):
        raise Invalid(f"Invalid uri {uri[:100]}: must be an http(s) address")
    return uri


def _is_http(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return (
            parts.scheme in {"http", "https"}
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and uri.isprintable()
            and " " not in uri
        )
    except ValueError:
        return False


async def add(
    session: Session, cloud_id: str, uri: str, uri_type: UriType, topic: str, *, most: int, now: datetime
) -> Trigger:
    """`most`: so many of one topic a cloud may have."""
    if topic not in TOPICS:
        raise Invalid(f"Invalid event_type {topic[:50]}")
    checked_uri(uri, uri_type)
    # Two at once would both count before the other has added.
    lock = int.from_bytes(hashlib.sha256(f"triggers/{cloud_id}".encode()).digest()[:8], signed=True)
    await session.fetch(select(func.pg_advisory_xact_lock(lock)))
    there = await list(session, cloud_id, topic)
    if any(trigger.uri == uri for trigger in there):
        raise Conflict(f"A trigger of {topic} for {uri[:200]} already exists")
    if len(there) >= most:
        raise Invalid(f"Too many triggers for {topic}: maximum is {most}. Delete one first.")
    trigger = Trigger(cloud_id, new_id(), uri, uri_type, topic, now, now)
    await session.execute(insert(webhook_triggers).values({**vars(trigger), "uri_type": uri_type.value}))
    return trigger


async def list(session: Session, cloud_id: str, topic: str | None = None) -> builtins.list[Trigger]:
    """Oldest first."""
    mine = select(webhook_triggers).where(T.cloud_id == cloud_id)
    if topic is not None:
        mine = mine.where(T.topic == topic)
    return [_trigger(row) for row in await session.fetch(mine.order_by(T.created_at, T.id))]


async def find(session: Session, cloud_id: str, trigger_id: str) -> Trigger:
    """Raises NotFound."""
    row = await session.fetch_one(select(webhook_triggers).where(T.cloud_id == cloud_id, T.id == trigger_id))
    if row is None:
        raise _unknown(trigger_id)
    return _trigger(row)


async def change(session: Session, cloud_id: str, trigger_id: str, uri: str, now: datetime) -> None:
    """The same wish for another address of the same sort."""
    trigger = await find(session, cloud_id, trigger_id)
    checked_uri(uri, trigger.uri_type)
    mine = update(webhook_triggers).where(T.cloud_id == cloud_id, T.id == trigger_id)
    await session.execute(mine.values(uri=uri, updated_at=now))


async def remove(session: Session, cloud_id: str, trigger_id: str) -> None:
    gone = delete(webhook_triggers).where(T.cloud_id == cloud_id, T.id == trigger_id)
    if not await session.execute(gone):
        raise _unknown(trigger_id)


async def listeners(session: Session, cloud_id: str, topics: Sequence[str]) -> dict[str, builtins.list[str]]:
    """Topic -> the addresses that want to hear of it."""
    wanted = select(T.uri, T.topic).where(T.cloud_id == cloud_id, T.topic.in_([*topics, ALL]))
    rows = await session.fetch(wanted.order_by(T.created_at, T.id))
    return {topic: [row["uri"] for row in rows if row["topic"] in {topic, ALL}] for topic in topics}


def _unknown(trigger_id: str) -> NotFound:
    return NotFound(f"Trigger {trigger_id[:100]} not found")


def _trigger(row: RowMapping) -> Trigger:
    return Trigger(
        cloud_id=row["cloud_id"],
        id=row["id"],
        uri=row["uri"],
        uri_type=UriType(row["uri_type"]),
        topic=row["topic"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
