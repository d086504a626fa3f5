"""Subjects: every context that keeps something about people, brought together for exports and erasures."""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from safelight.accounts import subjects as of_accounts
from safelight.activity import subjects as of_activity
from safelight.adapters.database.overwrite import overwrite
from safelight.adapters.queue.subjects import JobsKeeper
from safelight.assets import subjects as of_assets
from safelight.assets.originals import cloud_prefix
from safelight.boot import evidence, letters, promising
from safelight.boot.house import House
from safelight.boot.veiling import veil_of
from safelight.delivery import subjects as of_delivery
from safelight.derived import subjects as of_derived
from safelight.identity import subjects as of_identity
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Keeper, Subject
from safelight.kernel.veiled import Veil
from safelight.mail import subjects as of_mail
from safelight.mail.marks import mark_of
from safelight.people import roster
from safelight.people import subjects as of_people
from safelight.ports.database import Session
from safelight.ports.files import FilesKeeper, PrefixOf
from safelight.ports.queue import Handler
from safelight.privacy import subjects as of_privacy
from safelight.privacy.archive import Archive, Part
from safelight.privacy.erase import Erase
from safelight.privacy.export import Export
from safelight.privacy.hold import Scope
from safelight.privacy.looking import Looking
from safelight.privacy.masked import Masking
from safelight.privacy.preserve import Preserve
from safelight.privacy.reach import Reach
from safelight.privacy.restore import Restore
from safelight.render.model import Render
from safelight.uploads import subjects as of_uploads
from safelight.uploads.archive_packing import ArchiveFormat, Entry, pack
from safelight.uploads.asynchronous import waiting_prefix
from safelight.uploads.chunks import parts_prefix
from safelight.usage import subjects as of_usage
from safelight.vault import subjects as of_vault
from safelight.webhooks import subjects as of_webhooks
from safelight.worker.leavings import Leavings

QUEUE_TABLES = ("jobs.procrastinate_jobs", "jobs.procrastinate_events", "erasures")
"""Where something may linger that is no sheet."""
FILES: Mapping[str, PrefixOf] = {
    "files_of_assets": cloud_prefix,
    "files_of_parts": parts_prefix,
    "files_that_wait": waiting_prefix,
}
NOBODY = "0"
"""The id of a cloud that there is not: its files are asked for to see whether the store answers."""
SIZE_UNKNOWN = 1 << 33
MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""Of every file of an archive: when it was packed is told by its manifest, and the same data are the same bytes."""
FOLDERS = ("staging", "letters", "run")
"""Of the data folder, those in which files of a moment lie; the store and the database are searched as such."""


def keepers_of(rooms: House) -> Sequence[Keeper[Session]]:
    """In the order in which an archive tells of them."""
    return (
        of_accounts.KEEPER,
        of_people.KEEPER,
        of_identity.KEEPER,
        of_mail.keeper_of(rooms.keys.store, letters.mailer_of(rooms)),
        of_activity.KEEPER,
        of_assets.keeper_of(rooms.edge),
        of_derived.KEEPER,
        of_uploads.KEEPER,
        of_delivery.KEEPER,
        of_webhooks.KEEPER,
        of_usage.KEEPER,
        of_vault.KEEPER,
        FilesKeeper("files", rooms.blobs, FILES),
        JobsKeeper(),
        of_privacy.keeper_of(rooms.blobs, rooms.keys.store, lambda address: mark_of(rooms.keys.store, address)),
    )


def looking_of(rooms: House) -> Looking:
    data = rooms.settings.data
    folders: Mapping[str, Path] = {name: data / name for name in FOLDERS if (data / name).is_dir()}
    return Looking(rooms.database, keepers_of(rooms), rooms.clock, folders, reach_of(rooms))


def reach_of(rooms: House) -> Reach:
    """What can be asked whether it is there: the store of bytes, and the folders of a moment."""

    async def store() -> None:
        async for _ in rooms.blobs.list(cloud_prefix(NOBODY)):
            return

    async def folder(path: Path) -> None:
        # One that was never made holds nothing; one that cannot be read may hold anything.
        with suppress(FileNotFoundError):
            await asyncio.to_thread(os.listdir, path)

    folders = {f"folder: {name}": partial(folder, rooms.settings.data / name) for name in FOLDERS}
    return Reach({"store: files": store, **folders})


def erase_of(rooms: House) -> Erase:
    return Erase(
        rooms.database,
        keepers_of(rooms),
        rooms.keys.store,
        rooms.clock,
        of_people.freeze,
        lambda tables: _overwritten(rooms, tables),
        looking_of(rooms),
        evidence.receipts_of(rooms),
        key_backup_days=rooms.settings.privacy.key_backup_days,
        preserve=preserve_of(rooms),
    )


def preserve_of(rooms: House) -> Preserve:
    """What sets aside what is held."""
    entities = promising.policy_of(rooms.settings).entities.values()
    columns = {each.name: [column for field in each.fields for column in field.columns] for each in entities}
    return Preserve(
        rooms.database, keepers_of(rooms), rooms.keys.store, rooms.blobs, rooms.clock, held_subject, columns
    )


async def held_subject(session: Session, scope: Scope) -> Subject:
    """Of what a hold is, as it is now."""
    if scope.cloud_id:
        return Subject(cloud_ids=(scope.cloud_id,))
    return await of_people.subject_of(session, scope.account_id, scope.user_id or None)


def export_of(rooms: House, veil: Veil | None = None) -> Export:
    """`veil` covers others in pictures; who makes no archives needs none."""
    privacy, controller = rooms.settings.privacy, promising.policy_of(rooms.settings).controller
    return Export(
        rooms.database,
        Archive(rooms.database, keepers_of(rooms), rooms.blobs, reach_of(rooms), Masking(roster.names_with), veil),
        rooms.blobs,
        rooms.keys.store,
        rooms.clock,
        packed,
        evidence.receipts_of(rooms),
        controller.name,
        privacy.export_days,
        privacy.export_downloads,
        privacy.export_bytes_max,
    )


def restore_of(rooms: House) -> Restore:
    return Restore(rooms.database, keepers_of(rooms), rooms.blobs)


def handlers(rooms: House, render: Render) -> Sequence[Handler]:
    erase, export = erase_of(rooms), export_of(rooms, veil_of(rooms, render))
    leavings = Leavings(rooms.database, rooms.clock, erase, rooms.base_url, rooms.settings.privacy.export_days)
    return [
        erase.erase_subject,
        erase.looking.probe_erasures,
        export.export_subject,
        export.sweep_exports,
        leavings.erase_left,
        leavings.tell_export,
    ]


def packed(parts: AsyncGenerator[Part]) -> AsyncGenerator[bytes]:
    """As a zip; of any size."""
    return pack(ArchiveFormat.ZIP, _entries(parts))


async def _entries(parts: AsyncGenerator[Part]) -> AsyncGenerator[Entry]:
    """How large a file will be is not known before: each is told to be larger than a small archive could say."""
    async for part in parts:
        yield Entry(part.name, SIZE_UNKNOWN, MOMENT, part.chunks, is_packed=part.is_packed)


def _overwritten(rooms: House, tables: Sequence[str]) -> Mapping[str, str]:
    if rooms.settings.database.url is None:
        raise Invalid("There is no database yet; set SAFELIGHT_DATABASE, or start `safelight up`.")
    url, most = rooms.settings.database.url.reveal(), rooms.settings.privacy.rewrite_bytes_max
    return overwrite(url, (*tables, *QUEUE_TABLES), rewrite_bytes_max=most).lingering
