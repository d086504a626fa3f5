"""Server: where letters go out, read from the address of the setting. Pure."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from safelight.kernel.errors import Invalid
from safelight.kernel.secret import Secret

PORT = 587
PORT_TLS = 465
_SHAPE = "SAFELIGHT_SMTP must look like smtp://user:secret@host:587?from=letters@example.org"
_STARTTLS = {"always": True, "auto": None, "never": False}


@dataclass(frozen=True)
class Server:
    """`starttls`: True where it must be, None where it is taken if offered, False where it is not asked for."""

    host: str
    port: int
    sender: str
    is_tls: bool
    starttls: bool | None
    user: str | None = None
    secret: Secret | None = None


def server_of(url: Secret) -> Server:
    """Raises Invalid, in words that never hold the secret."""
    try:
        parts = urlsplit(url.reveal())
        port = parts.port
        words = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True)
    except ValueError as error:
        raise Invalid(_SHAPE) from error
    if unknown := sorted(set(words) - {"from", "starttls"}):
        raise Invalid(f"{_SHAPE}; {unknown[0][:30]} is not known there.")
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not words.get("from", [""])[0]:
        raise Invalid(_SHAPE)
    # An address of a person may hold a plus, which a form would read as a space.
    sender = words["from"][0].replace(" ", "+") if "<" not in words["from"][0] else words["from"][0]
    is_tls = parts.scheme == "smtps"
    return Server(
        host=parts.hostname,
        port=port or (PORT_TLS if is_tls else PORT),
        sender=sender,
        is_tls=is_tls,
        starttls=False if is_tls else _starttls(words.get("starttls"), parts.hostname, bool(parts.username)),
        user=unquote(parts.username) if parts.username else None,
        secret=Secret(unquote(parts.password)) if parts.password else None,
    )


def _starttls(said: list[str] | None, host: str, has_user: bool) -> bool | None:
    """A secret goes over the net in the clear only where the operator says so."""
    if said is not None:
        if said[0] not in _STARTTLS:
            raise Invalid("SAFELIGHT_SMTP: starttls is always, auto or never.")
        return _STARTTLS[said[0]]
    return True if has_user and not _is_here(host) else None


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
