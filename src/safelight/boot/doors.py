"""Doors: the rooms of the house put together for HTTP and for jobs, and the processes that keep them open."""

import socket
import tempfile
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from safelight.accounts.model import FolderMode
from safelight.adapters.database import revision
from safelight.assets.analyses import Analyse
from safelight.assets.clearing import Clear
from safelight.assets.metadata_spread import Spread
from safelight.boot import (
    arriving,
    backups,
    composing,
    containing,
    deriving,
    finding,
    house,
    identifying,
    letters,
    metering,
    pages,
    recording,
    rights,
    scripts,
    sealing,
    searching,
    selecting,
)
from safelight.boot.generator import generator_named
from safelight.boot.house import House
from safelight.boot.letting_go import LettingGo
from safelight.boot.recording import Recording
from safelight.delivery.deliver import Deliver
from safelight.delivery.fetch import Fetch as FetchForDelivery
from safelight.derived.ensure import Ensure
from safelight.derived.forget import Forget
from safelight.derived.looking import Look
from safelight.derived.parts import Parts
from safelight.kernel.errors import Invalid
from safelight.ports.database import Database
from safelight.ports.queue import Handler
from safelight.render.darkroom import DarkroomClient, serve_darkroom
from safelight.render.effect import vocabulary
from safelight.render.generated import Generating
from safelight.render.model import Render
from safelight.render.pool import Darkroom
from safelight.render.sight.models import Models
from safelight.render.sight.reading import Reader
from safelight.settings import ServerSettings, Settings
from safelight.uploads.asynchronous import Later, Waiting
from safelight.uploads.chunks import Chunks
from safelight.uploads.eager import Eager
from safelight.uploads.explicit import Explicit
from safelight.uploads.moderation import Moderate
from safelight.uploads.receive import Receive
from safelight.uploads.scripts import Rewrite
from safelight.uploads.sweep import Sweep
from safelight.uploads.take_back import TakeBack
from safelight.uploads.text import DrawText
from safelight.web import app, hit_changes, openapi
from safelight.web.admin import notifying
from safelight.web.admin import routes as admin
from safelight.web.admin.door import AdminDoor
from safelight.web.auth import Auth
from safelight.web.budget import Budget
from safelight.web.calls import Calls, calls_of
from safelight.web.client import networks_of
from safelight.web.connection import connections_affordable
from safelight.web.delivery import DeliveryDoor, hosts_of
from safelight.web.health import Health, darkroom_check, database_check, schema_check, store_check
from safelight.web.hit_table import Hits
from safelight.web.hits import protocol_for
from safelight.web.metrics import CountedRender, Metrics, MetricsDoor
from safelight.web.provisioning import routes as provisioning
from safelight.web.provisioning.door import ProvisioningDoor
from safelight.web.security_txt import SecurityText, contacts_of
from safelight.web.telling import Telling
from safelight.web.text import TextDoor
from safelight.web.upload import UploadDoor
from safelight.web.verbs import Verbs
from safelight.webhooks.bell import Bell
from safelight.webhooks.send import Send
from safelight.wire import intake
from safelight.worker import jobs, run
from safelight.worker.announcing import Announcing

MEMORY_FREE_BYTES = 64 * 1024
UNPROVED_FREE_BYTES = 1024 * 1024
"""So much each request may take whatever the others do: what is small is never kept out by what is large."""

TOO_BUSY = "Too many large requests at once; try again."
UNPROVED = "Too many uploads at once; try again, and send api_key, timestamp and signature before the file."


@dataclass(frozen=True)
class Makers:
    """What makes files: shared by the doors of uploads, of delivery and of jobs."""

    look: Look
    parts: Parts
    ensure: Ensure
    eager: Eager
    fetch: FetchForDelivery
    rewrite: Rewrite


