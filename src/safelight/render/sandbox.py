"""Sandbox: takes from a process all that decoding a picture does not need, before it sees an untrusted byte.

Each layer is used where the machine has it and reported where it has not; see docs/decisions/0002-render-children.md.
"""

import contextlib
import errno
import importlib
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from safelight.render import forbidden, linux

FILES_MAX = 256
"""Open files of one child: a job with PARTS_MAX parts (message.py) may need two for each."""
CPU_SECONDS_SPARE = 5
"""The processor time of a job may pass its wall time by this much before the kernel ends the child."""

DOUBLED = frozenset({"namespaces", "landlock ports"})
"""Layers that many machines do not allow, and that forbid what seccomp forbids already."""

# Beside Python's own folders: shared libraries, fonts and their configuration.
_READABLE = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/fonts",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/mime",
    "/usr/share/zoneinfo",
    "/var/cache/fontconfig",
    "/dev/null",
    "/dev/urandom",
)

# Programs and what comes with them, for those that are run beside the children.
_PROGRAMS_READ = ("/usr", "/bin", "/opt", "/etc/alternatives", "/proc/self", "/sys/devices/system/cpu")

_CLONE_THREAD = 0x00010000


class NotConfined(RuntimeError):
    """A layer that this machine has could not be put in place: better no child than an open one."""


def layers() -> dict[str, str]:
    """Name of each layer -> `on`, or why it is missing. Changes nothing; of namespaces only a trial tells."""
    return {
        "limits": "on",
        "parent death": _linux(),
        "privileges": _linux(),
        "landlock": _landlock_state(),
        "landlock ports": _ports_state(),
        "seccomp": _seccomp_state(),
    }


def apply(memory_bytes_max: int, readable: Sequence[Path] = ()) -> dict[str, str]:
    """Confine this process for good; returns the layers as they are in place. It may still read what is `readable`.

    Call it before any thread was started: Landlock holds only for the thread that asks and those it starts.
    """
    if sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) != 1:
        raise NotConfined("A thread was started before the sandbox.")
    _limit(memory_bytes_max)
    return _shut([*_readable(), *(str(path) for path in readable if path.exists())])


def confine_program(program: Path, memory_bytes_max: int, seconds: int) -> dict[str, str]:
    """Confine this process before it becomes another, installed program: it may read and run what is installed.

    Else it is confined as a child is, and may use so many seconds of processor time.
    """
    _limit(memory_bytes_max)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    installed = [str(program.resolve().parent), str(program.parent), *_PROGRAMS_READ, *_READABLE]
    return _shut([path for path in installed if Path(path).exists()], may_run=True)


def _shut(readable: Sequence[str], *, may_run: bool = False) -> dict[str, str]:
    """Put every layer in place that this machine has, the filter of calls last: it forbids the others, too."""
    found = layers()
    if sys.platform != "linux":
        return found
    try:
        linux.prctl(linux.NO_NEW_PRIVILEGES, 1)
        if found["seccomp"] == "on":
            # Imported before Landlock: finding libseccomp needs a folder for temporary files.
            _untyped("pyseccomp")
        if found["landlock"] == "on":
            _landlock(readable, may_run=may_run)
        found["namespaces"] = linux.leave_network()
        if found["landlock ports"] == "on":
            linux.forbid_ports_and_signals()
        linux.forget_privileges()
    except OSError as error:
        raise NotConfined(str(error)) from error
    if found["seccomp"] == "on":
        _seccomp(may_run=may_run)
    return found


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends, however it ends. `parent` is its process id, to notice that it already has."""
    if sys.platform == "linux":
        linux.prctl(linux.DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit(0)


def allow_cpu_seconds(seconds: int) -> None:
    """The kernel ends this process when it has used so much more processor time than now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(used.ru_utime + used.ru_stime) + seconds + CPU_SECONDS_SPARE
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def _limit(memory_bytes_max: int) -> None:
    for name, most in (("CORE", 0), ("FSIZE", 0), ("NOFILE", FILES_MAX), ("AS", memory_bytes_max)):
        kind: int = getattr(resource, f"RLIMIT_{name}")
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Some systems know a limit by name and refuse to set it (RLIMIT_AS on macOS).
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def _linux() -> str:
    return "on" if sys.platform == "linux" else "not on this system"


