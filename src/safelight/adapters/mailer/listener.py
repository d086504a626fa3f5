"""Listener: takes letters by SMTP or LMTP, for our own addresses alone, in bounds; it says taken when it is kept."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from safelight.kernel.errors import Invalid, NotAvailable, SafelightError, TooLarge, TooMany, TooMuch
from safelight.ports.arrivals import Came, IsOurs, Take

HOST = "127.0.0.1"
CONNECTIONS_MAX = 20
"""Further ones are told to come later."""
SECONDS_MAX = 60
"""So long a machine may be silent."""
COMMANDS_MAX = 50
"""Of each sort, on one line."""
RECIPIENTS_MAX = 10
LINE_SECONDS_MAX = 600

_SHAPE = "SAFELIGHT_MAIL_LISTEN must be a port, HOST:PORT, smtp://HOST:PORT or lmtp://HOST:PORT"

# It writes the addresses of machines and people down; nothing but our own log of requests may hold such (PP-04).
logging.getLogger("mail").setLevel(logging.CRITICAL + 1)
logging.getLogger("mail.log").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True)
class Where:
    """Where it listens."""

    host: str
    port: int
    is_lmtp: bool = False


def where_of(text: str) -> Where:
    """Without a host, this machine alone. Raises Invalid."""
    text = text.strip()
    scheme, mark, rest = text.partition("://")
    if not mark:
        scheme, rest = "smtp", text
    if rest.isdigit():
        rest = f"{HOST}:{rest}"
    try:
        parts = urlsplit(f"//{rest}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid(_SHAPE) from error
    if scheme not in ("smtp", "lmtp") or not host or not port or parts.path or parts.query or parts.username:
        raise Invalid(_SHAPE)
    return Where(host, port, scheme == "lmtp")


@asynccontextmanager
async def listening(where: Where, is_ours: IsOurs, take: Take, *, bytes_max: int) -> AsyncGenerator[None]:
    """For as long as the block lasts. Raises NotAvailable where the port is taken."""
    open_lines: set[SMTP] = set()
    handler = _Handler(is_ours, take, bytes_max)
    kind = _Lmtp if where.is_lmtp else _Smtp

    def protocol() -> SMTP:
        return kind(
            handler,
            open_lines=open_lines,
            data_size_limit=bytes_max,
            enable_SMTPUTF8=True,
            hostname="safelight",
            ident="letters to privacy",
            timeout=SECONDS_MAX,
            command_call_limit=COMMANDS_MAX,
        )

    try:
        server = await asyncio.get_running_loop().create_server(protocol, where.host, where.port)
    except OSError as error:
        raise NotAvailable(
            f"Letters cannot be taken at {where.host}:{where.port}: {error.strerror}; see SAFELIGHT_MAIL_LISTEN."
        ) from error
    try:
        yield
    finally:
        server.close()
        for line in list(open_lines):
            if line.transport is not None:
                line.transport.close()
        await server.wait_closed()


class _Smtp(SMTP):
    """Few lines at once, and none for ever."""

    def __init__(self, handler: "_Handler", *, open_lines: set[SMTP], **words: Any) -> None:
        super().__init__(handler, **words)
        self._open_lines = open_lines
        self._ends: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if len(self._open_lines) >= CONNECTIONS_MAX and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 too many lines, come later\r\n")
            transport.close()
            return
        self._open_lines.add(self)
        self._ends = asyncio.get_running_loop().call_later(LINE_SECONDS_MAX, transport.close)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._open_lines:
            self._open_lines.discard(self)
            if self._ends is not None:
                self._ends.cancel()
            super().connection_lost(error)


class _Lmtp(_Smtp, LMTP):
    """The same, with an answer for each recipient (RFC 2033)."""


@dataclass(frozen=True)
class _Handler:
    """What the library calls, by these names."""

    is_ours: IsOurs
    take: Take
    bytes_max: int

    async def handle_RCPT(  # noqa: N802 - the name that the library calls
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        if not self.is_ours(address):
            return "550 5.1.1 nobody here"
        if len(envelope.rcpt_tos) >= RECIPIENTS_MAX:
            return "452 4.5.3 too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - likewise
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content
        answer = await self._answer(
            Came((envelope.mail_from or "").strip("<>"), raw if isinstance(raw, bytes) else b"")
        )
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if isinstance(server, LMTP) else 1))

    async def handle_exception(self, error: Exception) -> str:
        logging.getLogger("safelight.mail").error("A letter could not be taken: %s", type(error).__name__)
        return "451 4.3.0 a fault of ours, come later"

    async def _answer(self, came: Came) -> str:
        try:
            await self.take(came)
        except TooMany:
            return "452 4.7.1 too many letters, come later"
        except (TooLarge, TooMuch):
            return "552 5.3.4 too large"
        except Invalid:
            return "554 5.6.0 cannot be read"
        except SafelightError:
            return "451 4.3.0 come later"
        return "250 2.0.0 taken"
