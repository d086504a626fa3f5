"""Standing: the installation under test, in two shapes, with its parts by kind and a way to measure that all works."""

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg

from safelight.adapters.database.folder import running_url
from safelight.adapters.queue.lanes import lane_of
from tests.contracts import stores
from tests.faults.clients import content, is_whole, url_of
from tests.faults.gate import Gate
from tests.faults.journal import Journal
from tests.faults.lines import Lines
from tests.installation import Installation, processes
from tests.outside import Postgres, postgres

PREFIX = "safelight"
SCHEMAS = "-c search_path=public,jobs"
PROBE_SECONDS_MAX = 100
LONG_SECONDS = 10
"""Who waits so long for a job asks why."""
SHAPES = ("own", "outside")
"""`own`: everything that `safelight up` brings along. `outside`: PostgreSQL and S3 behind lines that read along."""

KINDS = {
    "a web process": " _web",
    "the job worker": " _worker",
    "the darkroom": " _darkroom",
    "a render child": "render.child",
    "a database process": "postgres: safelight",
    "the database": "/postgres -D",
}


@dataclass
class Standing:
    """What stands, and what it leans on."""

    shape: str
    safelight: Installation
    journal: Journal
    gate: Gate
    postgres: Postgres | None = None
    direct: str = ""
    """The URL of the outside database, without the line before it."""
    bucket: str = ""
    broken: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Group and name of each fault that a storm did, until it is told."""
    waits: list[str] = field(default_factory=list[str])
    """The jobs that waited or ran when a probe waited long."""
    http: httpx.Client = field(default_factory=httpx.Client)
    """Made once: that costs more than what is asked with it."""
    _restarting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def data(self) -> Path:
        return self.safelight.folder / "data"

    def pids(self, kind: str) -> list[int]:
        """The processes of a kind, here or in the outside database."""
        assert self.safelight.process is not None
        roots = [self.safelight.process.pid, *([self._runner()] if self.postgres else [])]
        word = KINDS[kind]
        found = [pid for root in roots for pid, args in processes(root).items() if word in args and pid != root]
        return sorted(found)

    def _runner(self) -> int:
        process = self.postgres._process if self.postgres else None
        return process.pid if process is not None else 0

    def restart(self) -> None:
        """As the system's service manager does when the supervisor is gone. Several may want it at once."""
        with self._restarting:
            assert self.safelight.process is not None
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.safelight.process.wait(1)
                self.safelight.start()

    def restart_database(self, pause_seconds: float = 0) -> None:
        """The same for the outside one; an own one is started again by `safelight up`."""
        if self.postgres is not None:
            with self._restarting:
                self.postgres.stop()
                time.sleep(pause_seconds)
                self.postgres.start()

    def database(self) -> str:
        return self.direct or running_url(self.data) or ""

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        self._until(time.monotonic(), self._has_database)
        with psycopg.connect(self.database(), autocommit=True, connect_timeout=10, options=SCHEMAS) as connection:
            found = connection.execute(statement.encode(), values)
            return found.fetchall() if found.description else []

    def defer(self, name: str) -> None:
        """A round of what runs by the clock, at this moment."""
        self.query(
            "INSERT INTO jobs.procrastinate_jobs (queue_name, task_name, args) VALUES (%s, %s, %s::jsonb)",
            lane_of(name),
            name,
            json.dumps({"payload": {}}),
        )

    def recovered(self) -> tuple[float, float]:
        """Seconds until an upload is taken in and a new picture is made; and until a job has run, too."""
        began = time.monotonic()
        number = self.journal.number()
        data, md5, colour = content(number)
        self.journal.colours[md5] = colour
        name = f"probe/{number}"
        self._until(began, lambda: self._uploaded(data, name))
        self._until(began, lambda: self._derived(name, md5))
        served = time.monotonic() - began
        # By the database itself, for the file must not be made because we ask for it.
        asked = time.monotonic()
        while not self._has_eager(name):
            waited = time.monotonic() - asked
            assert waited < PROBE_SECONDS_MAX, f"no job after {PROBE_SECONDS_MAX} s"
            if waited >= (len(self.waits) + 1) * LONG_SECONDS:
                self.waits.append(self._jobs())
            time.sleep(0.05)
        return served, time.monotonic() - began

    def _jobs(self) -> str:
        """Which jobs wait or run, and who holds them since when: for whoever asks why it took so long."""
        with contextlib.suppress(psycopg.Error):
            rows = self.query(
                "SELECT j.id, j.task_name, j.status::text, j.attempts, "
                "round(extract(epoch FROM j.scheduled_at - now())), "
                "j.worker_id, round(extract(epoch FROM now() - w.last_heartbeat)), "
                "(SELECT round(extract(epoch FROM now() - max(e.at))) FROM jobs.procrastinate_events e "
                "WHERE e.job_id = j.id) FROM jobs.procrastinate_jobs j "
                "LEFT JOIN jobs.procrastinate_workers w ON w.id = j.worker_id "
                "WHERE j.status IN ('todo', 'doing') ORDER BY j.id LIMIT 40"
            )
            return "\n".join(str(tuple(map(str, row))) for row in rows)
        return "the database cannot be asked"

    def _until(self, began: float, holds: Any) -> None:
        while not holds():
            assert time.monotonic() - began < PROBE_SECONDS_MAX, f"not well again after {PROBE_SECONDS_MAX} s"
            time.sleep(0.05)

    def _has_database(self) -> bool:
        try:
            psycopg.connect(self.database(), connect_timeout=10).close()
        except psycopg.Error:
            return False
        return True

    def _uploaded(self, data: bytes, name: str) -> bool:
        try:
            answer = self.http.post(
                f"{self.safelight.api}/image/upload",
                auth=self.safelight.auth,
                data={"public_id": name, "eager": "w_21", "eager_async": "true"},
                files={"file": ("a.png", data)},
                timeout=10,
            )
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    def _derived(self, name: str, md5: str) -> bool:
        try:
            answer = self.http.get(url_of(self.safelight, name, 20), timeout=10)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and is_whole(answer.content, 20, {md5}, self.journal)

    def _has_eager(self, name: str) -> bool:
        try:
            rows = self.query(
                "SELECT 1 FROM derived_files d JOIN assets a ON a.id = d.asset_id "
                "WHERE a.name = %s AND d.transformation LIKE 'w_21%%'",
                name,
            )
        except psycopg.Error:
            return False
        return bool(rows)


