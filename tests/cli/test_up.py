"""`safelight up` as people meet it: the first words, what refuses to start, and a clean stop."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from safelight.boot.folder import DATA_VERSION, claim
from tests.installation import Installation

SECONDS_MAX = 60


def up(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`safelight up` where it should refuse at once."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SAFELIGHT_")}
    return subprocess.run(
        [sys.executable, "-m", "safelight.cli.main", "up", *words],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(Path("src").absolute()), **env},
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
    )


def is_one_line(done: subprocess.CompletedProcess[str], words: str) -> bool:
    return (done.returncode, done.stdout) == (1, "") and done.stderr == f"safelight: {words}\n"


def test_a_busy_port_is_one_line_and_no_folder_is_made(tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = up(tmp_path, "--port", str(port), "--data", "data")
    assert is_one_line(
        done, f"Port {port} is in use on 127.0.0.1; stop what uses it, or choose another with --port."
    ), done.stderr
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path):
    done = up(tmp_path, "--port", "0", "--data", "/proc/safelight")
    assert is_one_line(
        done, "The data folder /proc/safelight cannot be used: No such file or directory; choose another with --data."
    ), done.stderr


def test_a_folder_of_a_newer_release_is_one_line(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "version").write_text("99\n")
    done = up(tmp_path, "--port", "0", "--data", "data")
    assert is_one_line(
        done,
        f"The data folder {tmp_path / 'data'} belongs to a newer Safelight (its version is 99, this release knows "
        f"{DATA_VERSION}); use that release, or choose another folder with --data.",
    ), done.stderr


def test_a_second_start_is_one_line(tmp_path: Path):
    with claim(tmp_path / "data"):
        done = up(tmp_path, "--port", "0", "--data", "data")
    assert is_one_line(
        done,
        f"Another Safelight (process {os.getpid()}) is running on the data folder {tmp_path / 'data'}; stop it, or "
        "choose another folder with --data.",
    ), done.stderr


@pytest.mark.parametrize("part", ["serve", "work"])
def test_the_parts_need_a_database_and_a_store(tmp_path: Path, part: str):
    done = subprocess.run(
        [sys.executable, "-m", "safelight.cli.main", part], cwd=tmp_path, capture_output=True, text=True
    )
    assert is_one_line(done, "The parts need SAFELIGHT_DATABASE and SAFELIGHT_BLOBS; `safelight up` needs neither.")


class Fresh(Installation):
    """An installation that was told no cloud and no key."""

    def settings(self) -> dict[str, str]:
        return {name: value for name, value in super().settings().items() if name != "SAFELIGHT_BOOTSTRAP"}

    def words(self) -> str:
        """What it said to people, once it has said all."""
        deadline = time.monotonic() + SECONDS_MAX
        while "Ctrl+C stops Safelight" not in self.log.read_text():
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return self.log.read_text()


def test_the_first_start_tells_a_key_and_later_ones_where_to_find_it(tmp_path: Path):
    fresh = Fresh(tmp_path).start()
    try:
        first = fresh.words()
        assert "export CLOUDINARY_URL='cloudinary://" in first
        assert f"upload_prefix={fresh.base}&cname=127.0.0.1:{fresh.port}'" in first
        assert "Another Safelight" in fresh.run("up", "--port", "0", check=False).stderr
        assert fresh.run("key", "list").stdout.count("demo") == 1
    finally:
        assert fresh.stop() == 0
    fresh.log.unlink()
    fresh.start()
    try:
        assert "safelight key list" in fresh.words()
        assert "cloudinary://" not in fresh.words()
    finally:
        assert fresh.process is not None
        fresh.process.send_signal(signal.SIGTERM)
        assert fresh.process.wait(SECONDS_MAX) == 0
