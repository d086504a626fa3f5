"""EmbeddedPostgres: starts the PostgreSQL that comes with a wheel, waits out a crash, stops it."""

import asyncio
import contextlib
import ctypes
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import psycopg
from psycopg import sql

from safelight.adapters.database import binaries
from safelight.adapters.database.connecting import CONNECT_SECONDS_MAX
from safelight.adapters.database.folder import NAME, Folder, write_private
from safelight.adapters.database.folder import running_url as running_url
from safelight.kernel.errors import NotAvailable
from safelight.kernel.ids import random_token

LOG = logging.getLogger("safelight.postgres")

SOCKET_CHARS_MAX = 107
"""Longest path of a Unix socket on Linux (unix(7))."""

BUSY_SECONDS_MAX = 60
"""How long an earlier server may take to leave the folder."""
READY_SECONDS_MAX = 600
"""How long the recovery after a crash may take."""
STOP_SECONDS_MAX = 60
"""How long a fast shutdown may take before an immediate one is asked for; the next start then recovers."""
CLAIMS_MAX = 10
WAIT_SECONDS_FIRST = 0.05
WAIT_SECONDS_MAX = 1.0
LOG_LINES_MAX = 50

SERVER_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    # Relative to the data folder, where the server stands: so it is short, whatever the path is.
    "unix_socket_directories": "../run",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": NAME,
    # Failed statements are told to whoever sent them; the server's log would keep their values.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}

# What PostgreSQL says while processes of an earlier server still live (utils/init/miscinit.c, port/sysv_shmem.c).
STILL_BUSY = ("already exists", "pre-existing shared memory block")

# What it tells every client that comes while it starts or stops, in the same words as a disaster.
ORDINARY = ("the database system is ", "terminating connection due to administrator command")

PR_SET_PDEATHSIG = 1
# Looked up before any fork; None where the kernel is not Linux.
_prctl: Callable[[int, int], int] | None = getattr(ctypes.CDLL(None), "prctl", None)


