"""Boxes: the containers of ISO base media files: their brands, and whether the file holds all of them."""

import os

from safelight.kernel.errors import Invalid
from safelight.render.model import BROKEN

BRANDS_BYTES_MAX = 256


def brands(head: bytes) -> frozenset[bytes]:
    """What a file says that it is (ISO/IEC 14496-12, 4.3)."""
    if head[4:8] != b"ftyp":
        return frozenset()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return frozenset({head[8:12], *(head[at : at + 4] for at in range(16, end, 4))})


def check(file: int) -> None:
    """Every box ends inside the file (ISO/IEC 14496-12, 4.2)."""
    end, at = os.fstat(file).st_size, 0
    while at < end:
        head = os.pread(file, 16, at)
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size == 0:
            return
        if size < 8 or at + size > end:
            raise Invalid(BROKEN)
        at += size
