"""Sandbox: takes from a process all that decoding a picture does not need, before it sees an untrusted byte.

Each layer is used where the machine has it and reported where it has not; see docs/decisions/0002-render-children.md.
"""

import contextlib
import ctypes
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

FILES_MAX = 256
"""Open files of one child: a job with PARTS_MAX parts (message.py) may need two for each."""
CPU_SECONDS_SPARE = 5
"""The processor time of a job may pass its wall time by this much before the kernel ends the child."""

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

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

_NETWORK_CALLS = ("socket", "connect", "bind", "listen", "accept", "accept4", "socketpair")

# What no decoder has use for, by what it would let an intruder do.
_FORBIDDEN_CALLS = (
    # the network, and any new channel
    *_NETWORK_CALLS,
    # new programs and processes (threads are let through below)
    *("execve", "execveat", "fork", "vfork", "setsid", "setpgid"),
    # other processes
    *("ptrace", "process_vm_readv", "process_vm_writev", "kill", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal", "kcmp", "process_madvise", "process_mrelease"),
    # files, where Landlock is missing or does not look
    *("creat", "unlink", "unlinkat", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "link", "linkat"),
    *("symlink", "symlinkat", "mknod", "mknodat", "truncate", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown"),
    *("fchown", "lchown", "fchownat", "utime", "utimes", "utimensat", "futimesat", "setxattr", "lsetxattr"),
    *("fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "name_to_handle_at", "open_by_handle_at"),
    # the machine
    *("mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "fsopen", "fsmount", "move_mount", "open_tree"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module", "kexec_load", "reboot"),
    *("swapon", "swapoff", "quotactl", "acct", "settimeofday", "clock_settime", "adjtimex", "sethostname"),
    *("setdomainname", "personality", "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid"),
    *("setgroups", "setfsuid", "setfsgid", "capset", "memfd_create", "memfd_secret", "shmget", "msgget", "semget"),
    *("mq_open", "inotify_init", "inotify_init1", "fanotify_init"),
)
_CLONE_THREAD = 0x00010000
_TIOCSTI = 0x5412
_TIOCLINUX = 0x541C


class NotConfined(RuntimeError):
    """A layer that this machine has could not be put in place: better no child than an open one."""


def layers() -> dict[str, str]:
    """Name of each layer -> `on`, or why it is missing. Changes nothing; for `safelight check`."""
    return {"limits": "on", "parent death": _linux(), "landlock": _landlock_state(), "seccomp": _seccomp_state()}


def apply(memory_bytes_max: int, readable: Sequence[Path] = ()) -> dict[str, str]:
    """Confine this process for good; returns layers() as they are in place. It may still read what is `readable`.

    Call it before any thread was started: Landlock holds only for the thread that asks and those it starts.
    """
    if sys.platform == "linux" and len(list(Path("/proc/self/task").iterdir())) != 1:
        raise NotConfined("A thread was started before the sandbox.")
    found = layers()
    _limit(memory_bytes_max)
    if sys.platform == "linux":
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        if found["seccomp"] == "on":
            # Imported before Landlock: finding libseccomp needs a folder for temporary files.
            _untyped("pyseccomp")
        if found["landlock"] == "on":
            _landlock(readable)
        if found["seccomp"] == "on":
            _seccomp()
    return found


def confine_program(program: Path, memory_bytes_max: int, seconds: int) -> None:
    """Confine this process before it becomes another, installed program: it may read and run what is installed.

    As many of the layers as this machine has; without a network, without writing, and with limits.
    """
    _limit(memory_bytes_max)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    if sys.platform != "linux":
        return
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    has_filter, has_landlock = _seccomp_state() == "on", _landlock_state() == "on"
    if has_filter:
        _untyped("pyseccomp")
    if has_landlock:
        landlock = _untyped("landlock")
        access = landlock.FSAccess
        rules = landlock.Ruleset()
        for path in dict.fromkeys([str(program.resolve().parent), str(program.parent), *_PROGRAMS_READ, *_READABLE]):
            if Path(path).exists():
                is_folder = Path(path).is_dir()
                rights = access.READ_FILE | access.EXECUTE
                rules.allow(path, rules=rights | access.READ_DIR if is_folder else rights)
        rules.apply()
    if has_filter:
        seccomp = _untyped("pyseccomp")
        rules = seccomp.SyscallFilter(seccomp.ALLOW)
        for name in _NETWORK_CALLS:
            rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
        rules.load()


def die_with_parent(parent: int) -> None:
    """Be killed when the parent ends, however it ends. `parent` is its process id, to notice that it already has."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
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


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise NotConfined(f"prctl {option}: {os.strerror(ctypes.get_errno())}")


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


def _landlock(readable: Sequence[Path]) -> None:
    landlock = _untyped("landlock")
    access = landlock.FSAccess
    rules = landlock.Ruleset()
    ours = [str(path) for path in readable if path.exists()]
    for path in dict.fromkeys([*_readable(), *ours]):
        # READ_DIR on a plain file is refused by the kernel.
        rights = access.READ_FILE | access.READ_DIR if Path(path).is_dir() else access.READ_FILE
        rules.allow(path, rules=rights)
    rules.apply()


def _seccomp() -> None:
    seccomp = _untyped("pyseccomp")
    refused = seccomp.ERRNO(errno.EPERM)
    unknown = seccomp.ERRNO(errno.ENOSYS)
    masked, differs = seccomp.MASKED_EQ, seccomp.NE
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _FORBIDDEN_CALLS:
        # A name that this libseccomp does not know cannot be refused by it.
        with contextlib.suppress(OSError):
            rules.add_rule(refused, name)
    # clone makes threads, too. clone3 and openat2 hide what they ask for in memory, where no filter sees it:
    # as unknown calls, libc falls back to the older ones.
    rules.add_rule(refused, "clone", seccomp.Arg(0, masked, _CLONE_THREAD, 0))
    for name in ("clone3", "openat2"):
        with contextlib.suppress(OSError):
            rules.add_rule(unknown, name)
    # A signal to itself is how a program aborts.
    rules.add_rule(refused, "tgkill", seccomp.Arg(0, differs, os.getpid()))
    # Nothing is opened for writing, with or without Landlock.
    for name, flags_at in (("open", 1), ("openat", 2)):
        for flag in (os.O_WRONLY, os.O_RDWR):
            rules.add_rule(refused, name, seccomp.Arg(flags_at, masked, os.O_ACCMODE, flag))
        rules.add_rule(refused, name, seccomp.Arg(flags_at, masked, os.O_CREAT, os.O_CREAT))
    # Typing into the terminal that the server was started from.
    for command in (_TIOCSTI, _TIOCLINUX):
        rules.add_rule(refused, "ioctl", seccomp.Arg(1, masked, 0xFFFFFFFF, command))
    rules.load()


def _untyped(name: str) -> Any:
    """A library without types, and not on every system."""
    return importlib.import_module(name)