class EmbeddedPostgres:
    """One server on one data folder, below `data/postgres`.

    The processes of a server that was killed finish by themselves; a start waits for them and never deletes their
    lock file. No process is ever taken for the server because of a number in a file.
    """

    def __init__(self, data: Path, bin: Path | None = None, *, settings: Mapping[str, str] | None = None) -> None:
        self._folder = Folder(data.absolute() / "postgres")
        self._bin = bin
        self._settings = {**SERVER_SETTINGS, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._gone = asyncio.Event()
        self._mark = ""
        self._lines: deque[str] = deque(maxlen=LOG_LINES_MAX)
        self._reading: asyncio.Task[None] | None = None
        self._lock: int | None = None
        self._short: Path | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster that we started, while it lives."""
        return self._process.pid if self._process and not self._gone.is_set() else None

    async def start(self) -> str:
        """Make the folder if there is none, start the server, wait until it answers; its URL.

        May be called again after `wait` returned: the URL stays the same.
        """
        if self.pid is not None:
            return self._url()
        user = binaries.server_user(self._folder.server)
        folder, version = await asyncio.to_thread(binaries.reachable, self._bin, user)
        await self._read_out()
        try:
            self._folder.prepare(user)
            await self._claim()
            await self._make(folder, user)
            self._folder.check_version(version)
            await self._run(folder, user)
            await self._make_database()
        except BaseException:
            await self.stop()
            raise
        url = self._url()
        write_private(self._folder.path / "url", url)
        return url

    async def wait(self) -> None:
        """Return when the server is no more, whoever ended it."""
        if self._process is not None:
            await self._gone.wait()

    async def stop(self) -> None:
        """End all connections, write everything out, leave. Stopping what does not run is no error."""
        process = self._process
        if process is not None:
            # SIGINT: fast shutdown. SIGQUIT: immediate, with recovery at the next start.
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                process.send_signal(number)
                if await self._is_gone(STOP_SECONDS_MAX):
                    break
        await self._read_out()
        self._process = None
        if self._lock is not None:
            (self._folder.path / "url").unlink(missing_ok=True)
            self._unlock()
        if self._short is not None:
            shutil.rmtree(self._short, ignore_errors=True)
            self._short = None

    async def _is_gone(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._gone.wait(), seconds)
        return self._gone.is_set()

    # The folder

    async def _claim(self) -> None:
        """Be the only one. `running_url` of another process may hold the lock for a moment, a server holds it on."""
        if self._lock is None:
            self._lock = self._folder.open_lock()
        for _ in range(CLAIMS_MAX):
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            await asyncio.sleep(WAIT_SECONDS_FIRST)
        self._unlock()
        raise NotAvailable(f"Another Safelight is running on the data folder {self._folder.path.parent}.")

    def _unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _make(self, folder: Path, user: binaries.User | None) -> None:
        """Make a new cluster beside its place and move it there when it is whole."""
        if self._folder.server.exists():
            return
        new, shown = self._folder.empty_cluster(user)
        here = self._path(user, new)
        command = [
            str(folder / "initdb"),
            f"--pgdata={here}",
            f"--pwfile={here}/../password.shown",
            f"--username={NAME}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
        ]
        process = self._spawn(command, new, user)
        self._process = process
        await self.wait()
        await self._read_out()
        self._process = None
        shown.unlink()
        if process.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            raise NotAvailable(f"The database could not be made in {self._folder.path}: {self._last_words()}")
        new.rename(self._folder.server)

    def _path(self, user: binaries.User | None, folder: Path) -> str:
        """How the server, which stands in `folder`, names it.

        As another user it may not be able to walk there from the root, for instance through /root. Where
        a process stands it may stay: the kernel does not check the way to it again (proc(5), /proc/self/cwd).
        """
        return str(folder) if user is None else "/proc/self/cwd"

    # The process

    async def _run(self, folder: Path, user: binaries.User | None) -> None:
        """Start the server; as long as an earlier one has not left, again and again."""
        loop = asyncio.get_running_loop()
        busy_until, wait_seconds = loop.time() + BUSY_SECONDS_MAX, WAIT_SECONDS_FIRST
        server = self._folder.server
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        while True:
            self._lines.clear()
            self._mark = random_token()
            command = [
                str(folder / "postgres"),
                "-D",
                self._path(user, server),
                *options,
                f"--{NAME}.mark={self._mark}",
            ]
            self._process = self._spawn(command, server, user)
            if await self._is_ready():
                return
            await self._read_out()
            is_busy = any(mark in line for line in self._lines for mark in STILL_BUSY)
            if not is_busy:
                raise NotAvailable(f"PostgreSQL did not start: {self._last_words()}")
            if loop.time() > busy_until:
                raise NotAvailable(f"Another PostgreSQL does not leave {server}: {self._last_words()}")
            await asyncio.sleep(wait_seconds)
            wait_seconds = min(wait_seconds * 2, WAIT_SECONDS_MAX)

    def _spawn(self, command: list[str], folder: Path, user: binaries.User | None) -> subprocess.Popen[bytes]:
        parent = os.getpid()

        def die_with_parent() -> None:
            if _prctl is not None:
                _prctl(PR_SET_PDEATHSIG, signal.SIGINT)
                if os.getppid() != parent:
                    os._exit(1)

        try:
            process = subprocess.Popen(  # noqa: S603
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath},
                # Ctrl+C goes to the whole foreground group: the database must outlive those who still write to it.
                start_new_session=True,
                preexec_fn=die_with_parent,
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise NotAvailable(f"{command[0]} cannot be run: {error}.") from error
        self._gone = asyncio.Event()
        _tell_end(process, asyncio.get_running_loop(), self._gone)
        self._reading = asyncio.create_task(self._read(process), name="postgres log")
        return process

    async def _read(self, process: subprocess.Popen[bytes]) -> None:
        """What the server says goes to our log, line by line."""
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), process.stderr
        )
        try:
            while raw := await reader.readline():
                line = raw.decode(errors="replace").rstrip()
                self._lines.append(line)
                is_news = _is_grave(line) and not any(words in line for words in ORDINARY)
                LOG.log(logging.WARNING if is_news else logging.DEBUG, "%s", line)
        finally:
            transport.close()

    async def _read_out(self) -> None:
        """Wait for the last words of a process that has ended; its orphans may hold the line for longer."""
        if self._reading is not None:
            await asyncio.wait([self._reading], timeout=WAIT_SECONDS_MAX)
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None

    def _last_words(self) -> str:
        """The line that tells most: the last grave one, or the last."""
        grave = [line for line in self._lines if _is_grave(line)]
        line = (grave or list(self._lines) or ["it said nothing"])[-1]
        return line.split(":  ")[-1].removeprefix("initdb: error: ")

    async def _is_ready(self) -> bool:
        """Wait until the server answers; False when it ended instead."""
        until, wait_seconds = asyncio.get_running_loop().time() + READY_SECONDS_MAX, WAIT_SECONDS_FIRST
        while self.pid is not None and asyncio.get_running_loop().time() < until:
            with contextlib.suppress(psycopg.Error):
                async with await self._connect("postgres") as connection:
                    told = await (await connection.execute("SELECT current_setting(%s)", (f"{NAME}.mark",))).fetchone()
                # An earlier server that is about to leave may still answer on the same socket.
                if told == (self._mark,):
                    return True
            await asyncio.sleep(wait_seconds)
            wait_seconds = min(wait_seconds * 1.2, WAIT_SECONDS_MAX)
        return False

    async def _connect(self, database: str) -> psycopg.AsyncConnection:
        return await psycopg.AsyncConnection.connect(
            self._url(database), autocommit=True, connect_timeout=CONNECT_SECONDS_MAX
        )

    async def _make_database(self) -> None:
        async with await self._connect("postgres") as connection:
            found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (NAME,))
            if await found.fetchone() is None:
                await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))

    def _url(self, database: str = NAME) -> str:
        return self._folder.url(database, self._socket_folder())

    def _socket_folder(self) -> Path:
        """The folder of the socket, by a name that a client can say: short enough, and no list of several hosts."""
        folder = self._folder.run
        # The name of a socket ends with its port, which may have five digits.
        if len(os.fsencode(folder / ".s.PGSQL.65535")) <= SOCKET_CHARS_MAX and "," not in str(folder):
            return folder
        if self._short is None:
            self._short = Path(tempfile.mkdtemp(prefix="safelight-"))
            (self._short / "run").symlink_to(folder)
        return self._short / "run"


def _tell_end(process: subprocess.Popen[bytes], loop: asyncio.AbstractEventLoop, gone: asyncio.Event) -> None:
    """Set the event when the process has ended. A thread waits for it, so that it works in any event loop."""

    def wait() -> None:
        process.wait()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            loop.call_soon_threadsafe(gone.set)

    threading.Thread(target=wait, name=f"wait for {process.pid}", daemon=True).start()


def _is_grave(line: str) -> bool:
    return any(word in line for word in ("FATAL", "PANIC", "ERROR", "error:"))
