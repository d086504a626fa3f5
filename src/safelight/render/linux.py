"""Linux: the calls of the kernel by which a process gives something up, and for which Python has no function."""

import ctypes
import errno
import os

NO_NEW_PRIVILEGES = 38
DEATH_SIGNAL = 1
_DEATH_SIGNAL_TOLD = 2
_AMBIENT, _AMBIENT_CLEAR_ALL = 47, 4

_NEW_USER, _NEW_IPC, _NEW_NETWORK = 0x10000000, 0x08000000, 0x40000000

_CAPABILITIES_VERSION = 0x20080522

# The same numbers on every architecture.
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446
_LANDLOCK_TELL_VERSION = 1
_NET_BIND, _NET_CONNECT = 1, 2
_SCOPE_ABSTRACT_SOCKET, _SCOPE_SIGNAL = 1, 2
LANDLOCK_NETWORK_SINCE = 4
LANDLOCK_SCOPES_SINCE = 6


def prctl(option: int, value: int, *more: int) -> None:
    """Raises OSError."""
    arguments = [ctypes.c_ulong(each) for each in (value, *more, 0, 0, 0)[:4]]
    _check("prctl", _libc().prctl(option, *arguments))


def forget_privileges() -> None:
    """Hold no capability any more, also as root; with no new privileges, none comes back. Raises OSError."""
    prctl(_AMBIENT, _AMBIENT_CLEAR_ALL)
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    _check("capset", _libc().capset(head, (ctypes.c_uint32 * 6)()))


def leave_network() -> str:
    """`on` when this process is in a network of its own with nothing in it; or why it is not.

    It stays the child of its parent: who takes another user namespace might else outlive it.
    """
    libc = _libc()
    signal = ctypes.c_int(0)
    _check("prctl", libc.prctl(_DEATH_SIGNAL_TOLD, ctypes.byref(signal), 0, 0, 0))
    if libc.unshare(_NEW_USER | _NEW_NETWORK | _NEW_IPC) != 0:
        return f"not allowed here ({errno.errorcode.get(ctypes.get_errno(), 'unknown')})"
    if signal.value:
        prctl(DEATH_SIGNAL, signal.value)
    return "on"


def landlock_version() -> int:
    """0 where there is none."""
    said = _libc().syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_LANDLOCK_TELL_VERSION))
    return max(0, said)


def forbid_ports_and_signals() -> None:
    """By Landlock: no TCP port is bound or connected to, and no process outside is signalled. Raises OSError.

    Only where landlock_version() is LANDLOCK_NETWORK_SINCE or later; signals since LANDLOCK_SCOPES_SINCE.
    """
    words = [0, _NET_BIND | _NET_CONNECT]
    if landlock_version() >= LANDLOCK_SCOPES_SINCE:
        words.append(_SCOPE_ABSTRACT_SOCKET | _SCOPE_SIGNAL)
    rules = (ctypes.c_uint64 * len(words))(*words)
    libc = _libc()
    made = libc.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(ctypes.sizeof(rules)), ctypes.c_uint32(0))
    _check("landlock_create_ruleset", min(made, 0))
    try:
        _check("landlock_restrict_self", libc.syscall(_LANDLOCK_RESTRICT, made, ctypes.c_uint32(0)))
    finally:
        os.close(made)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _check(name: str, result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")