def _landlock_state() -> str:
    if sys.platform != "linux" or find_spec("landlock") is None:
        return "not on this system"
    try:
        version: int = _untyped("landlock").landlock_abi_version()
    except OSError as error:
        return f"not in this kernel ({errno.errorcode.get(error.errno or 0, 'unknown')})"
    return "on" if version > 0 else "not in this kernel"


def _ports_state() -> str:
    if sys.platform != "linux":
        return "not on this system"
    version = linux.landlock_version()
    return "on" if version >= linux.LANDLOCK_NETWORK_SINCE else f"not in this kernel (Landlock {version})"


def _seccomp_state() -> str:
    if sys.platform != "linux" or find_spec("pyseccomp") is None:
        return "not on this system"
    try:
        _untyped("pyseccomp")
    except (ImportError, OSError, RuntimeError):
        return "libseccomp is missing"
    return "on"


def _readable() -> list[str]:
    """Python's own folders, and ours; the current folder and the rest of sys.path are not among them."""
    own = [str(Path(__file__).parent.parent)]
    python = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    python += [sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")]
    return [path for path in (*own, *python, *_READABLE) if path and Path(path).exists()]


def _landlock(readable: Sequence[str], *, may_run: bool) -> None:
    landlock = _untyped("landlock")
    access = landlock.FSAccess
    rights = access.READ_FILE | access.EXECUTE if may_run else access.READ_FILE
    rules = landlock.Ruleset()
    for path in dict.fromkeys(readable):
        # READ_DIR on a plain file is refused by the kernel.
        rules.allow(path, rules=rights | access.READ_DIR if Path(path).is_dir() else rights)
    rules.apply()


def _seccomp(*, may_run: bool) -> None:
    seccomp = _untyped("pyseccomp")
    refused = seccomp.ERRNO(errno.EPERM)
    unknown = seccomp.ERRNO(errno.ENOSYS)
    masked, differs, equal = seccomp.MASKED_EQ, seccomp.NE, seccomp.EQ
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in forbidden.CALLS if may_run else (*forbidden.CALLS, *forbidden.PROGRAMS):
        # A name that this libseccomp does not know cannot be refused by it.
        with contextlib.suppress(OSError):
            rules.add_rule(refused, name)
    # clone makes threads, too.
    if not may_run:
        rules.add_rule(refused, "clone", seccomp.Arg(0, masked, _CLONE_THREAD, 0))
    for name in forbidden.HIDDEN:
        with contextlib.suppress(OSError):
            rules.add_rule(unknown, name)
    # A signal to itself is how a program aborts; limits of its own are asked for and set.
    rules.add_rule(refused, "tgkill", seccomp.Arg(0, differs, os.getpid()))
    rules.add_rule(refused, "prlimit64", seccomp.Arg(0, differs, 0))
    # Nothing is opened for writing, with or without Landlock.
    for name, flags_at in (("open", 1), ("openat", 2)):
        for flag in (os.O_WRONLY, os.O_RDWR):
            rules.add_rule(refused, name, seccomp.Arg(flags_at, masked, os.O_ACCMODE, flag))
        rules.add_rule(refused, name, seccomp.Arg(flags_at, masked, os.O_CREAT, os.O_CREAT))
    for command in forbidden.DEVICE_COMMANDS:
        rules.add_rule(refused, "ioctl", seccomp.Arg(1, masked, 0xFFFFFFFF, command))
    for command in forbidden.FILE_COMMANDS:
        rules.add_rule(refused, "fcntl", seccomp.Arg(1, masked, 0xFFFFFFFF, command))
    for command in forbidden.OWN_COMMANDS:
        rules.add_rule(refused, "prctl", seccomp.Arg(0, equal, command))
    rules.load()


def _untyped(name: str) -> Any:
    """A library without types, and not on every system."""
    return importlib.import_module(name)
