"""The headers of a piece of a large file -> Piece; raises Invalid for ranges that cannot be."""

import hashlib
import re
from dataclasses import dataclass

from safelight.kernel.errors import Invalid

UPLOAD_ID_CHARS_MAX = 256

_RANGE = re.compile(r"bytes[ =](\d{1,18})-(\d{1,18})(?:/(-1|\*|\d{1,18}))?", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """Bytes `start` up to, not including, `end` of a file that the client calls `upload_id`; total None: not known."""

    upload_id: str
    start: int
    end: int
    total_bytes: int | None
    may_be_last: bool = False
    """The client says nothing at all of a total, not even that it does not know it yet."""

    @property
    def is_last(self) -> bool:
        return self.end == self.total_bytes

    @property
    def is_whole(self) -> bool:
        return self.start == 0 and self.is_last


def piece_of(content_range: str | None, upload_id: str | None) -> Piece | None:
    """None for an upload in one go."""
    if not content_range:
        return None
    found = _RANGE.fullmatch(content_range.strip())
    if found is None:
        raise Invalid(f"Invalid Content-Range {content_range[:100]}")
    start, last = int(found[1]), int(found[2])
    # The total is not known before the last piece: -1, `*`, or not there at all.
    total_bytes = None if found[3] in {None, "-1", "*"} else int(found[3])
    if last < start or (total_bytes is not None and last >= total_bytes):
        raise Invalid(f"Invalid Content-Range {content_range[:100]}")
    if not upload_id or len(upload_id) > UPLOAD_ID_CHARS_MAX:
        if total_bytes is not None and (start, last) == (0, total_bytes - 1):
            return None
        raise Invalid("Missing or invalid X-Unique-Upload-Id header")
    return Piece(upload_id, start, last + 1, total_bytes, may_be_last=found[3] is None)


def session_id(upload_id: str, asked: str, signer: str) -> str:
    """One client's upload never meets another's, whatever names they choose for them."""
    return hashlib.sha256("\n".join((asked, signer, upload_id)).encode(errors="replace")).hexdigest()[:40]
