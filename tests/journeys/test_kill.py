"""`kill -9` of any process during uploads and derivations: what was acknowledged is whole, nothing shows by half."""

import contextlib
import hashlib
import os
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.installation import Installation, processes
from tests.pictures import encoded, scene

ROUNDS = 3
KILL_AFTER_SECONDS = 1.5
RECOVERY_SECONDS_MAX = 60


class Traffic(threading.Thread):
    """Uploads pictures without pause and asks for a derived file of each; remembers what was acknowledged."""

    def __init__(self, safelight: Installation, number: int) -> None:
        super().__init__(daemon=True)
        self.safelight, self.number = safelight, number
        self.sent: dict[str, str] = {}
        self.acknowledged: dict[str, str] = {}
        self.ended = threading.Event()
        picture = scene(320, 240)
        self.body = encoded(picture, "PNG")

    def run(self) -> None:
        count = 0
        while not self.ended.is_set():
            name = f"kill/{self.number}/{count}"
            data = (
                self.body + f"{name}".encode()
            )  # bytes after the end of a PNG are allowed, and make each file its own
            self.sent[name] = hashlib.md5(data).hexdigest()
            with contextlib.suppress(httpx.HTTPError):
                answer = httpx.post(
                    f"{self.safelight.api}/image/upload",
                    auth=self.safelight.auth,
                    data={"public_id": name},
                    files={"file": ("a.png", data)},
                    timeout=20,
                )
                if answer.status_code == 200:
                    self.acknowledged[name] = self.sent[name]
                httpx.get(self.url(f"w_{100 + count % 50}/{name}.jpg"), timeout=20)
            count += 1

    def url(self, path: str) -> str:
        return f"{self.safelight.base}/{self.safelight.cloud}/image/upload/{path}"


KINDS = {
    "an HTTP worker": "_web",
    "the job worker": "_worker",
    "the darkroom": "_darkroom",
    "a child that renders": "render.child",
    "the database": "postgres",
    "the supervisor": "",
}


def victim(safelight: Installation, word: str) -> int:
    """The process to kill; what was killed a moment ago may still be on its way back."""
    assert safelight.process is not None
    if not word:
        return safelight.process.pid
    found = until(lambda: sorted(pid for pid, args in processes(safelight.process.pid).items() if word in args))
    assert found, f"no process with {word!r}"
    return found[0]


def until(look):
    """What `look` gives as soon as it is something, or at the end of patience."""
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def safelight(tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("kill"), arguments=("--workers", "2")).start()
    yield installation
    installation.kill()


@pytest.mark.parametrize("kind", KINDS)
def test_no_process_is_too_important_to_die(safelight, kind):
    traffic = [Traffic(safelight, len(kind) * 100 + number) for number in range(3)]
    for one in traffic:
        one.start()
    assert until(lambda: all(one.acknowledged for one in traffic)), "the traffic was served at all"
    for _ in range(ROUNDS if KINDS[kind] else 1):
        time.sleep(KILL_AFTER_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim(safelight, KINDS[kind]), signal.SIGKILL)
    time.sleep(KILL_AFTER_SECONDS)
    for one in traffic:
        one.ended.set()
    for one in traffic:
        one.join(30)
    if not KINDS[kind]:
        assert safelight.process is not None
        safelight.process.wait(10)
        safelight.start()
    else:
        safelight.wait_ready()
    for one in traffic:
        for name, md5 in one.sent.items():
            original = httpx.get(one.url(f"{name}.png"), timeout=30)
            if name in one.acknowledged:
                assert original.status_code == 200, (kind, name, original.headers)
            if original.status_code == 200:
                assert hashlib.md5(original.content).hexdigest() == md5
                derived = httpx.get(one.url(f"w_90/{name}.jpg"), timeout=30)
                assert derived.status_code == 200, (kind, name, derived.headers)
            else:
                assert original.status_code == 404


def test_nothing_is_left_running_after_the_supervisor_died(safelight):
    assert safelight.process is not None
    below = processes(safelight.process.pid)
    os.kill(safelight.process.pid, signal.SIGKILL)
    safelight.process.wait(10)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(Path(f"/proc/{pid}").exists() for pid in below):
        time.sleep(0.1)
    assert not [args for pid, args in below.items() if Path(f"/proc/{pid}").exists()]
    safelight.start()
