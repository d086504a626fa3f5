"""Caching: what a client has already, what part of a file it wants, and the headers that say so. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from safelight.delivery.model import Media
from safelight.kernel.errors import SafelightError
from safelight.web.errors import header_text

Headers = list[tuple[str, str]]

PUBLIC_SECONDS = 30 * 24 * 60 * 60
PRIVATE_SECONDS = 24 * 60 * 60
ERROR_SECONDS = 60
# Answers that may be another in a moment.
PASSING_STATUSES = frozenset({401, 403, 420, 423, 429})
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"

# On every answer of delivery. Scripts of any page may read our errors and our times.
OPEN: Headers = [
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "X-Cld-Error, X-Request-Id, Content-Length, Content-Range, ETag, Server-Timing"),
    ("timing-allow-origin", "*"),
    ("x-content-type-options", "nosniff"),
]

# One range; a list of them is answered with the whole file, as RFC 9110 allows.
_RANGE = re.compile(r"\s*bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Conditions:
    """The headers of a request that decide between 200, 206, 304 and 416."""

    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_range: str | None = None
    range: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Conditions":
        """From headers with lower-case names."""
        return cls(
            headers.get("if-none-match"),
            headers.get("if-modified-since"),
            headers.get("if-range"),
            headers.get("range"),
        )


@dataclass(frozen=True)
class Reply:
    """What to answer: the status, and the bytes from `start` up to, not including, `end`."""

    status: int
    start: int = 0
    end: int = 0


def decide(method: str, conditions: Conditions, media: Media) -> Reply:
    """In the order of RFC 9110, 13.2.2. A HEAD is told what a GET of the whole would be."""
    whole = Reply(200, 0, media.size_bytes)
    if conditions.if_none_match is not None:
        if _names(conditions.if_none_match, etag(media)):
            return Reply(304)
    elif _is_unchanged(conditions.if_modified_since, media.modified_at):
        return Reply(304)
    if method != "GET" or conditions.range is None or not _is_same(conditions.if_range, media):
        return whole
    return _part(conditions.range, media.size_bytes) or whole


def etag(media: Media) -> str:
    return f'"{media.md5}"'


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def headers_of(media: Media, reply: Reply) -> Headers:
    """All headers of an answer but those that differ from one time to the next."""
    if reply.status == 416:
        return [*OPEN, ("content-range", f"bytes */{media.size_bytes}"), ("content-length", "0")]
    headers = [
        *OPEN,
        ("etag", etag(media)),
        ("last-modified", http_date(media.modified_at)),
        ("cache-control", cache_control(media)),
    ]
    if media.varies_by:
        headers.append(("vary", ", ".join(media.varies_by)))
    if media.stands_in_for is not None:
        headers.append(("x-cld-error", header_text(media.stands_in_for)))
    headers += media.headers.items()
    if reply.status == 304:
        return headers
    headers += [
        ("content-type", media.mime),
        ("content-length", str(reply.end - reply.start)),
        ("accept-ranges", "bytes"),
    ]
    if reply.status == 206:
        headers.append(("content-range", f"bytes {reply.start}-{reply.end - 1}/{media.size_bytes}"))
    if media.is_sandboxed:
        headers.append(("content-security-policy", SANDBOX))
    if media.attachment_name is not None:
        headers.append(("content-disposition", disposition(media.attachment_name)))
    return headers


def cache_control(media: Media) -> str:
    if media.stands_in_for is not None:
        return f"private, max-age={ERROR_SECONDS}"
    if media.is_private:
        return f"private, max-age={PRIVATE_SECONDS}"
    if media.seconds_left is not None:
        return f"public, max-age={min(PUBLIC_SECONDS, media.seconds_left)}"
    return f"public, max-age={PUBLIC_SECONDS}" + (", immutable" if media.is_immutable else "")


def error_headers(error: SafelightError, size_bytes: int) -> Headers:
    """The headers of a refusal whose body is a short text."""
    is_passing = error.status >= 500 or error.status in PASSING_STATUSES
    headers = [
        *OPEN,
        ("x-cld-error", header_text(error.message)),
        ("cache-control", "no-store" if is_passing else f"max-age={ERROR_SECONDS}"),
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(size_bytes)),
    ]
    if error.retry_after_seconds is not None:
        headers.append(("retry-after", str(error.retry_after_seconds)))
    return headers


def disposition(name: str) -> str:
    """RFC 6266: a name for old clients, and the true one in UTF-8 where it differs (RFC 5987)."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\%/' else "_" for letter in name)
    value = f'attachment; filename="{plain}"'
    return value if plain == name else f"{value}; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def _names(header: str, tag: str) -> bool:
    """Whether If-None-Match names this file. Weak and strong tags compare alike here."""
    tags = [one.strip() for one in header.split(",")]
    return "*" in tags or tag in (one.removeprefix("W/") for one in tags)


def _is_unchanged(since: str | None, modified_at: datetime) -> bool:
    moment = _moment(since)
    return moment is not None and modified_at.replace(microsecond=0) <= moment


def _is_same(if_range: str | None, media: Media) -> bool:
    """If-Range: the part only if the file is still the same, told by a strong tag or the exact date."""
    if if_range is None:
        return True
    if_range = if_range.strip()
    return if_range == etag(media) or _moment(if_range) == media.modified_at.replace(microsecond=0)


def _part(range: str, size_bytes: int) -> Reply | None:
    """None for what is no range that we understand: then it is as if it were not there."""
    match = _RANGE.fullmatch(range)
    if match is None or match[1] == match[2] == "":
        return None
    if match[1] == "":
        last = min(int(match[2]), size_bytes)
        return Reply(206, size_bytes - last, size_bytes) if last else Reply(416)
    start = int(match[1])
    end = int(match[2]) + 1 if match[2] else size_bytes
    if match[2] and end <= start:
        return None
    return Reply(206, start, min(end, size_bytes)) if start < size_bytes else Reply(416)


def _moment(header: str | None) -> datetime | None:
    """The moment that a date of HTTP names; None for none and for nonsense."""
    if header is None:
        return None
    try:
        moment = parsedate_to_datetime(header)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
