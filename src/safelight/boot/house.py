"""House: the adapters that the settings ask for, opened once in a process; and what the first start makes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from safelight.accounts import clouds
from safelight.accounts.keys import Keys
from safelight.accounts.model import FolderMode
from safelight.adapters.blobs import from_url
from safelight.adapters.blobs.sealed import SealedBlobs
from safelight.adapters.clock.settable import SettableClock
from safelight.adapters.database.postgres import PostgresDatabase
from safelight.adapters.edge.none import NoEdge
from safelight.adapters.fetcher.ftp import FtpSource
from safelight.adapters.fetcher.guarded import GuardedFetcher
from safelight.adapters.geo.none import NoGeo
from safelight.adapters.keys.command import printed_key
from safelight.adapters.keys.local import local_keys
from safelight.adapters.queue.procrastinate import ProcrastinateQueue, defer
from safelight.assets.originals import Originals
from safelight.boot import listening, promising
from safelight.kernel.clock import Clock, SystemClock
from safelight.kernel.errors import Invalid
from safelight.kernel.purpose import read_from_here_for
from safelight.kernel.secret import Secret
from safelight.ports.blobs import BlobStore
from safelight.ports.database import Database, Session
from safelight.ports.edge import Edge
from safelight.ports.fetcher import Fetcher, Source
from safelight.ports.geo import Geo
from safelight.settings import Settings
from safelight.uploads.fetch import Fetch
from safelight.uploads.staging import Staging
from safelight.usage.gate import Gate
from safelight.vault.places import owner_of
from safelight.vault.ring import Ring
from safelight.worker import subscriptions

CLOUD_NAME = "demo"
"""The cloud of a first start that was not told another name."""
KEY_NAME = "first"


@dataclass(frozen=True)
class House:
    """What every process of an installation has."""

    settings: Settings
    clock: Clock
    database: Database
    queue: ProcrastinateQueue
    blobs: SealedBlobs
    ring: Ring
    """The keys of files."""
    keys: Keys
    fetcher: Fetcher
    edge: Edge
    gate: Gate
    """What quotas let in."""
    geo: Geo = field(default_factory=NoGeo)
    places: Mapping[str, Source] = field(default_factory=dict[str, Source])
    """Where files may come from that are on no web site, by the schemes of their addresses."""

    @property
    def base_url(self) -> str:
        """Where delivery URLs in answers begin, without a slash at the end."""
        server = self.settings.server
        return (server.public_url or listening.address_of(server.host, server.port)).rstrip("/")

    @property
    def staging(self) -> Staging:
        return Staging(self.settings.data / "staging")

    @property
    def fetch(self) -> Fetch:
        """What comes in from elsewhere."""
        return Fetch(self.fetcher, self.staging, self.settings.upload.fetch_seconds, self.places)

    @property
    def originals(self) -> Originals:
        return Originals(self.blobs, self.settings.data / "staging", admit=self.gate.check_new)

    async def admit_any(self, cloud_id: str) -> None:
        """Asked before anything is handed out. Raises TooMuch past a quota, KeyWithdrawn without the owner's key."""
        await self.gate.check_any(cloud_id)
        await self.ring.check(cloud_id)

    async def close(self) -> None:
        await self.fetcher.close()
        await self.blobs.close()
        await self.database.close()


async def open_house(settings: Settings) -> House:
    """Raises Invalid for settings that name no database or no known store."""
    if settings.database.url is None:
        raise Invalid("There is no database yet; set SAFELIGHT_DATABASE, or start `safelight up`.")
    url = settings.database.url.reveal()
    clock = clock_of(settings)
    promising.declare_ways_out(settings)
    # Requests and jobs say what they read for; the rounds of a process and commands keep the house in order.
    read_from_here_for(frozenset({"maintain"}))
    database = PostgresDatabase(
        url,
        defer=defer,
        reactions=subscriptions.by_topic(),
        pool_size=settings.database.pool_size,
        pool_seconds_max=settings.database.pool_seconds,
        statement_seconds_max=settings.database.statement_seconds,
        clock=clock if settings.test_clock else None,
        reads=promising.reads_of(settings),
    )
    store = local_keys(await _master_key(settings), settings.data / "master.key")
    ring = Ring(database, store, clock)
    return House(
        settings=settings,
        clock=clock,
        database=database,
        queue=ProcrastinateQueue(url, database, folder=settings.data / "run" / "workers"),
        blobs=SealedBlobs(_blobs(settings), ring, settings.data / "staging", owner_of, is_on=settings.blobs.sealed),
        ring=ring,
        keys=Keys(store),
        fetcher=GuardedFetcher(settings.fetch, seconds_max=settings.upload.fetch_seconds),
        edge=NoEdge(),
        gate=Gate(database, clock, settings.usage),
        geo=_geo(settings),
        places=_places(settings),
    )


