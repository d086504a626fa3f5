"""Connection: what one client may hold of us: a head of so many bytes, in so much time, and no standing still.

uvicorn bounds none of it: a head without an end would fill our memory, and who only connects would stay for ever.
It uses callbacks of uvicorn 0.54 that are not promised to stay (pyproject.toml pins the minor version).
"""

import asyncio
import fcntl
import resource
import sys
import termios

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from safelight.settings import ServerSettings

LOOKS = 4
"""So often a connection is looked at within the shorter of its times."""
FILES_SPARE = 256
"""Descriptors that are not for clients: the database, the darkroom, listeners, logs."""
FILES_EACH = 2
"""A client may hold its connection, and the file that it sends or gets."""

_TOO_LARGE = STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n"


class BoundedProtocol(HttpToolsProtocol):
    """One connection within the limits of `bounds`."""

    bounds: ServerSettings = ServerSettings()
    _guard: asyncio.TimerHandle | None = None
    _resting: asyncio.TimerHandle | None = None
    """Rings when a connection without a question has been kept long enough."""
    _rests_since = 0.0
    _is_between = True
    """Whether the parser has seen no letter of a next request."""
    _head_since: float | None = None
    """Since when a head is awaited; None while there is none to come."""
    _is_in_body = False
    _heard_at = 0.0
    _unread_bytes = 0
    """What came since the parser last had something to tell of it."""
    _left_bytes = 0
    """What the client had not taken when we last looked."""
    _left_at = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        if len(self.connections) > self.bounds.connections_max:
            transport.abort()
            return
        self._head_since = self._left_at = self.loop.time()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._guard is not None:
            self._guard.cancel()
            self._guard = None
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self.loop.time()
        if self._head_since is None and not self._is_in_body:
            self._head_since = self._heard_at
        self._unread_bytes += len(data)
        super().data_received(data)
        if self._unread_bytes > self.bounds.head_bytes_max and not self.transport.is_closing():
            self._refuse_head()

    def on_message_begin(self) -> None:
        self._is_between = False
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self.head_is_complete()

    def head_is_complete(self) -> None:
        """For those who answer without the parent."""
        self._head_since, self._is_in_body, self._unread_bytes = None, True, 0
        # What follows a body (trailers) nobody here reads, and it would be added to a head that was checked.
        self.headers = []

    def on_body(self, body: bytes) -> None:
        self._unread_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self.message_is_complete()
        super().on_message_complete()

    def message_is_complete(self) -> None:
        """For those who answer without the parent."""
        self._is_in_body, self._unread_bytes, self._is_between = False, 0, True

    def on_response_complete(self) -> None:
        """As the parent does it, but for the clock: one for a connection, and not one for each answer."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self._rests_since = self.loop.time()
        if self._resting is None:
            self._resting = self.loop.call_later(self.timeout_keep_alive, self._ring)

    def _ring(self) -> None:
        self._resting = None
        is_answered = not self.cycle or self.cycle.response_complete
        # Who is asking something now is not at rest; the next answer sets the clock again.
        if self._head_since is not None or self._is_in_body or not is_answered:
            return
        left = self._rests_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._resting = self.loop.call_later(left, self._ring)
        else:
            self.timeout_keep_alive_handler()

    def _refuse_head(self) -> None:
        """431, unless an earlier answer of this connection is under way: nothing may stand in the middle of it."""
        if not self.cycle or self.cycle.response_complete:
            self.transport.write(_TOO_LARGE)
            self.transport.close()
        else:
            self.transport.abort()

    def _wait(self) -> None:
        seconds = min(self.bounds.head_seconds, self.bounds.idle_seconds) / LOOKS
        self._guard = self.loop.call_later(seconds, self._look)

    def _look(self) -> None:
        if self._is_stuck(self.loop.time()):
            self.transport.abort()
        else:
            self._wait()

    def _is_stuck(self, now: float) -> bool:
        left_bytes = untaken_bytes(self.transport)
        if left_bytes == 0 or left_bytes != self._left_bytes:
            self._left_bytes, self._left_at = left_bytes, now
        if now - self._left_at > self.bounds.idle_seconds:
            return True
        if self.flow.read_paused:  # it is we who do not listen
            self._heard_at = now
            return False
        if self._head_since is not None:
            return now - self._head_since > self.bounds.head_seconds
        return self._is_in_body and now - self._heard_at > self.bounds.idle_seconds


def connections_affordable(asked: int) -> int:
    """So many connections as are asked for, or as this process may have files open; it takes what it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = asked * FILES_EACH + FILES_SPARE
    files = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if files > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return max(1, min(asked, (max(files, soft) - FILES_SPARE) // FILES_EACH))


def untaken_bytes(transport: asyncio.Transport) -> int:
    """What was sent and the client has not acknowledged: what waits here, and what waits in the kernel."""
    here = transport.get_write_buffer_size()
    connection = transport.get_extra_info("socket")
    if not here or connection is None:
        return here
    waiting = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4))
    return here + int.from_bytes(waiting, sys.byteorder)
