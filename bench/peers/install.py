"""Installs the peers into a folder of the build, by the names and versions of the lock files; nothing of the machine
itself is touched, and nothing of Safelight ever uses them. What does not work is told as what is not at hand.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from bench.peers import ipx, nginx, thumbor
from bench.peers.model import Absent, Peer

T = TypeVar("T")

HERE = Path(__file__).parent
INSTALL_SECONDS_MAX = 300
NGINX = ("nginx", "libnginx-mod-http-image-filter")
PROGRAMS = {"nginx": ("usr/sbin/nginx", NGINX), "wrk": ("usr/bin/wrk", ("wrk",))}
DONE = ".done"


def everything(build: Path) -> list[Peer | Absent]:
    """Each peer of the table, in its order."""
    return [
        _tried(thumbor.NAME, lambda: _thumbor(build / "thumbor")),
        _tried(ipx.NAME, lambda: _ipx(build / "ipx")),
        _tried(nginx.NAME, lambda: _nginx(build / "nginx")),
        Absent("imgproxy", "no registry has it built"),
        Absent("imagor", "no registry has it built"),
    ]


def sharp_modules(build: Path) -> Path | None:
    """Where the sharp lies that ipx uses."""
    modules = build / "ipx" / "node_modules"
    return modules if (modules / "sharp").is_dir() else None


def _tried(name: str, install: Callable[[], T]) -> T | Absent:
    try:
        return install()
    except FileNotFoundError as error:
        return Absent(name, f"{error.filename} is missing")
    except subprocess.TimeoutExpired:
        return Absent(name, f"its installation took longer than {INSTALL_SECONDS_MAX} s")
    except subprocess.CalledProcessError as error:
        words = (error.stderr or error.stdout or "").strip().splitlines()
        return Absent(name, words[-1] if words else f"{error.cmd[0]} failed")


def _run(*words: str | Path, folder: Path) -> str:
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=True, timeout=INSTALL_SECONDS_MAX, env={**os.environ}
    )
    return done.stdout


def _is_current(folder: Path, lock: Path) -> bool:
    """Whether what is in `folder` was made of this lock file."""
    done = folder / DONE
    return done.exists() and done.read_bytes() == lock.read_bytes()


def _thumbor(folder: Path) -> Peer:
    lock = HERE / "requirements.lock"
    if not _is_current(folder, lock):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        uv = Path(sys.prefix) / "bin" / "uv"
        _run(uv, "venv", "-q", "--python", sys.executable, "venv", folder=folder)
        _run(uv, "pip", "install", "-q", "--python", "venv/bin/python", "--require-hashes", "-r", lock, folder=folder)
        shutil.copy(lock, folder / DONE)
    found = re.search(r"^thumbor==(\S+)", lock.read_text(), re.MULTILINE)
    return thumbor.peer(folder / "venv" / "bin" / "thumbor", found[1] if found else "")


def _ipx(folder: Path) -> Peer:
    lock = HERE / "package-lock.json"
    if not _is_current(folder, lock):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(HERE / name, folder)
        _run("npm", "ci", "--ignore-scripts", "--silent", folder=folder)
        shutil.copy(lock, folder / DONE)
    version = _run("node", "node_modules/ipx/bin/ipx.mjs", "--version", folder=folder).strip()
    return ipx.peer(folder / "node_modules" / "ipx" / "bin" / "ipx.mjs", version)


def _nginx(folder: Path) -> Peer:
    program = _unpacked(folder, "usr/sbin/nginx", NGINX)
    version = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr.strip()
    return nginx.peer(program, folder, version.rpartition("/")[2])


def program(name: str, build: Path) -> Path | Absent:
    """Of this machine, or else unpacked: nginx, which serves files, and wrk, which asks for them."""
    here = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if here:
        return Path(here)
    return _tried(name, lambda: _unpacked(build / name, *PROGRAMS[name]))


def _unpacked(folder: Path, program: str, packages: Sequence[str]) -> Path:
    """Debian's packages with all that this machine lacks for them, unpacked and not installed."""
    found = folder / program
    if not found.exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        folder.chmod(0o755)
        planned = _run("apt-get", "install", "-s", "--no-install-recommends", *packages, folder=folder)
        lacking = set(re.findall(r"^Inst (\S+)", planned, re.MULTILINE)) | set(packages)
        _run("apt-get", "download", "-qq", *sorted(lacking), folder=folder)
        for package in sorted(folder.glob("*.deb")):
            _run("dpkg", "-x", package, folder, folder=folder)
    return found
