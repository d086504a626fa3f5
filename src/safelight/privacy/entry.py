"""Entry: one line of the ledger: what happened, when, how often; never to whom.

What is written can be shown to anybody for ever, so nothing that names a person can be in it: times, kinds, numbers and
hashes, and whatever else somebody hands in is refused. A person is a commitment: a hash with a salt of their own, which
means nothing to anybody once the salt is destroyed.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import rfc8785

from safelight.kernel.errors import Internal

VERSION = 1
SALT_BYTES = 32
COUNTS_MAX = 400
"""Numbers in one entry: those of retention have three for each holding."""

_CLAUSE = re.compile(r"PP-\d\d")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")
# Of a name that somebody could have thought up no letter but these; and nobody's name is `sessions.done`.
_COUNT = re.compile(r"[a-z][a-z0-9_-]{0,39}(\.[a-z][a-z0-9_-]{0,19})?")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class EntryType(StrEnum):
    """What can be told of."""

    KEY_MADE = "key.made"
    POLICY_POSTED = "policy.posted"
    RETENTION_DAILY = "retention.daily"
    RETENTION_OVERDUE = "retention.overdue"
    SELFCHECK = "selfcheck"
    REQUEST_OPENED = "request.opened"
    REQUEST_VERIFIED = "request.verified"
    REQUEST_STEP = "request.step"
    REQUEST_EXTENDED = "request.extended"
    REQUEST_OVERDUE = "request.overdue"
    REQUEST_DENIED = "request.denied"
    REQUEST_FULFILLED = "request.fulfilled"
    REQUEST_WITHDRAWN = "request.withdrawn"
    REQUEST_ROUTED = "request.routed"
    REQUEST_DUPLICATE = "request.duplicate"
    REQUEST_RECEIPT = "request.receipt"
    EXPORT_STARTED = "export.started"
    EXPORT_MADE = "export.made"
    EXPORT_FETCHED = "export.fetched"
    EXPORT_DELETED = "export.deleted"
    ERASURE_STARTED = "erasure.started"
    ERASURE_STEP = "erasure.step"
    ERASURE_PROBED = "erasure.probed"
    ERASURE_DONE = "erasure.done"
    PREFERENCE_CHANGED = "preference.changed"
    HOLD_ADDED = "hold.added"
    HOLD_REVIEWED = "hold.reviewed"
    HOLD_RELEASED = "hold.released"
    HOLD_DROPPED = "hold.dropped"
    CASE_OPENED = "case.opened"
    CASE_READ = "case.read"
    CASE_CLOSED = "case.closed"
    FIGURES_RELEASED = "figures.released"


@dataclass(frozen=True)
class Entry:
    """What is to be written.

    `subject` is the id of a person or an account, which is hashed with a salt before it is written; `commitment` is
    such a hash from before, for when the salt is gone already. `detail` is what the entry vouches for: a file, a
    document; only its hash is written, and of somebody's detail a hash with their salt.
    """

    type: EntryType
    at: datetime
    clause: str | None = None
    subject: str | None = None
    commitment: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    detail: bytes | None = None
    salt: bytes | None = field(default=None, repr=False)
    """Of the subject, from who kept it; without it the one that is kept here."""


def commitment_of(subject: str, salt: bytes) -> str:
    return hashlib.sha256(b"safelight-subj" + salt + subject.encode()).hexdigest()


def detail_hash(detail: bytes, salt: bytes | None = None) -> str:
    """Plain where everybody may look; salted where trying out what somebody's detail may be must not succeed."""
    return hashlib.sha256(b"safelight-detail" + salt + detail if salt else detail).hexdigest()


def body_of(entry: Entry, seq: int, salt: bytes | None = None) -> bytes:
    """The one text of an entry (RFC 8785). Raises Internal for what must not be written."""
    commitment = commitment_of(entry.subject, salt) if entry.subject and salt else entry.commitment
    body: dict[str, Any] = {
        "v": VERSION,
        "seq": seq,
        "ts": entry.at.astimezone(UTC).strftime(_MOMENT),
        "type": str(entry.type),
        "clause": entry.clause,
        "subject_commit": commitment,
        "counts": dict(entry.counts) or None,
        "detail_hash": None if entry.detail is None else detail_hash(entry.detail, salt),
    }
    body = {name: value for name, value in body.items() if value is not None}
    if fault := fault_of(body):
        raise Internal(f"This must not be written into the ledger: {fault}.")
    return rfc8785.dumps(body)


def fault_of(body: Mapping[str, Any]) -> str:
    """What is wrong with the fields of an entry; empty if nothing is. Nothing but what stands here is let in."""
    rules: dict[str, Callable[[Any], bool]] = {
        "v": lambda value: value == VERSION,
        "seq": lambda value: _is_number(value) and value >= 0,
        "ts": _is_moment,
        "type": lambda value: isinstance(value, str) and value in set(EntryType),
        "clause": lambda value: _is_like(_CLAUSE, value),
        "subject_commit": lambda value: _is_like(_COMMITMENT, value),
        "detail_hash": lambda value: _is_like(_COMMITMENT, value),
        "counts": _are_counts,
    }
    missing = {"v", "seq", "ts", "type"} - set(body)
    if missing:
        return f"{', '.join(sorted(missing))} missing"
    wrong = [name for name, value in body.items() if name not in rules or not rules[name](value)]
    # The name of a field is told, what stands in it never: it may be the very thing that must not be anywhere.
    return f"the field {wrong[0] if wrong[0] in rules else 'of another name'}" if wrong else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_like(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_moment(value: object) -> bool:
    try:
        datetime.strptime(str(value), _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _are_counts(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    counts = cast("dict[object, object]", value)
    return 0 < len(counts) <= COUNTS_MAX and all(
        _is_like(_COUNT, name) and _is_number(number) for name, number in counts.items()
    )