def makers(rooms: House, database: Database, render: Render) -> Makers:
    bounds = rooms.settings.derived
    failures = containing.failures_of(bounds, rooms.clock)
    ensure = deriving.ensure_of(rooms, database, render, failures)
    fetch = FetchForDelivery(
        database,
        rooms.fetcher,
        rooms.originals,
        render,
        rooms.clock,
        rooms.staging.folder,
        rooms.settings.upload.image_bytes_max,
        containing.maker_of(bounds, containing.failures_elsewhere_of(rooms.settings, rooms.clock)),
        recording.taken_of(rooms),
    )
    parts = Parts(database, fetch, rooms.settings.render)
    eyes = rooms.settings.render
    look = Look(
        database,
        rooms.originals,
        render,
        Models(eyes.models),
        Reader(eyes),
        containing.maker_of(bounds, failures),
    )
    eager = Eager(database, look, parts, ensure, vocabulary())
    return Makers(look, parts, ensure, eager, fetch, scripts.rewrite_of(rooms, database, render))


def receive_of(rooms: House, database: Database, render: Render, made: Makers) -> Receive:
    return Receive(
        database,
        rooms.originals,
        rooms.staging,
        render,
        made.eager,
        made.look,
        made.parts,
        rooms.keys,
        rooms.clock,
        rooms.settings.upload,
        containing.limits_of(rooms.settings.render),
        made.rewrite,
        recording.taken_of(rooms),
        finding.disclosing_of(rooms, render, made.look),
        made.ensure.intermediates,
    )


def routes(
    rooms: House,
    database: Database,
    render: Render,
    hits: Hits,
    metrics: Metrics,
    bell: Bell | None = None,
    counted: Calls | None = None,
) -> Sequence[BaseRoute]:
    """Every route, in the order in which they are tried: delivery takes what is left."""
    settings, keys, clock, base_url = rooms.settings, rooms.keys, rooms.clock, rooms.base_url
    made = makers(rooms, database, render)
    auth = Auth(database, keys, clock, settings.upload, counted, settings.server.uploads_per_hour)
    receive = receive_of(rooms, database, render, made)
    tell = Telling(Analyse(database, rooms.originals, render), made.look.faces)
    found = finding.finding(rooms, made.eager, render, containing.limits_of(settings.render))
    upload = UploadDoor(
        database=database,
        auth=auth,
        keys=keys,
        staging=rooms.staging,
        receive=receive,
        chunks=Chunks(database, rooms.blobs, rooms.staging, receive, clock, settings.upload),
        fetch=rooms.fetch,
        explicit=Explicit(database, made.eager, made.fetch, clock, scripts.rewrite_explicit_of(made.rewrite)),
        later=Later(database, rooms.blobs, clock, intake.incoming),
        take_back=TakeBack(database, keys, clock),
        settings=settings.upload,
        base_url=base_url,
        unproved=Budget(settings.upload.unproved_bytes_max, free_bytes=UNPROVED_FREE_BYTES, words=UNPROVED),
        tell=tell,
        finding=found,
    )
    draw = DrawText(database, rooms.originals, rooms.staging, render, made.parts, clock)
    composers = composing.composers(rooms, database, made)
    on_demand = composing.on_demand(composers, database)
    deliver = Deliver(
        database,
        keys,
        rooms.originals,
        made.look,
        made.parts,
        made.ensure,
        made.fetch,
        vocabulary(),
        clock,
        on_demand,
        containing.flood_of(rooms, database),
        rooms.admit_any,
        containing.threshold_of(settings.derived, made.ensure.maker),
    )
    checks = {
        "database": database_check(database),
        "schema": schema_check(partial(revision.is_current, database)),
        "store": store_check(rooms.blobs),
        "darkroom": darkroom_check(render, settings.data / "run"),
    }
    door = AdminDoor(database, auth, clock, settings.server, settings.upload, base_url)
    mode = FolderMode(settings.account.folder_mode)
    invite = identifying.inviting(rooms, database).send
    calls: list[BaseRoute] = [
        *upload.routes(),
        *TextDoor(auth, draw, settings.upload, base_url).routes(),
        *composing.routes(rooms, database, auth, composers),
        *Verbs(database, auth, clock, settings.upload, base_url).routes(),
        *backups.routes(rooms, database, auth, door),
        *selecting.routes(rooms, door),
        *finding.visual(rooms, door, tell.analyse),
        *admin.routes(door, vocabulary(), tell, found),
        *finding.analysis(rooms, door, found),
        *notifying.routes(door, settings.webhooks, bell),
        *metering.routes(rooms, door),
        *sealing.routes(rooms, door),
        *provisioning.routes(ProvisioningDoor(database, keys, clock, settings.server, settings.upload, mode, invite)),
    ]
    return [
        *Health(checks).routes(),
        *SecurityText(contacts_of(settings.server.security_contacts), clock, base_url).routes(),
        *MetricsDoor(metrics, rooms.queue, containing.readers_of(rooms), *rights.late_of(rooms)).routes(),
        openapi.door(calls),
        *calls,
        *identifying.routes(rooms, database),
        *rights.routes(rooms, database),
        *pages.routes(rooms, database),
        *letters.routes(rooms, database),
        *searching.routes(rooms, database, tell),
        *DeliveryDoor(
            deliver,
            rooms.blobs,
            hits,
            hosts_of(settings.server.cloud_hosts),
            networks_of(settings.server.proxies),
        ).routes(),
    ]


