"""Message: a letter as its bytes on the wire. Pure: the same letter gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses

from safelight.kernel.errors import Invalid
from safelight.kernel.languages import Language
from safelight.mail.model import LetterClass
from safelight.mail.write import Written

# No header of ours is folded by a machine: some readers of List-Unsubscribe cannot put it together again.
_POLICY = SMTP.clone(max_line_length=900)


REFERENCES_MAX = 5


@dataclass(frozen=True)
class Sender:
    """Who the letters are from, and where letters about them go to."""

    name: str
    address: str
    bounces: str

    @property
    def domain(self) -> str:
        return domain_of(self.address)


@dataclass(frozen=True)
class Unsubscribe:
    """How a program for mail ends a list: by the web with one click (RFC 8058), or by a letter."""

    url: str
    mailto: str


def sender_of(text: str, *, name: str, bounces: str | None) -> Sender:
    """`letters@example.org` or `Somebody <letters@example.org>`. Raises Invalid."""
    found = getaddresses([text])
    if len(found) != 1 or found[0][1].count("@") != 1 or not all(found[0][1].split("@")):
        raise Invalid(f"The sender of letters must be one address, not {text[:100]}.")
    shown, address = found[0]
    return Sender(shown or name, address, bounces or address)


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()


def ascii_address(address: str) -> str:
    """The domain as DNS writes it. Raises Invalid for one that cannot be."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Invalid(f"No letters can be sent to {domain[:100]}.") from error


def message_id_of(letter_id: str, sender: Sender) -> str:
    """By which a letter of ours is known again when it is answered."""
    return f"{letter_id}@{domain_of(ascii_address(sender.address))}"


def message_bytes(
    letter_id: str,
    written: Written,
    *,
    sender: Sender,
    to: str,
    language: Language,
    kind: LetterClass,
    now: datetime,
    unsubscribe: Unsubscribe | None = None,
    answers: Sequence[str] = (),
    reply_to: str | None = None,
) -> bytes:
    """Text first and HTML second: programs show the last that they understand. `answers`: ids of letters of its thread,
    the nearest first, so that it is shown below them."""
    address = ascii_address(to)
    message = EmailMessage(policy=_POLICY if address.isascii() else _POLICY.clone(utf8=True))
    message["From"] = Address(sender.name, addr_spec=ascii_address(sender.address))
    message["To"] = address
    message["Subject"] = written.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id_of(letter_id, sender)}>"
    if answers:
        message["In-Reply-To"] = f"<{answers[0]}>"
        message["References"] = " ".join(f"<{each}>" for each in reversed(answers[:REFERENCES_MAX]))
    if reply_to is not None:
        message["Reply-To"] = ascii_address(reply_to)
    # Who is away need not tell a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-replied" if answers else "auto-generated"
    message["X-Safelight-Class"] = kind.value
    if unsubscribe is not None:
        message["List-Unsubscribe"] = f"<{unsubscribe.url}>, <{unsubscribe.mailto}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    # Not before, or it would be moved into the first part.
    message["Content-Language"] = language
    # Such letters cannot stand in what is quoted-printable, so no part can hold it.
    message.set_boundary(f"=_{letter_id}")
    return message.as_bytes()