def clock_of(settings: Settings) -> Clock:
    """The clock of the machine, or the one that `safelight clock set` moves."""
    return SettableClock(settings.data, SystemClock()) if settings.test_clock else SystemClock()


async def _master_key(settings: Settings) -> Secret | None:
    """From the settings, or from the program that they name; None: it lies in the data folder."""
    command = settings.account.master_key_command
    if settings.account.master_key is not None or command is None:
        return settings.account.master_key
    return await printed_key(command)


def _geo(settings: Settings) -> Geo:
    if settings.activity.geo is None:
        return NoGeo()
    from safelight.adapters.geo.maxmind import MaxmindGeo

    return MaxmindGeo(settings.activity.geo)


def _places(settings: Settings) -> Mapping[str, Source]:
    places: dict[str, Source] = {}
    if settings.source.ftp:
        places["ftp"] = FtpSource(settings.fetch, seconds_max=settings.upload.fetch_seconds)
    if settings.source.s3 or settings.source.gs or settings.source.azure:
        # Only here, because the library is large and most installations read from no buckets.
        from safelight.adapters.fetcher.buckets import sources_of

        places |= sources_of(settings.source, settings.fetch)
    return places


def _blobs(settings: Settings) -> BlobStore:
    local = settings.data / "blobs"
    url = settings.blobs.url.reveal() if settings.blobs.url else local.absolute().as_uri()
    return from_url(
        url,
        cache=settings.data / "cache",
        cache_bytes=settings.blobs.cache_bytes,
        ca=settings.fetch.ca,
        proxy=settings.fetch.proxy,
        bounds=settings.blobs,
    )


@dataclass(frozen=True)
class FirstStart:
    """The cloud and the key that a first start made; the secret is shown this once."""

    cloud: str
    api_key: str
    secret: Secret


async def first_start(house: House) -> FirstStart | None:
    """Make what SAFELIGHT_BOOTSTRAP names, or a first cloud where there is none. None if all was there."""
    async with house.database.lock("first start") as is_mine, house.database.transaction() as session:
        if not is_mine:
            return None
        bootstrap = house.settings.account.bootstrap
        if bootstrap is not None:
            return await _ensure(house, session, _wanted(bootstrap))
        if await clouds.list(session):
            return None
        return await _ensure(house, session, FirstStart(CLOUD_NAME, "", Secret("")))


async def _ensure(house: House, session: Session, wanted: FirstStart) -> FirstStart | None:
    now = house.clock.now()
    cloud = await clouds.find(session, wanted.cloud, even_disabled=True)
    if cloud is None:
        mode = FolderMode(house.settings.account.folder_mode)
        cloud = await clouds.create(session, wanted.cloud, folder_mode=mode, now=now)
    if wanted.api_key and await house.keys.find(session, cloud.id, wanted.api_key):
        return None
    key = await house.keys.issue(
        session,
        cloud.id,
        name=KEY_NAME,
        now=now,
        api_key=wanted.api_key or None,
        secret=wanted.secret.reveal() or None,
    )
    return FirstStart(cloud.name, key.api_key, key.secret)


def _wanted(bootstrap: Secret) -> FirstStart:
    """`cloudinary://KEY:SECRET@CLOUD`; the words of an error never hold the secret."""
    parts = urlsplit(bootstrap.reveal())
    if parts.scheme != "cloudinary" or not (parts.username and parts.password and parts.hostname):
        raise Invalid("SAFELIGHT_BOOTSTRAP must look like cloudinary://KEY:SECRET@CLOUD.")
    # The host of a URL is lower-case to urlsplit, the name of a cloud is not.
    cloud = parts.netloc.rpartition("@")[2]
    return FirstStart(cloud, parts.username, Secret(parts.password))


def model(folder: Path) -> Settings:
    """Settings of a house that is only looked at: its database is never asked."""
    settings = Settings(data=folder)
    return replace(settings, database=replace(settings.database, url=Secret("postgresql://nobody@localhost/none")))
