"""Part: the bytes of a small file that a plan refers to."""

import os

from safelight.kernel.errors import TooMuch
from safelight.render.model import OpenPart

_CHUNK_BYTES = 1024 * 1024


def contents(part: OpenPart, name: str, bytes_max: int) -> bytes:
    """All of it; raises TooMuch for a file that is larger than that."""
    size_bytes = os.fstat(part.file).st_size
    if size_bytes > bytes_max:
        raise TooMuch(f"File size too large: {name}. Got {size_bytes}. Maximum is {bytes_max}.")
    read = bytearray()
    while chunk := os.pread(part.file, _CHUNK_BYTES, len(read)):
        read += chunk
    return bytes(read)