def _bounded(server: ServerSettings) -> ServerSettings:
    return replace(server, connections_max=connections_affordable(server.connections_max))


def web_app(rooms: House, render: Render, hits: Hits, metrics: Metrics, bell: Bell, recorded: Recording) -> Starlette:
    """The whole door for HTTP."""
    database = hit_changes.DroppingDatabase(rooms.database, hits)
    counted = calls_of(rooms.settings.server, rooms.settings.upload, rooms.clock)
    return app.build(
        routes(rooms, database, CountedRender(render, metrics), hits, metrics, bell, counted),
        metrics=metrics,
        on_error=pages.on_error(rooms),
        lifespan=recording.lifespan_of(rooms, hits, metrics, sweep_of(rooms), recorded),
        memory=Budget(rooms.settings.upload.memory_bytes_max, free_bytes=MEMORY_FREE_BYTES, words=TOO_BUSY),
        calls=counted,
        recorder=recorded.recorder,
        proxies=networks_of(rooms.settings.server.proxies),
        purposes=rights.purposes_of(rooms),
    )


async def run_web(settings: Settings, fd: int) -> None:
    """Serve on a socket that listens already, until a signal; requests under way are finished."""
    async with _opened(settings) as rooms, _darkroom(settings) as render:
        hits = recording.hits_of(rooms)
        bell, recorded = Bell(rooms.database), recording.recording_of(rooms)
        config = uvicorn.Config(
            web_app(rooms, render, hits, Metrics(), bell, recorded),
            http=protocol_for(hits, _bounded(settings.server), recorded.hit_lines),
            loop="none",
            lifespan="on",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=settings.server.stop_seconds,
        )
        await LettingGo(config, bell).serve(sockets=[socket.socket(fileno=fd)])


async def run_worker(settings: Settings) -> None:
    """Do jobs until a signal; those under way are finished."""
    async with _opened(settings) as rooms, _darkroom(settings) as render, arriving.letters_taken(rooms):
        await run.run(
            rooms.queue,
            rights.purposed(rooms, handlers(rooms, CountedRender(render, Metrics()))),
            concurrency=settings.server.jobs_at_once,
            stop_seconds=settings.server.stop_seconds,
        )


async def run_darkroom(settings: Settings) -> None:
    """Keep the children that decode and encode, for all processes of this machine."""
    if settings.render.socket is None:
        raise Invalid("A darkroom needs a socket: set SAFELIGHT_RENDER_SOCKET.")
    await serve_darkroom(settings.render.socket, settings.render)


async def run_due(settings: Settings) -> int:
    """Run all jobs whose time has come, here and now; how many runs that were."""
    async with _opened(settings) as rooms, _darkroom(settings) as render:
        return await rooms.queue.drain(rights.purposed(rooms, handlers(rooms, render)), due_at=rooms.clock.now())


