"""Subjects: every context that keeps something about people, brought together for exports and erasures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from safelight.accounts import subjects as of_accounts
from safelight.activity import subjects as of_activity
from safelight.adapters.database.wipe import wipe
from safelight.adapters.queue.subjects import JobsKeeper
from safelight.assets import subjects as of_assets
from safelight.assets.originals import cloud_prefix
from safelight.boot import evidence, letters
from safelight.boot.house import House
from safelight.delivery import subjects as of_delivery
from safelight.derived import subjects as of_derived
from safelight.identity import subjects as of_identity
from safelight.kernel.errors import Invalid
from safelight.kernel.holdings import Keeper
from safelight.mail import subjects as of_mail
from safelight.people import subjects as of_people
from safelight.ports.database import Session
from safelight.ports.files import FilesKeeper, PrefixOf
from safelight.ports.queue import Handler
from safelight.privacy import subjects as of_privacy
from safelight.privacy.erase import Erase
from safelight.privacy.looking import Looking
from safelight.uploads import subjects as of_uploads
from safelight.uploads.asynchronous import waiting_prefix
from safelight.uploads.chunks import parts_prefix
from safelight.usage import subjects as of_usage
from safelight.webhooks import subjects as of_webhooks

QUEUE_TABLES = ("jobs.procrastinate_jobs", "jobs.procrastinate_events", "erasures")
"""Where something may linger that is no sheet."""
FILES: Mapping[str, PrefixOf] = {
    "files_of_assets": cloud_prefix,
    "files_of_parts": parts_prefix,
    "files_that_wait": waiting_prefix,
}
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
        FilesKeeper("files", rooms.blobs, FILES),
        JobsKeeper(),
        of_privacy.keeper_of(rooms.blobs),
    )


def looking_of(rooms: House) -> Looking:
    data = rooms.settings.data
    folders: Mapping[str, Path] = {name: data / name for name in FOLDERS if (data / name).is_dir()}
    return Looking(rooms.database, keepers_of(rooms), rooms.clock, folders)


def erase_of(rooms: House) -> Erase:
    return Erase(
        rooms.database,
        keepers_of(rooms),
        rooms.keys.store,
        rooms.clock,
        of_people.freeze,
        lambda tables: _wiped(rooms, tables),
        looking_of(rooms),
        evidence.receipts_of(rooms),
    )


def handlers(rooms: House) -> Sequence[Handler]:
    erase = erase_of(rooms)
    return [erase.erase_subject, erase.looking.probe_erasures]


def _wiped(rooms: House, tables: Sequence[str]) -> Mapping[str, str]:
    if rooms.settings.database.url is None:
        raise Invalid("There is no database yet; set SAFELIGHT_DATABASE, or start `safelight up`.")
    url, most = rooms.settings.database.url.reveal(), rooms.settings.privacy.rewrite_bytes_max
    return wipe(url, (*tables, *QUEUE_TABLES), rewrite_bytes_max=most).lingering
