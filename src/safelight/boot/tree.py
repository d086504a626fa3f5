"""Raise: the process trees of `up`, `serve` and `work`, and the house for a single command."""

import asyncio
import atexit
import logging
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from safelight.adapters.database.embedded import EmbeddedPostgres, running_url
from safelight.boot import house, listening, owner, promising, setup
from safelight.boot.folder import claim, is_claimed
from safelight.boot.house import FirstStart, House
from safelight.boot.loop import new_loop
from safelight.boot.processes import Child, Process, Restart, Say, Step, Tree
from safelight.boot.readiness import until_ready
from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret
from safelight.settings import Settings
from safelight.web import logs

CORES_PER_WORKER = 4
METRICS_FOLDER = Path("run", "metrics")
ADDRESS_FILE = Path("run", "address")
"""Where the last `up` of a data folder listened, for commands that tell others."""
STOP_SECONDS_SPARE = 5
"""What a process gets beyond the time that its requests may take to finish."""
SOCKET_BYTES_MAX = 100
"""Longest path that a Unix socket may have, and a little room (unix(7): 107)."""

PROGRAM = (sys.executable, "-m", "safelight.cli.main")
"""This program again, for one of its parts: `_web`, `_worker`, `_darkroom`."""

T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """What is told when all is up: the address, and what was made if this was the first start."""

    address: str
    first: FirstStart | None = None
    setup: str | None = None
    """The link by which the first owner is made, where there is none yet."""
    complaint: str | None = None
    """Why it is not ready, where it did not get so in time."""


OnReady = Callable[[Running], None]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on the fast loop."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(work)


def worker_count(settings: Settings) -> int:
    return settings.server.workers or max(1, (os.cpu_count() or 1) // CORES_PER_WORKER)


async def up(settings: Settings, say: Say, on_ready: OnReady) -> int:
    """The whole product on this machine. The port first, then the folder: what cannot work costs nothing."""
    server = settings.server
    with (
        closing(listening.bind(server.host, server.port)) as listener,
        claim(settings.data, free_bytes_min=settings.server.free_bytes_min) as folder,
    ):
        _check_promises(settings, say)
        parts = _Parts(settings, folder, listener)
        parts.clear_metrics("*")
        database: list[Step] = []
        if settings.database.url is None:
            database = [[_Postgres(EmbeddedPostgres(folder, settings.database.postgres_bin), parts.use_database)]]
        return await Tree(say).run(
            [
                *database,
                parts.prepare,
                [parts.darkroom()],
                [parts.worker()],
                parts.webs(),
                parts.announcement(on_ready),
            ]
        )


async def serve(settings: Settings, say: Say, on_ready: OnReady) -> int:
    """The HTTP processes of one of many machines."""
    _check_is_part(settings)
    with (
        closing(listening.bind(settings.server.host, settings.server.port)) as listener,
        claim(settings.data, name="serve", is_shared=True, free_bytes_min=settings.server.free_bytes_min) as folder,
    ):
        _check_promises(settings, say)
        parts = _Parts(settings, folder, listener, suffix="-serve")
        parts.clear_metrics("*_web-*")
        return await Tree(say).run([[parts.darkroom()], parts.webs(), parts.announcement(on_ready)])


async def work(settings: Settings, say: Say) -> int:
    """The job worker of one of many machines."""
    _check_is_part(settings)
    with claim(settings.data, name="work", is_shared=True, free_bytes_min=settings.server.free_bytes_min) as folder:
        _check_promises(settings, say)
        parts = _Parts(settings, folder, None, suffix="-work")
        parts.clear_metrics("*_worker*")
        return await Tree(say).run([[parts.darkroom()], [parts.worker()]])


def _check_promises(settings: Settings, say: Say) -> None:
    """Raises Invalid where what is promised about personal data is not what there is, and that must be so."""
    promising.check_start(settings, house.clock_of(settings).now().date(), say)


async def migrated(settings: Settings) -> None:
    """Bring the database up to this release, and make what the settings name; no key of our own choice."""
    if settings.account.bootstrap is not None:
        await prepared(settings)
        return
    await _migrate(settings)
    if settings.account.owner is not None:
        opened = await house.open_house(settings)
        try:
            await owner.ensure(opened)
        finally:
            await opened.close()


async def prepared(settings: Settings) -> FirstStart | None:
    """Bring the database up to this release, and make cloud and key where there are none yet.

    Tells of no key that the operator himself has named by SAFELIGHT_BOOTSTRAP: its secret would end in a log.
    """
    await _migrate(settings)
    opened = await house.open_house(settings)
    try:
        await owner.ensure(opened)
        made = await house.first_start(opened)
    finally:
        await opened.close()
    return made if settings.account.bootstrap is None else None


async def new_setup_link(settings: Settings) -> str | None:
    """For an installation that nobody owns yet."""
    opened = await house.open_house(settings)
    try:
        return await setup.setup_link(opened, settings.server.public_url or opened.base_url)
    finally:
        await opened.close()


def address_in(settings: Settings) -> str:
    """Where the running `up` listens; where it would, if none runs."""
    if is_claimed(settings.data):
        with suppress(OSError):
            return (settings.data / ADDRESS_FILE).read_text()
    return listening.address_of(settings.server.host, settings.server.port)


@asynccontextmanager
async def at_home(settings: Settings) -> AsyncGenerator[House]:
    """The house for one command: on the database that runs, or on the embedded one, started for as long as needed."""
    # What a command prints is its answer; warnings go where people read them.
    logs.configure(settings.server.log_format, process="command", level=logging.WARNING)
    async with with_database(settings) as settings:
        opened = await house.open_house(settings)
        try:
            yield opened
        finally:
            await opened.close()


@asynccontextmanager
async def with_database(settings: Settings) -> AsyncGenerator[Settings]:
    """Settings that name a database which can be reached."""
    if settings.database.url is not None:
        yield settings
        return
    url = running_url(settings.data)
    if url is not None:
        yield _on(settings, url)
        return
    with claim(settings.data, free_bytes_min=settings.server.free_bytes_min) as folder:
        server = EmbeddedPostgres(folder, settings.database.postgres_bin)
        settings = _on(replace(settings, data=folder), await server.start())
        try:
            await _migrate(settings)
            yield settings
        finally:
            await server.stop()


class _Postgres:
    """The embedded PostgreSQL as a member of the tree."""

    name = "postgres"
    restart = Restart()

    def __init__(self, server: EmbeddedPostgres, tell_url: Callable[[str], None]) -> None:
        self._server = server
        self._tell_url = tell_url

    async def start(self) -> None:
        self._tell_url(await self._server.start())

    async def wait(self) -> str:
        await self._server.wait()
        return "is gone"

    async def stop(self) -> bool:
        await self._server.stop()
        return True

    def kill(self) -> None:
        # SIGQUIT: at once; the next start recovers what was promised.
        if self._server.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._server.pid, signal.SIGQUIT)


