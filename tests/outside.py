"""What an installation of many machines leans on: a PostgreSQL over TCP, and somebody who receives notifications."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit

from tests.installation import free_port

STOP_SECONDS_MAX = 60

# The server of the wheel, on a port of the loopback, as a database that somebody else runs. It says its URL, and ends
# when its line to us is closed. Its clients find the socket by PGPORT.
SERVER = """
import asyncio, os, sys
from pathlib import Path
from safelight.adapters.database.embedded import EmbeddedPostgres
settings = {"listen_addresses": "127.0.0.1", "port": os.environ["PGPORT"], "fsync": "off"}
async def main():
    server = EmbeddedPostgres(Path(sys.argv[1]), settings=settings)
    print(await server.start(), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop()
asyncio.run(main())
"""


class Postgres:
    """A server on a port of the loopback, which may be stopped and started again with what it holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """`postgresql://user:password@127.0.0.1:port/name`, each time the same."""
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(self._folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PGPORT": str(self._port)},
        )
        assert self._process.stdout is not None
        url = urlsplit(self._process.stdout.readline().strip())
        assert url.password, "PostgreSQL did not start"
        return f"postgresql://{url.username}:{url.password}@127.0.0.1:{self._port}{url.path}"

    def stop(self) -> None:
        """Stopping what does not run is no error."""
        if self._process is not None:
            self._process.communicate(timeout=STOP_SECONDS_MAX)
            self._process = None


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """One that is stopped at the end, whatever happens."""
    server = Postgres(folder)
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True)
class Notification:
    """What a receiver got."""

    body: str
    timestamp: str
    signature: str


@dataclass(frozen=True)
class Receiver:
    """Answers every POST, and keeps it."""

    url: str
    got: "Queue[Notification]"


@contextmanager
def receiver(*statuses: int) -> Iterator[Receiver]:
    """It answers with these, one after the other, and then with 200."""
    got: Queue[Notification] = Queue()
    answers = iter(statuses)

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            got.put(Notification(body, self.headers["X-Cld-Timestamp"], self.headers["X-Cld-Signature"]))
            self.send_response(next(answers, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield Receiver(f"http://127.0.0.1:{server.server_address[1]}/notify", got)
    finally:
        server.shutdown()
        server.server_close()
        serving.join()
