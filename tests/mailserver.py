"""A mail server as a process of its own (aiosmtpd): what it does with a letter stands in the recipient's name.

`python -m tests.mailserver FOLDER [--port PORT] [--tls CERT KEY] [--starttls CERT KEY] [--user NAME SECRET]` prints its
port, and keeps each letter that it takes as a file. `refused@` is nobody here, `full@` has no room, `busy@` may come
later, `spam@` is not wanted after its bytes came, `silent@` gets no answer to them, `closing@` a closed line.
"""

import argparse
import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

STOP_SECONDS_MAX = 10

AT_RCPT = {
    "refused": "550 5.1.1 nobody here",
    "unknown": "550 no such user",
    "full": "552 5.2.2 no room",
    "busy": "451 4.3.0 later",
    "policy": "550 5.7.1 not from you",
}
AT_DATA = {"spam": "554 5.7.1 not wanted", "late": "452 4.3.1 later"}


class _Server(SMTP):
    """With the extension by which a letter that comes back is known again (RFC 3461)."""

    def _getparams(self, params: Sequence[str]) -> dict[str, str | bool] | None:
        known = super()._getparams(params)
        return None if known is None else {name: value for name, value in known.items() if name not in {"ENVID", "RET"}}


class _Handler:
    """Keeps what it takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-DSN", *responses[-1:]]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("banned"):
            return "550 5.7.1 not you"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        name = address.partition("@")[0]
        if name in AT_RCPT:
            return AT_RCPT[name]
        if name == "hangup":
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        name = envelope.rcpt_tos[0].partition("@")[0]
        if name in AT_DATA:
            return AT_DATA[name]
        if name == "silent":
            await asyncio.sleep(60)
        if name == "closing":
            server.transport.abort()
            return "250 nobody hears it"
        self.count += 1
        head = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "options": envelope.mail_options,
            "is_tls": session.ssl is not None,
            "user": None if session.auth_data is None else session.auth_data.login.decode(),
        }
        (self.folder / f"{self.count:04}.json").write_text(json.dumps(head))
        (self.folder / f"{self.count:04}.eml").write_bytes(envelope.original_content or b"")
        return "250 2.0.0 taken"


@dataclass(frozen=True)
class Taken:
    """A letter as the server took it."""

    head: dict[str, Any]
    message: bytes


@dataclass(frozen=True)
class MailServer:
    port: int
    folder: Path

    def taken(self) -> list[Taken]:
        return [
            Taken(json.loads(head.read_text()), head.with_suffix(".eml").read_bytes())
            for head in sorted(self.folder.glob("*.json"))
        ]


@contextmanager
def mail_server(folder: Path, *words: str) -> Iterator[MailServer]:
    """A server for as long as the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(__file__).parent.parent
    command = [sys.executable, "-m", "tests.mailserver", str(folder), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout
        try:
            yield MailServer(int(process.stdout.readline()), folder)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS_MAX)


def certificate(folder: Path, host: str = "localhost") -> tuple[Path, Path]:
    """A certificate for a host that nobody vouches for but who is told to, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    files = folder / f"{host}.crt", folder / f"{host}.key"
    files[0].write_bytes(made.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return files


async def _serve(args: argparse.Namespace) -> None:
    handler = _Handler(args.folder)

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and [data.login.decode(), data.password.decode()] == args.user
        return AuthResult(success=is_right, handled=True, auth_data=data)

    def protocol() -> SMTP:
        return _Server(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            tls_context=_context(args.starttls),
            require_starttls=bool(args.starttls),
            authenticator=authenticate if args.user else None,
            auth_required=bool(args.user),
            auth_require_tls=False,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", args.port, ssl=_context(args.tls))
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def _context(files: list[str] | None) -> ssl.SSLContext | None:
    if not files:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    return context


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2)
    parser.add_argument("--starttls", nargs=2)
    parser.add_argument("--user", nargs=2)
    asyncio.run(_serve(parser.parse_args()))