@contextmanager
def standing(shape: str, folder: Path) -> Iterator[Standing]:
    """One that runs, and of which nothing is left."""
    with ExitStack() as stack:
        gate = Gate()
        environment = {
            "SAFELIGHT_TEST_CLOCK": "1",
            "SAFELIGHT_RENDER_CHILDREN": "1",
            # So that small files come in pieces, and nobody waits a minute for each sweep.
            "SAFELIGHT_UPLOAD_CHUNK_BYTES_MIN": "1000",
            "SAFELIGHT_UPLOAD_LEFTOVER_SECONDS": "10",
        }
        server, direct, bucket = None, "", ""
        if shape == "outside":
            lines = Lines(gate)
            stack.callback(lines.close)
            server = stack.enter_context(postgres(folder / "database"))
            direct = server.start()
            there = urlsplit(direct)
            assert there.port is not None
            line = lines.before_postgres(there.port)
            s3 = stack.enter_context(stores.s3())
            found = re.search(r"endpoint=http://127\.0\.0\.1:(\d+)", s3)
            assert found is not None
            bucket = f"http://127.0.0.1:{found[1]}/{stores.BUCKET}"
            environment |= {
                "SAFELIGHT_DATABASE": direct.replace(f":{there.port}/", f":{line}/"),
                "SAFELIGHT_BLOBS": s3.format(PREFIX).replace(f":{found[1]}", f":{lines.before_s3(int(found[1]))}"),
                # So that reads go to the store as well, and not always to the copies.
                "SAFELIGHT_BLOBS_CACHE_BYTES": "200000",
            }
        safelight = Installation(folder / "safelight", arguments=("--workers", "2"), environment=environment)
        stack.callback(safelight.kill)
        safelight.start()
        house = Standing(shape, safelight, Journal(), gate, server, direct, bucket)
        stack.callback(house.http.close)
        yield house


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    """A process that is gone already cannot be killed, and need not be."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
