"""A real Safelight of its own for a test: a process tree in a temporary folder, of `safelight up` or of a part."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

START_SECONDS_MAX = 90
STOP_SECONDS_MAX = 40


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(root: int) -> dict[int, str]:
    """Every process below `root`, and how it was called."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [
        (int(pid), int(parent), args) for pid, parent, args in (line.split(None, 2) for line in listed.splitlines())
    ]
    found: dict[int, str] = {}
    wanted = {root}
    while wanted:
        wanted = {pid for pid, parent, args in rows if parent in wanted and pid not in found}
        found |= {pid: args for pid, _, args in rows if pid in wanted}
    return found


@dataclass
class Installation:
    """`safelight up` with a cloud and a key that are known beforehand; or `serve`, or `work`."""

    folder: Path
    port: int = field(default_factory=free_port)
    cloud: str = "demo"
    account: str = "house-of-tests"
    key: str = "123456789012345"
    secret: str = "the-secret-of-this-test"
    environment: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    part: str = "up"
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.base}/v1_1/{self.cloud}"

    @property
    def auth(self) -> tuple[str, str]:
        return (self.key, self.secret)

    @property
    def log(self) -> Path:
        return self.folder / f"{self.part}.log"

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "safelight.cli.main", *arguments]

    def settings(self) -> dict[str, str]:
        """The environment of every command of this installation."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAFELIGHT_", "CLOUDINARY_"))}
        return kept | {
            "SAFELIGHT_DATA": str(self.folder / "data"),
            "SAFELIGHT_PORT": str(self.port),
            "SAFELIGHT_BOOTSTRAP": f"cloudinary://{self.key}:{self.secret}@{self.cloud}",
            "SAFELIGHT_ACCOUNT_BOOTSTRAP": f"account://{self.key}:{self.secret}@{self.account}",
            "SAFELIGHT_FETCH_ALLOW": "",
            **self.environment,
        }

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Another command of the shell in this installation."""
        return subprocess.run(
            self.command(*arguments),
            env=self.settings(),
            cwd=self.folder,
            check=check,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def start(self) -> "Installation":
        self.folder.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(self.part, *self.arguments),
                env=self.settings(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if self.part != "work":  # which listens nowhere
            self.wait_ready()
        return self

    def wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                how = f"safelight {self.part} ended with {self.process.returncode}"
                raise AssertionError(f"{how}:\n{self.log.read_text()}")
            try:
                if httpx.get(f"{self.base}/readyz", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"not ready after {START_SECONDS_MAX} s:\n{self.log.read_text()}")

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_SECONDS_MAX)
        finally:
            self.kill()

    def kill(self) -> None:
        """End every process of this installation at once, as a power cut would."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(STOP_SECONDS_MAX)

    def upload(self, data: bytes, **params: str) -> dict[str, object]:
        answer = httpx.post(
            f"{self.api}/{params.pop('resource_type', 'image')}/upload",
            auth=self.auth,
            data=params,
            files={"file": (params.get("filename_override", "file"), data)},
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return answer.json()