def handlers(rooms: House, render: Render) -> Mapping[str, Handler]:
    """Job name -> who does it."""
    made = makers(rooms, rooms.database, render)
    forget = Forget(rooms.database, rooms.blobs, rooms.originals, rooms.edge)
    analyse = Analyse(rooms.database, rooms.originals, render)
    found = finding.finding(rooms, made.eager, render, containing.limits_of(rooms.settings.render))
    more = finding.more_of(rooms, rooms.database, Telling(analyse, made.look.faces), found)
    announcing = Announcing(rooms.database, rooms.keys, rooms.clock, rooms.base_url, more)
    send = Send(rooms.database, rooms.fetcher, rooms.keys, rooms.clock, rooms.settings.webhooks)
    spread = Spread(rooms.database)
    sweep = sweep_of(rooms)
    waiting = waiting_of(rooms, render, made)
    named = jobs.named(
        scripts.on_success_of(rooms, render, made.look, made.rewrite.run).run_on_success,
        waiting.receive_later,
        waiting.sweep_waiting,
        *announcing.reactions(),
        *composing.handlers(composing.composers(rooms, rooms.database, made)),
        made.eager.make_eager,
        deriving.intermediates_of(rooms, rooms.database, render).make_intermediate,
        Moderate(rooms.database, analyse, rooms.clock).moderate_asset,
        Clear(rooms.database, rooms.clock).clear_folder,
        forget.drop_version,
        forget.drop_derived,
        forget.drop_holding,
        forget.sweep_derived,
        containing.evict_of(rooms, forget).evict_derived,
        containing.evict_fetched_of(rooms).evict_fetched,
        forget.purge_edge,
        spread.spread_metadata,
        send.send_webhook,
        send.let_go_webhooks,
        send.sweep_webhooks,
        sweep.sweep_chunks,
        sweep.sweep_leftovers,
        *backups.handlers(rooms),
        *sealing.handlers(rooms),
        *metering.handlers(rooms),
        *selecting.handlers(rooms),
        *searching.handlers(rooms),
        recording.keep_of(rooms).keep_activity,
        *letters.handlers(rooms),
        *identifying.handlers(rooms),
        *rights.handlers(rooms, render),
    )
    return named | jobs.named(*rights.by_the_clock(rooms, named))


def waiting_of(rooms: House, render: Render, made: Makers) -> Waiting:
    return Waiting(
        rooms.database,
        rooms.blobs,
        rooms.staging,
        rooms.fetch,
        receive_of(rooms, rooms.database, render, made),
        rooms.keys,
        rooms.clock,
        intake.incoming,
        rooms.settings.upload,
    )


def sweep_of(rooms: House) -> Sweep:
    upload, stores = rooms.settings.upload, (rooms.database, rooms.blobs, rooms.originals, rooms.staging)
    return Sweep(*stores, rooms.clock, upload.leftover_seconds, upload.chunk_hours, upload.chunk_respite_minutes)


async def routes_of_a_model() -> Sequence[BaseRoute]:
    """The routes of a house that is only looked at, for the reference pages."""
    with tempfile.TemporaryDirectory() as folder:
        settings = house.model(Path(folder))
        async with _opened(settings) as rooms, _darkroom(settings) as render:
            hits = Hits(bytes_max=0, file_bytes_max=0)
            return routes(rooms, rooms.database, render, hits, Metrics())


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[House]:
    rooms = await house.open_house(settings)
    try:
        yield rooms
    finally:
        await rooms.close()


@asynccontextmanager
async def _darkroom(settings: Settings) -> AsyncGenerator[Render]:
    """The one of this machine where the settings name its socket, else children of our own."""
    socket_path = settings.render.socket
    darkroom = DarkroomClient(socket_path, settings.render) if socket_path else Darkroom(settings.render)
    try:
        yield Generating(darkroom, generator_named(settings.render.generator))
    finally:
        await darkroom.close()
