"""Bounce: a letter that came back -> which of ours it was, and whether its address is of any use. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any, cast

from safelight.kernel.errors import Invalid, TooMuch

LETTER_BYTES_MAX = 5 * 1024 * 1024
PARTS_MAX = 100
TYPES_MAX = 200
"""Parts inside of parts cost the parser more with each: so many heads of parts are counted before it begins."""
FIELD_BYTES_MAX = 8 * 1024
"""Longest line with those that continue it: the parser's time grows with the square of it."""
BLANK_LINES_MAX = 10_000
"""A report has a block for each recipient, with a blank line behind it, and each becomes an object."""

_LETTER_ID = re.compile(r"<([0-9a-f]{32})@")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_TOKEN = re.compile(r"unsubscribe\s+([A-Za-z0-9_-]{20,600})", re.IGNORECASE)


@dataclass(frozen=True)
class Bounce:
    """One recipient that a letter did not reach. `status` is that of RFC 3463."""

    letter_id: str
    status: str
    is_failed: bool
    """For good; else a machine only told that it goes on trying."""

    @property
    def is_about_address(self) -> bool:
        return self.is_failed and is_about_address(None, self.status)


@dataclass(frozen=True)
class Refusal:
    """Somebody wrote to have no more of a list; `token` is what stood in the letter."""

    token: str


def is_about_address(code: int | None, status: str | None) -> bool:
    """Whether a refusal says that nobody is there: not that a mailbox is full, or that we are not liked."""
    if status is not None:
        found = _STATUS.search(status)
        return found is not None and found[1] == "5" and (found[2] == "1" or (found[2], found[3]) == ("2", "1"))
    return code in {550, 551, 553}


def read(raw: bytes) -> Bounce | Refusal | None:
    """What a letter to our address of bounces says; None for one that says nothing to us."""
    check_shape(raw)
    try:
        message = message_from_bytes(raw, policy=default)
        parts = list(parts_of(message))
        return _bounce(parts) or _refusal(message)
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # The parser of the standard library knows every letter but the most broken ones.
        raise Invalid("This letter cannot be read.") from error


def check_shape(raw: bytes) -> None:
    """Whether it can be parsed in a time that is worth while. Raises TooMuch."""
    if len(raw) > LETTER_BYTES_MAX:
        raise TooMuch(f"A letter of more than {LETTER_BYTES_MAX} bytes is not read.")
    if raw.lower().count(b"content-type:") > TYPES_MAX:
        raise TooMuch(f"A letter of more than {TYPES_MAX} parts is not read.")
    field_bytes = blank_lines = 0
    for line in raw.splitlines():
        field_bytes = len(line) + (field_bytes if line[:1] in (b" ", b"\t") else 0)
        blank_lines += not line
        if field_bytes > FIELD_BYTES_MAX or blank_lines > BLANK_LINES_MAX:
            raise TooMuch("A letter with such long lines, or so many blank ones, is not read.")


def parts_of(message: Message) -> Iterator[Message]:
    """The first of them, however many are inside of others."""
    for count, part in enumerate(message.walk()):
        if count >= PARTS_MAX:
            return
        yield part


def _bounce(parts: list[Message]) -> Bounce | None:
    reports = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    if not reports:
        return None
    blocks = [block for report in reports for block in cast("list[Any]", report.get_payload()) if _is_block(block)]
    told = {name.lower(): str(value) for block in blocks for name, value in block.items()}
    letter_id = _id_of(told.get("original-envelope-id", "")) or _id_in(parts)
    if letter_id is None:
        return None
    status = _STATUS.search(told.get("status", "") or told.get("diagnostic-code", ""))
    return Bounce(letter_id, status[0] if status else "5.0.0", told.get("action", "").strip().lower() == "failed")


def _is_block(block: object) -> bool:
    return isinstance(block, Message)


def _id_of(envelope_id: str) -> str | None:
    """A machine on the way may have written it in capitals."""
    found = re.fullmatch(r"\s*([0-9a-f]{32})\s*", envelope_id, re.IGNORECASE)
    return found[1].lower() if found else None


def _id_in(parts: list[Message]) -> str | None:
    """From the letter that came back, whole or its head alone."""
    for part in parts[1:]:
        heads = [str(part.get("Message-ID", ""))]
        if part.get_content_type() == "text/rfc822-headers":
            heads.append(str(part.get_payload()))
        for head in heads:
            if found := _LETTER_ID.search(head):
                return found[1]
    return None


def _refusal(message: Message) -> Refusal | None:
    found = _TOKEN.search(str(message.get("Subject", "")))
    return Refusal(found[1]) if found else None
