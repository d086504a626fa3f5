"""Composing: the rooms that make assets of other assets, put together for HTTP and for jobs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.routing import BaseRoute

from safelight.boot import recording
from safelight.boot.house import House
from safelight.derived.ensure import Ensure
from safelight.kernel.media import Access
from safelight.ports.database import Database
from safelight.ports.queue import Handler
from safelight.uploads.archive import Archive
from safelight.uploads.archive_keeping import KeepArchive
from safelight.uploads.composing import Composing, Make
from safelight.uploads.eager import Eager
from safelight.uploads.explode import Explode
from safelight.uploads.frames import Frames, TakeIn
from safelight.uploads.keep import Keep
from safelight.uploads.multi import Multi
from safelight.uploads.on_demand import OnDemand
from safelight.uploads.sprite import Sprite
from safelight.uploads.stored import Stored
from safelight.web.archives import ArchiveDoor
from safelight.web.auth import Auth
from safelight.web.budget import Budget
from safelight.web.composed import ComposedDoor
from safelight.web.downloads import DownloadDoor
from safelight.wire.archive import archive_ask
from safelight.wire.several import several_ask

TOO_MANY = "Too many archives at once; try again, or ask for it with async=true."


@dataclass(frozen=True)
class Composers:
    """All of them, and what puts their work aside."""

    stored: Stored
    archive: Archive
    keep_archive: KeepArchive
    composing: Composing
    explode: Explode
    multi: Multi
    sprite: Sprite


class Making(Protocol):
    """What makes files (boot/doors.py)."""

    @property
    def eager(self) -> Eager: ...
    @property
    def ensure(self) -> Ensure: ...
    @property
    def fetch(self) -> TakeIn: ...


def composers(rooms: House, database: Database, made: Making) -> Composers:
    eager, ensure = made.eager, made.ensure
    settings, clock = rooms.settings.upload, rooms.clock
    stored = Stored(rooms.originals, rooms.blobs, eager, ensure)
    keep = Keep(database, rooms.originals, rooms.staging, clock)
    archive = Archive(database, stored, clock, settings)
    keep_archive = KeepArchive(archive, keep, rooms.staging, archive_ask)
    frames = Frames(
        database,
        rooms.originals,
        eager,
        ensure.render,
        rooms.staging,
        made.fetch,
        ensure.limits,
        settings,
        rooms.base_url,
    )
    multi, sprite = Multi(frames, keep, several_ask), Sprite(frames, keep, several_ask)
    makers: Mapping[str, Make] = {"generate_archive": keep_archive, "multi": multi, "sprite": sprite}
    return Composers(
        stored,
        archive,
        keep_archive,
        Composing(database, rooms.keys, clock, makers, recording.taken_of(rooms)),
        Explode(database, eager),
        multi,
        sprite,
    )


def on_demand(made: Composers, database: Database) -> OnDemand:
    return OnDemand(
        database, {Access.MULTI: made.multi, Access.SPRITE: made.sprite}, several_ask, taken=made.composing.taken
    )


def routes(rooms: House, database: Database, auth: Auth, made: Composers) -> Sequence[BaseRoute]:
    settings = rooms.settings.upload
    at_once = Budget(settings.archives_at_once, free_bytes=0, words=TOO_MANY)
    base_url, admit = rooms.base_url, rooms.admit_any
    return [
        *ArchiveDoor(
            auth, made.archive, made.keep_archive, made.composing, settings, base_url, at_once, admit
        ).routes(),
        *DownloadDoor(database, auth, made.stored, settings, admit).routes(),
        *ComposedDoor(auth, made.explode, made.multi, made.sprite, made.composing, settings, base_url).routes(),
    ]


def handlers(made: Composers) -> Sequence[Handler]:
    return [made.composing.compose_later, made.explode.explode_asset]
