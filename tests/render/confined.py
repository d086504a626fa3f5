"""Tries from inside the sandbox what an intruder would, and prints what came of it as JSON."""

import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from safelight.render import sandbox

KIB = 1024


def outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except (OSError, MemoryError, RuntimeError) as error:
        return type(error).__name__
    return "done"


def threaded() -> None:
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()


def raw_socket() -> None:
    """By the C library, past Python's own checks."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.socket(2, 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "socket")


def main(folder: str) -> None:
    inside = Path(folder) / "inside"
    kept, other = socket.socketpair()
    attempts: dict[str, Callable[[], object]] = {
        "tcp": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "unix": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "raw socket": raw_socket,
        "new pair": socket.socketpair,
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "spawn": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": os.fork,
        "kill parent": lambda: os.kill(os.getppid(), 0),
        "read passwd": lambda: Path("/etc/passwd").read_bytes(),
        "read home": lambda: list(Path.home().iterdir()),
        "read here": lambda: list(Path.cwd().iterdir()),
        "read data": lambda: inside.read_bytes(),
        "read environment": lambda: Path("/proc/self/environ").read_bytes(),
        "write data": lambda: inside.write_bytes(b"x"),
        "write new": lambda: (Path(folder) / "new").write_bytes(b"x"),
        "write tmp": lambda: Path("/tmp/safelight-confined").write_bytes(b"x"),
        "remove": inside.unlink,
        "rename": lambda: inside.rename(Path(folder) / "moved"),
        "chmod": lambda: inside.chmod(0o777),
        "mkdir": lambda: (Path(folder) / "folder").mkdir(),
        "memory": lambda: bytearray(3 * KIB**3),
        "setuid": lambda: os.setuid(os.getuid()),
        "unshare": lambda: os.unshare(os.CLONE_NEWUSER) if hasattr(os, "unshare") else _fail(),
        "ptrace": lambda: _call("ptrace", 16, os.getppid(), 0, 0),
        "thread": threaded,
        "import": lambda: __import__("PIL.PngImagePlugin"),
        "old channel": lambda: (kept.send(b"x"), other.recv(1)),
    }
    in_place = sandbox.apply(2 * KIB**3)
    found = {name: outcome(attempt) for name, attempt in attempts.items()}
    print(json.dumps({"layers": in_place, "found": found}), flush=True)


def _fail() -> None:
    raise OSError("not offered by this Python")


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


if __name__ == "__main__":
    main(sys.argv[1])
