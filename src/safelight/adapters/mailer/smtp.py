"""SmtpMailer: brings letters to a mail server, one connection a letter."""

import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from aiosmtplib import SMTP, SMTPException, SMTPRecipientRefused, SMTPResponseException, SMTPSenderRefused

from safelight.adapters.mailer.dkim import Signer
from safelight.adapters.mailer.server import Server
from safelight.kernel.errors import Invalid
from safelight.kernel.ways_out import leaving_by
from safelight.ports.mailer import Answer, Envelope, Handing, Outcome

FINAL_SECONDS = 600
"""Who took all bytes may look at them for so long before they answer (RFC 5321, 4.5.3.2.6): to hang up before means
that nobody knows whether the letter arrived."""

_STATUS = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class SmtpMailer:
    """A Mailer. Certificates are always checked."""

    server: Server
    seconds: int
    signer: Signer | None = None
    ca: Path | None = None
    final_seconds: int = FINAL_SECONDS

    async def send(self, envelope: Envelope, handing: Handing) -> Answer:
        client = SMTP(
            hostname=self.server.host,
            port=self.server.port,
            username=self.server.user,
            password=self.server.secret.reveal() if self.server.secret else None,
            local_hostname=_ascii(envelope.sender).rpartition("@")[2],
            timeout=self.seconds,
            use_tls=self.server.is_tls,
            start_tls=self.server.starttls,
            tls_context=self._trust(),
        )
        try:
            refused = await self._agree(client, envelope)
            return refused or await self._bring(client, envelope, handing)
        finally:
            client.close()

    async def forget(self, ids: Iterable[str]) -> None:
        """Nothing is kept here."""

    async def _agree(self, client: SMTP, envelope: Envelope) -> Answer | None:
        """Everything before the bytes. What goes wrong in it can be mended, until the other side refuses for good."""
        try:
            with leaving_by("mail", self.server.host):
                await client.connect()
        except SMTPResponseException as error:
            # Also a wrong password: the operator mends it, and no letter is lost.
            return _answer(Outcome.LATER, error)
        except (SMTPException, OSError, ValueError):
            return Answer(Outcome.LATER)
        try:
            to = _ascii(envelope.to)
            options = [f"ENVID={envelope.id}", "RET=HDRS"] if client.supports_extension("dsn") else []
            if not to.isascii():
                if not client.supports_extension("smtputf8"):
                    return Answer(Outcome.NEVER, is_about_recipient=True)
                options.append("SMTPUTF8")
            await client.mail(_ascii(envelope.sender), options=options)
            await client.rcpt(to, encoding="utf-8")
        except SMTPRecipientRefused as error:
            return _answer(_outcome(error), error, is_recipient=True)
        except SMTPSenderRefused as error:
            return _answer(_outcome(error), error)
        except (SMTPException, OSError):
            return Answer(Outcome.LATER)
        return None

    async def _bring(self, client: SMTP, envelope: Envelope, handing: Handing) -> Answer:
        message = self.signer.sign(envelope.message) if self.signer else envelope.message
        await handing()
        try:
            response = await client.data(message, timeout=max(self.seconds, self.final_seconds))
        except SMTPResponseException as error:
            return _answer(_outcome(error), error)
        except (SMTPException, OSError):
            return Answer(Outcome.UNCLEAR)
        return Answer(Outcome.TAKEN, response.code, _status(response.message))

    def _trust(self) -> ssl.SSLContext:
        trust = ssl.create_default_context()
        if self.ca is not None:
            try:
                trust.load_verify_locations(cafile=self.ca)
            except (OSError, ssl.SSLError) as error:
                raise Invalid(f"SAFELIGHT_FETCH_CA: {self.ca} is not a readable file with certificates.") from error
        return trust


def _outcome(error: SMTPResponseException) -> Outcome:
    return Outcome.NEVER if 500 <= error.code < 600 else Outcome.LATER


def _answer(outcome: Outcome, error: SMTPResponseException, *, is_recipient: bool = False) -> Answer:
    return Answer(outcome, error.code, _status(error.message), is_recipient)


def _status(words: str) -> str | None:
    found = _STATUS.match(words)
    return found[1] if found else None


def _ascii(address: str) -> str:
    """The domain as DNS writes it; the local part is the receiver's own."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"
