"""Listen: binds the one socket that all HTTP processes share, before anything else is started."""

import errno
import socket

from safelight.kernel.errors import NotAvailable

BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens already, so that a client who comes early waits instead of being refused.

    Raises NotAvailable in words that tell what to do.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError, OverflowError) as error:
        raise NotAvailable(f"`{host}` is no address of this machine; choose another with --host.") from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise NotAvailable(_words(error, host, port)) from error
    listener.setblocking(False)
    return listener


def port_of(listener: socket.socket) -> int:
    """The port that was bound; differs from what was asked for where that was 0."""
    return int(listener.getsockname()[1])


def address_of(host: str, port: int) -> str:
    """The base address that a person on this machine can open."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - nothing is bound here
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _words(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use on {host}; stop what uses it, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be used by this user; choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"`{host}` is no address of this machine; choose another with --host."
    return f"Cannot listen on {host} port {port}: {error.strerror}."
