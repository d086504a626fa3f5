"""Asking: one request to this installation, as a stranger would send it: for the selfcheck, which trusts nobody."""

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from safelight.kernel.ways_out import ITSELF, leaving_by

SECONDS_MAX = 20
ANSWER_BYTES_MAX = 4 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. Names of headers are in small letters."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def all_of(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def header(self, name: str) -> str:
        return next(iter(self.all_of(name)), "")


async def get(address: str, path: str, headers: dict[str, str] | None = None, *, method: str = "GET") -> Answer:
    """Raises OSError where nobody answers, TimeoutError where nobody does in time."""
    parts = urlsplit(address)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    async with asyncio.timeout(SECONDS_MAX):
        with leaving_by(ITSELF):
            reader, writer = await asyncio.open_connection(
                parts.hostname, port, ssl=ssl.create_default_context() if is_tls else None, limit=ANSWER_BYTES_MAX
            )
        try:
            words = {"Host": parts.netloc, "Accept": "text/html", **(headers or {}), "Connection": "close"}
            head = "".join(f"{name}: {value}\r\n" for name, value in words.items())
            writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode())
            return _parsed(await reader.read(ANSWER_BYTES_MAX), await _rest(reader))
        finally:
            writer.close()


async def bring(host: str, port: int, *, hello: str, sender: str, to: str) -> None:
    """A letter of our own, as a mail server would bring it. Raises OSError where it is not taken."""
    letter = f"From: {sender}\r\nTo: {to}\r\nSubject: heartbeat\r\nAuto-Submitted: auto-generated\r\n\r\nheartbeat\r\n."
    words = (f"{hello} localhost", f"MAIL FROM:<{sender}>", f"RCPT TO:<{to}>", "DATA", letter, "QUIT")
    async with asyncio.timeout(SECONDS_MAX):
        with leaving_by(ITSELF):
            reader, writer = await asyncio.open_connection(host, port)
        try:
            await _reply(reader)
            for word in words:
                writer.write(f"{word}\r\n".encode())
                await _reply(reader)
        finally:
            writer.close()


async def _reply(reader: asyncio.StreamReader) -> None:
    """What a mail server says to one command; it may have several lines."""
    line = b"-" * 4
    while line[3:4] == b"-":
        line = await reader.readline()
    if line[:1] not in (b"2", b"3"):
        raise OSError(f"The mail server says {line[:3].decode(errors='replace') or 'nothing'}.")


async def _rest(reader: asyncio.StreamReader) -> bytes:
    data = b""
    while part := await reader.read(64 * 1024):
        data += part
        if len(data) > ANSWER_BYTES_MAX:
            raise OSError("An answer of this installation is larger than any page.")
    return data


def _parsed(*parts: bytes) -> Answer:
    head, _, body = b"".join(parts).partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if len(words) < 2 or not words[1].isdigit():
        raise OSError("What answers here speaks no HTTP.")
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines))
    return Answer(int(words[1]), headers, body)
