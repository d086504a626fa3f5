"""Tries from inside the sandbox what an intruder would, and prints what came of it as JSON."""

import ctypes
import fcntl
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from safelight.render import sandbox

KIB = 1024


def outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except (OSError, MemoryError, RuntimeError, ValueError) as error:
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
    opened, (_, pipe) = os.open(inside, os.O_RDONLY), os.pipe()
    network = os.readlink("/proc/self/ns/net")
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
        "signal by channel": lambda: fcntl.fcntl(kept, fcntl.F_SETOWN, os.getppid()),
        "signal by device": lambda: fcntl.ioctl(kept, 0x8901, struct.pack("i", os.getppid())),
        "limits of another": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (8, 8)),
        "turn of another": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 19),
        "handle of another": lambda: os.pidfd_open(os.getppid()),
        "outlive the parent": lambda: _call("prctl", 1, 0, 0, 0, 0),
        "cut an open file": lambda: os.ftruncate(opened, 0),
        "splice": lambda: os.splice(opened, pipe, 1),
        "memory file": lambda: os.memfd_create("x"),
        "mount": lambda: _call("mount", 0, b"/", b"tmpfs", 0, 0),
        "clock": lambda: time.clock_settime(time.CLOCK_REALTIME, 0),
        "old core": lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2),
        "rings": lambda: _syscall(425, 1, 0),
        "new rules": lambda: _syscall(435, 0, 0),
        "thread": threaded,
        "import": lambda: __import__("PIL.PngImagePlugin"),
        "old channel": lambda: (kept.send(b"x"), other.recv(1)),
    }
    in_place = sandbox.apply(2 * KIB**3)
    found = {name: outcome(attempt) for name, attempt in attempts.items()}
    has_network = os.readlink("/proc/self/ns/net") == network
    said = {"layers": in_place, "found": found, "has_network": has_network, "privileges": _privileges()}
    print(json.dumps(said), flush=True)


def _privileges() -> list[int]:
    """The capabilities that are held: to use, to hand on, to take up."""
    head, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None).capget(head, data) != 0:
        raise OSError("capget")
    return [*data]


def _syscall(number: int, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), str(number))


def _fail() -> None:
    raise OSError("not offered by this Python")


def _call(name: str, *arguments: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


if __name__ == "__main__":
    main(sys.argv[1])
