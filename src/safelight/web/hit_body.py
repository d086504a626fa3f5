"""Body: the bytes of a stored file in memory; large ones lie where the kernel sends them from without a copy.

A Sheet is memory with a descriptor: `sendfile` hands its pages to the network, and nothing of it passes through Python.
"""

import os
from contextlib import suppress
from socket import MSG_MORE, socket

SHEET_BYTES_MIN = 64 * 1024
"""Below it a second call into the kernel costs more than a copy."""
SHEETS_MAX = 256
"""Descriptors that one process spends on it; further files lie in memory as small ones do."""


class Sheet:
    """Bytes that stay as they are until `close`. Who has closed one must not use it again."""

    def __init__(self, data: bytes) -> None:
        """Raises OSError where there is no more room, or no more descriptor."""
        self.fd = os.memfd_create("hit", os.MFD_CLOEXEC)
        self._size_bytes = len(data)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(self.fd, left) :]
        except OSError:
            os.close(self.fd)
            raise

    def __len__(self) -> int:
        return self._size_bytes

    def part(self, start: int, end: int) -> bytes:
        """From `start` up to, not including, `end`."""
        found = b""
        while len(found) < end - start:
            found += os.pread(self.fd, end - start - len(found), start + len(found))
        return found

    def close(self) -> None:
        os.close(self.fd)


Body = bytes | Sheet


def part_of(body: Body, start: int, end: int) -> bytes:
    return body.part(start, end) if isinstance(body, Sheet) else body[start:end]


def laid_out(data: bytes) -> Body:
    """A large one as a sheet, where there is room for one."""
    with suppress(OSError):
        return Sheet(data)
    return data


def sent_of(connection: socket, top: bytes, sheet: Sheet, start: int, end: int) -> tuple[bytes, int]:
    """Sends what goes out at once: what is left of `top`, and where in the sheet the rest begins."""
    # Whether a client is gone, the transport finds out by itself when it sends what is left.
    with suppress(OSError):
        top = top[connection.send(top, MSG_MORE) :]
        while not top and start < end:
            sent = os.sendfile(connection.fileno(), sheet.fd, start, end - start)
            if not sent:
                break
            start += sent
    return top, start