class _Parts:
    """The members of a tree. `suffix` keeps apart what `serve` and `work` have twice on one machine."""

    def __init__(self, settings: Settings, folder: Path, listener: socket.socket | None, *, suffix: str = "") -> None:
        self._settings = replace(settings, data=folder)
        self._folder = folder
        self._listener = listener
        self._first: FirstStart | None = None
        self._setup: str | None = None
        self._socket = settings.render.socket or _short(folder / "run" / f"darkroom{suffix}")
        # One mapping for all parts, handed to each when it is started: the database's URL is known only later.
        self._env = {
            "SAFELIGHT_DATA": str(folder),
            "SAFELIGHT_RENDER_SOCKET": str(self._socket),
            "PROMETHEUS_MULTIPROC_DIR": str(folder / METRICS_FOLDER),
        }
        if listener is not None:
            port = listening.port_of(listener)
            self._settings = replace(self._settings, server=replace(settings.server, port=port))
            self._env |= {"SAFELIGHT_HOST": settings.server.host, "SAFELIGHT_PORT": str(port)}

    def use_database(self, url: str) -> None:
        self._settings = _on(self._settings, url)
        self._env["SAFELIGHT_DATABASE"] = url

    def clear_metrics(self, pattern: str) -> None:
        """Forget what processes of an earlier tree counted."""
        folder = self._folder / METRICS_FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob(f"{pattern}.db"):
            path.unlink(missing_ok=True)

    async def prepare(self) -> None:
        self._first = await prepared(self._settings)
        self._setup = await new_setup_link(self._settings)

    def darkroom(self) -> Child:
        # Its loop turns SIGINT into a cancellation, and so the children are ended before it goes.
        return self._child("_darkroom", "darkroom", stop_signal=signal.SIGINT)

    def worker(self) -> Child:
        return self._child("_worker", "worker")

    def webs(self) -> list[Child]:
        fd = self._listener.fileno() if self._listener else -1
        count = worker_count(self._settings)
        return [self._child("_web", f"web-{i + 1}", "--fd", str(fd), fds=(fd,)) for i in range(count)]

    def announcement(self, on_ready: OnReady) -> Callable[[], Coroutine[Any, Any, None]]:
        server = self._settings.server

        async def announce() -> None:
            address = listening.address_of(server.host, server.port)
            complaint = await until_ready(address)
            (self._folder / ADDRESS_FILE).write_text(address)
            on_ready(Running(address, self._first, self._setup, complaint))

        return announce

    def _child(
        self,
        part: str,
        name: str,
        *words: str,
        fds: tuple[int, ...] = (),
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> Child:
        return Child(
            Process(
                name=name,
                argv=(*PROGRAM, part, "--name", name, *words),
                env=self._env,
                fds=fds,
                stop_signal=stop_signal,
                stop_seconds=self._settings.server.stop_seconds + STOP_SECONDS_SPARE,
            )
        )


def _short(path: Path) -> Path:
    """A name for the socket that the kernel takes; a long one is replaced by one in a new folder of our own."""
    if len(os.fsencode(path)) <= SOCKET_BYTES_MAX:
        return path
    folder = Path(tempfile.mkdtemp(prefix="safelight-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / path.name


def _check_is_part(settings: Settings) -> None:
    if settings.database.url is None or settings.blobs.url is None:
        raise Invalid("The parts need SAFELIGHT_DATABASE and SAFELIGHT_BLOBS; `safelight up` needs neither.")


def _on(settings: Settings, url: str) -> Settings:
    return replace(settings, database=replace(settings.database, url=Secret(url)))


async def _migrate(settings: Settings) -> None:
    # Alembic takes a second to import, which most commands can do without.
    from safelight.adapters.database import migrate

    if settings.database.url is None:
        raise Invalid("There is no database yet; set SAFELIGHT_DATABASE, or start `safelight up`.")
    await migrate.run(settings.database.url.reveal())
