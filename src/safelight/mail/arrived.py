"""Arrived: a letter that came to our address of privacy, as what it says; who sent it is a claim, and no more. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from typing import cast

from safelight.kernel.errors import Invalid
from safelight.mail.bounce import check_shape, parts_of
from safelight.mail.plain_words import of_html, tidy

ADDRESS_CHARS_MAX = 254
NAME_CHARS_MAX = 200
SUBJECT_CHARS_MAX = 500
REFERENCES_MAX = 50
"""So many letters that a letter answers are looked up."""
ATTACHMENTS_MAX = 20
"""Further ones are not even counted by name."""
KEPT_FACTOR = 3
"""All attachments of a letter together may be so many times as large as one of them."""

_CASE = re.compile(r"\bSL-\d{4}-\d{6,9}\b", re.IGNORECASE)
_ID = re.compile(r"<([^<>\s]{3,250})>")
_LETTERS = r"[^@\s<>\"',;:\\()\[\]\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]"
_ADDRESS = re.compile(_LETTERS + "{1,64}@" + _LETTERS + "{1,250}")
_PROOF = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*(pass|fail|softfail|neutral|none|temperror|permerror)\b", re.IGNORECASE)
_NOBODY = re.compile(r"^(?:mailer-daemon|no-?reply|do-?not-?reply|bounces?|postmaster)(?:[+@-]|$)", re.IGNORECASE)
_LISTS = ("list-id", "list-unsubscribe", "list-post", "list-help", "x-auto-response-suppress", "x-autoreply",
          "x-autorespond", "x-loop", "feedback-id")  # fmt: skip
_ROUND = ("bulk", "junk", "list", "auto_reply")


@dataclass(frozen=True)
class Attachment:
    """A file that came along. `data` is None where it was not kept; then its hash still tells which one it was."""

    name: str
    type: str
    size_bytes: int
    sha256: str
    data: bytes | None = None


@dataclass(frozen=True)
class Arrived:
    message_id: str | None
    answers: tuple[str, ...]
    """Ids of the letters that it answers, the nearest first."""
    address: str
    name: str
    subject: str
    text: str
    case: str | None
    """The case number in its subject."""
    attachments: tuple[Attachment, ...]
    attachments_left_out: int
    """Of how many nothing is kept, not even a name."""
    machine: str
    """By what it shows that a machine wrote it, or many people got it: such a letter is never answered. Empty: none."""
    proofs: str
    """What machines on its way said of its sender (`spf=pass dkim=fail`): anybody can write that, too."""


def read(raw: bytes, *, attachment_bytes_max: int, came_from: str | None = None) -> Arrived:
    """`came_from` is the sender of the envelope, where there is one. Raises Invalid, or TooMuch for a monstrous one."""
    check_shape(raw)
    try:
        message = message_from_bytes(raw, policy=default)
        name, address = _sender(message)
        parts = [cast("EmailMessage", part) for part in parts_of(message)]
        files = list(_files(parts))
        subject = tidy(_head(message, "Subject")).replace("\n", " ")[:SUBJECT_CHARS_MAX]
        found = _CASE.search(subject)
        return Arrived(
            message_id=next(iter(_ids(_head(message, "Message-ID"))), None),
            answers=_answers(message),
            address=address,
            name=name,
            subject=subject,
            text=_words(parts),
            case=found[0].upper() if found else None,
            attachments=tuple(_kept(files[:ATTACHMENTS_MAX], attachment_bytes_max)),
            attachments_left_out=len(files[ATTACHMENTS_MAX:]),
            machine=_machine(message, address, came_from),
            proofs=" ".join(_proofs(message)),
        )
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        # The parser of the standard library knows every letter but the most broken ones.
        raise Invalid("This letter cannot be read.") from error


def _head(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _sender(message: EmailMessage) -> tuple[str, str]:
    """Who may be answered. Raises Invalid for a letter that names nobody, or several."""
    found = [(name, address) for name, address in getaddresses([_head(message, "From")]) if address]
    if len(found) != 1 or not _ADDRESS.fullmatch(found[0][1]) or len(found[0][1]) > ADDRESS_CHARS_MAX:
        raise Invalid("A letter must be from one address.")
    return tidy(found[0][0])[:NAME_CHARS_MAX].replace("\n", " "), found[0][1]


def _ids(text: str) -> Sequence[str]:
    return _ID.findall(text)


def _answers(message: EmailMessage) -> tuple[str, ...]:
    """`References` tells the oldest first."""
    said = [*_ids(_head(message, "In-Reply-To")), *reversed(_ids(_head(message, "References")))]
    return tuple(dict.fromkeys(said))[:REFERENCES_MAX]


def _words(parts: Sequence[EmailMessage]) -> str:
    """Of the first part that says any: plain text before HTML, and never of a letter inside of this one."""
    told = list(_own(parts))
    for kind, plain in (("text/plain", tidy), ("text/html", of_html)):
        for part in told:
            if part.get_content_type() == kind and (text := plain(_text(part))):
                return text
    return ""


def _own(parts: Sequence[EmailMessage]) -> Iterator[EmailMessage]:
    inside: set[int] = set()
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inside |= {id(each) for each in parts_of(part)}
    yield from (part for part in parts if id(part) not in inside and not _is_file(part) and not part.is_multipart())


def _is_file(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _text(part: EmailMessage) -> str:
    data = _bytes(part)
    try:
        return data.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", errors="replace")


def _bytes(part: EmailMessage) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _files(parts: Sequence[EmailMessage]) -> Iterator[EmailMessage]:
    for part in parts:
        if part.get_content_type() == "message/rfc822" or (not part.is_multipart() and _is_file(part)):
            yield part


def _kept(files: Sequence[EmailMessage], bytes_max: int) -> Iterator[Attachment]:
    room = bytes_max * KEPT_FACTOR
    for part in files:
        data = part.as_bytes() if part.is_multipart() else _bytes(part)
        is_kept = len(data) <= min(bytes_max, room)
        room -= len(data) if is_kept else 0
        name = tidy(part.get_filename() or "").replace("\n", " ")[:NAME_CHARS_MAX]
        digest = hashlib.sha256(data).hexdigest()
        yield Attachment(name, part.get_content_type()[:100], len(data), digest, data if is_kept and data else None)


def _machine(message: EmailMessage, address: str, came_from: str | None) -> str:
    """By RFC 3834, and by what programs write that do not know it."""
    said = _head(message, "Auto-Submitted").lower()
    if said and not said.startswith("no"):
        return "auto-submitted"
    if _head(message, "Precedence").lower() in _ROUND:
        return "precedence"
    if came_from == "" or _head(message, "Return-Path") == "<>":
        return "no return path"
    if message.get_content_type() == "multipart/report":
        return "report"
    if any(message.get(name) is not None for name in _LISTS):
        return "list"
    return "nobody reads there" if _NOBODY.match(address) else ""


def _proofs(message: EmailMessage) -> Sequence[str]:
    told: Mapping[str, str] = {}
    for head in message.get_all("Authentication-Results", [])[:1]:
        told = {method.lower(): result.lower() for method, result in _PROOF.findall(str(head))}
    return [f"{method}={result}" for method, result in sorted(told.items())]
